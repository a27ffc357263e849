#include "app/views/diff_view.h"

#include "widgets/elided_label.h"
#include "widgets/empty_note.h"
#include "widgets/icons.h"
#include "widgets/models/layer_filter_proxy.h"
#include "widgets/plots/pair_plot.h"
#include "widgets/plots/plot_theme.h"
#include "widgets/quiet_table.h"
#include "widgets/text.h"
#include "widgets/tone_label.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSplitter>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace bw {

namespace {
constexpr int margin = 12;
}

/// By name, and by verdict.
class DiffView::Filter : public LayerFilterProxy
{
public:
    using LayerFilterProxy::LayerFilterProxy;
    void setHidden(std::set<int> verdicts)
    {
        m_hidden = std::move(verdicts);
        invalidateFilter();
    }
    void toggle(int verdict, bool isShown)
    {
        isShown ? static_cast<void>(m_hidden.erase(verdict)) : static_cast<void>(m_hidden.insert(verdict));
        invalidateFilter();
    }

protected:
    bool filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const override
    {
        const auto& rows = static_cast<const DiffModel*>(sourceModel())->rows();
        return !m_hidden.contains(rows[static_cast<std::size_t>(sourceRow)].verdict)
            && LayerFilterProxy::filterAcceptsRow(sourceRow, sourceParent);
    }

private:
    std::set<int> m_hidden;
};

