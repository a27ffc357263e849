#include "widgets/models/layer_filter_proxy.h"

#include "widgets/models/roles.h"

namespace bw {

LayerFilterProxy::LayerFilterProxy(QObject* parent)
    : QSortFilterProxyModel(parent)
{
    setSortRole(SortRole);
    setFilterRole(FilterRole);
    setDynamicSortFilter(true);
}

void LayerFilterProxy::setFilterText(const QString& text)
{
    m_problem.clear();
    m_words.clear();
    const QString trimmed = text.trimmed();
    m_isExpression = trimmed.size() > 1 && trimmed.startsWith(QLatin1Char('/'));
    if (m_isExpression) {
        const bool isClosed = trimmed.endsWith(QLatin1Char('/'));
        m_expression = QRegularExpression(
            trimmed.mid(1, trimmed.size() - (isClosed ? 2 : 1)), QRegularExpression::CaseInsensitiveOption);
        if (!m_expression.isValid()) {
            m_problem = m_expression.errorString();
        }
    } else {
        m_words = trimmed.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    }
    invalidateFilter();
}

void LayerFilterProxy::setFixedHidden(bool areHidden)
{
    if (m_isFixedHidden != areHidden) {
        m_isFixedHidden = areHidden;
        invalidateFilter();
    }
}

bool LayerFilterProxy::filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const
{
    const QModelIndex index = sourceModel()->index(sourceRow, 0, sourceParent);
    if (m_isFixedHidden && index.data(IsFixedRole).toBool()) {
        return false;
    }
    const QString text = index.data(filterRole()).toString();
    if (m_isExpression) {
        return !m_expression.isValid() || m_expression.match(text).hasMatch();
    }
    for (const QString& word : m_words) {
        if (!text.contains(word, Qt::CaseInsensitive)) {
            return false;
        }
    }
    return true;
}

bool LayerFilterProxy::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const QVariant a = left.data(sortRole());
    const QVariant b = right.data(sortRole());
    if (!a.isValid() || !b.isValid()) {
        // Unknown goes last in both orders.
        return sortOrder() == Qt::AscendingOrder ? a.isValid() && !b.isValid() : !a.isValid() && b.isValid();
    }
    if (a.userType() == QMetaType::QString || b.userType() == QMetaType::QString) {
        return QString::localeAwareCompare(a.toString(), b.toString()) < 0;
    }
    return a.toDouble() < b.toDouble();
}

} // namespace bw
