#pragma once

#include <QRegularExpression>
#include <QSortFilterProxyModel>

namespace bw {

/// Filters by FilterRole: plain text (all words, any order, case ignored) or /regular expression/. Sorts by SortRole,
/// unknown values last either way.
class LayerFilterProxy : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit LayerFilterProxy(QObject* parent = nullptr);

    void setFilterText(const QString& text);
    /// Hides layers that no recipe can quantize: biases, normalisations (IsFixedRole).
    void setFixedHidden(bool areHidden);
    bool isFixedHidden() const { return m_isFixedHidden; }
    /// Empty if the filter can be used; else what is wrong with the expression (everything is shown then).
    QString filterProblem() const { return m_problem; }

protected:
    bool filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    QStringList m_words;
    QRegularExpression m_expression;
    bool m_isExpression = false;
    bool m_isFixedHidden = false;
    QString m_problem;
};

} // namespace bw