DiffView::DiffView(QWidget* parent)
    : QWidget(parent)
    , m_a(new ElidedLabel)
    , m_b(new ElidedLabel)
    , m_total(new ToneLabel(Tone::Muted))
    , m_swap(new QPushButton(tr("Swap A and B")))
    , m_close(new QPushButton(themedIcon(IconName::Close), tr("Close comparison")))
    , m_groups(new QHBoxLayout)
    , m_search(new QLineEdit)
    , m_model(new DiffModel(this))
    , m_filter(new Filter(this))
    , m_table(buildTable())
    , m_plot(new PairPlot)
    , m_content(new QWidget)
    , m_wait(new EmptyNote)
{
    setObjectName(QStringLiteral("diffView"));
    m_search->setObjectName(QStringLiteral("diffSearch"));
    m_search->setPlaceholderText(tr("Filter tensors"));
    m_search->setAccessibleName(tr("Filter tensors by name"));
    m_search->setClearButtonEnabled(true);
    m_search->setMaximumWidth(260);
    connect(m_search, &QLineEdit::textChanged, m_filter, &LayerFilterProxy::setFilterText);
    auto* tools = new QHBoxLayout;
    tools->setContentsMargins(margin, 0, margin, 4);
    tools->setSpacing(12);
    m_groups->setSpacing(4);
    tools->addLayout(m_groups);
    tools->addStretch(1);
    tools->addWidget(m_search, 1);
    auto* splitter = new QSplitter(Qt::Horizontal);
    splitter->addWidget(m_table);
    splitter->addWidget(m_plot);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({ 600, 420 });
    splitter->setChildrenCollapsible(false);
    auto* content = new QVBoxLayout(m_content);
    content->setContentsMargins(0, 0, 0, 0);
    content->setSpacing(0);
    content->addLayout(tools);
    content->addWidget(splitter, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(buildHeading());
    layout->addWidget(m_content, 1);
    layout->addWidget(m_wait, 1);
    // Levels stand out of the values they stand for by orders of magnitude.
    m_plot->setLogScale(true);
    setFocusProxy(m_table);
    setWaiting({}, {});
}

QWidget* DiffView::buildHeading()
{
    auto* heading = new QWidget;
    auto* grid = new QGridLayout(heading);
    grid->setContentsMargins(margin, 8, margin, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(2);
    const std::pair<QString, ElidedLabel*> lines[] = { { tr("A"), m_a }, { tr("B"), m_b } };
    for (int row = 0; const auto& [letter, label] : lines) {
        grid->addWidget(new ToneLabel(letter, Tone::Muted), row, 0);
        grid->addWidget(label, row, 1);
        ++row;
    }
    grid->addWidget(m_total, 2, 1);
    grid->setColumnStretch(1, 1);
    m_swap->setObjectName(QStringLiteral("diffSwap"));
    m_swap->setAutoDefault(false);
    m_close->setObjectName(QStringLiteral("diffClose"));
    m_close->setAutoDefault(false);
    m_close->setToolTip(tr("Back to where you were (Esc)"));
    grid->addWidget(m_swap, 0, 2, 2, 1, Qt::AlignVCenter);
    grid->addWidget(m_close, 0, 3, 2, 1, Qt::AlignVCenter);
    connect(m_swap, &QPushButton::clicked, this, &DiffView::swapRequested);
    connect(m_close, &QPushButton::clicked, this, &DiffView::closeRequested);
    return heading;
}

QTableView* DiffView::buildTable()
{
    m_filter->setSourceModel(m_model);
    auto* table = makeQuietTable(this, m_filter, tr("Tensors of both models"));
    table->setObjectName(QStringLiteral("diffTable"));
    table->setFont(tabularFont(table->font()));
    table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    makeSortable(*table);
    connect(table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
        [this] { Q_EMIT currentRowChanged(currentRow()); });
    return table;
}

int DiffView::currentRow() const
{
    const QModelIndex index = m_filter->mapToSource(m_table->currentIndex());
    return index.isValid() ? index.row() : -1;
}

void DiffView::setHeading(const DiffHeading& heading)
{
    m_a->setText(heading.a);
    m_b->setText(heading.b);
    m_total->setText(heading.total);
    m_total->setVisible(!heading.total.isEmpty());
}

void DiffView::setWaiting(const DiffHeading& heading, const QString& text)
{
    setHeading(heading);
    m_wait->setText(text);
    m_wait->show();
    m_content->hide();
    m_swap->setEnabled(false);
    m_close->setText(tr("Cancel"));
}

void DiffView::setGroups(const std::vector<DiffGroup>& groups)
{
    while (QLayoutItem* item = m_groups->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    m_filter->setHidden({});
    for (const DiffGroup& group : groups) {
        auto* button = new QToolButton(this);
        button->setText(tr("%1 %2", "number, verdict").arg(countText(group.count), group.title));
        button->setToolTip(tr("Show or hide these tensors"));
        button->setCheckable(true);
        button->setChecked(true);
        button->setFocusPolicy(Qt::StrongFocus);
        connect(button, &QToolButton::toggled, this,
            [this, verdict = group.verdict](bool isShown) { m_filter->toggle(verdict, isShown); });
        m_groups->addWidget(button);
    }
}

void DiffView::setResult(const DiffHeading& heading, const std::vector<DiffGroup>& groups, std::vector<DiffRow> rows)
{
    setHeading(heading);
    setGroups(groups);
    m_search->clear();
    m_table->sortByColumn(-1, Qt::AscendingOrder);
    m_model->setRows(std::move(rows));
    m_wait->hide();
    m_content->show();
    m_swap->setEnabled(true);
    m_close->setText(tr("Close comparison"));
    fitColumns();
    if (m_filter->rowCount() > 0) {
        m_table->setCurrentIndex(m_filter->index(0, 0));
    } else {
        Q_EMIT currentRowChanged(-1);
    }
    m_table->setFocus(Qt::OtherFocusReason);
}

/// As wide as their contents; names give way first, down to what still tells them apart, before the table scrolls.
void DiffView::fitColumns()
{
    constexpr int narrowestName = 180;
    m_table->resizeColumnsToContents();
    int others = m_table->verticalScrollBar()->sizeHint().width() + 2;
    for (int column = 0; column < m_model->columnCount(); ++column) {
        others += column == DiffModel::NameColumn ? 0 : m_table->columnWidth(column);
    }
    const int most = std::max(narrowestName, m_table->width() - others);
    m_table->setColumnWidth(DiffModel::NameColumn, std::min(m_table->columnWidth(DiffModel::NameColumn), most));
}

void DiffView::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        Q_EMIT closeRequested();
    } else {
        QWidget::keyPressEvent(event);
    }
}

} // namespace bw
