#include "app/views/allocation_view.h"

#include "widgets/allocation/allocation_bars.h"
#include "widgets/allocation/allocation_inputs.h"
#include "widgets/allocation/bar_delegate.h"
#include "widgets/allocation/budget_editor.h"
#include "widgets/allocation/compare_panel.h"
#include "widgets/allocation/damage_model.h"
#include "widgets/allocation/step_model.h"
#include "widgets/allocation/walk_controls.h"
#include "widgets/empty_note.h"
#include "widgets/icons.h"
#include "widgets/models/layer_filter_proxy.h"
#include "widgets/plots/front_plot.h"
#include "widgets/quiet_table.h"
#include "widgets/tone_label.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace bw {

AllocationView::AllocationView(QWidget* parent)
    : QWidget(parent)
    , m_budget(new BudgetEditor)
    , m_inputs(new AllocationInputs)
    , m_bars(new AllocationBars)
    , m_front(new FrontPlot)
    , m_steps(new StepModel(this))
    , m_walk(new WalkControls)
    , m_damages(new DamageModel(this))
    , m_sortedDamages(new LayerFilterProxy(this))
    , m_compare(new ComparePanel)
    , m_tabs(new QTabWidget)
    , m_columns(new QSplitter(Qt::Horizontal))
    , m_wait(new EmptyNote)
    , m_empty(new EmptyNote)
    , m_content(new QWidget)
{
    setObjectName(QStringLiteral("allocationView"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(buildSteps(), tr("Next steps"));
    m_tabs->addTab(buildDamages(), tr("Predicted and measured"));
    m_tabs->addTab(m_compare, tr("A and B"));
    auto* right = new QSplitter(Qt::Vertical);
    right->addWidget(m_front);
    right->addWidget(m_tabs);
    right->setStretchFactor(0, 1);
    right->setStretchFactor(1, 1);
    right->setChildrenCollapsible(false);
    m_columns->addWidget(m_bars);
    m_columns->addWidget(right);
    m_columns->setChildrenCollapsible(false);
    m_columns->setStretchFactor(0, 1);
    m_columns->setStretchFactor(1, 1);
    auto* column = new QVBoxLayout(m_content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_budget);
    column->addWidget(m_inputs);
    column->addWidget(m_columns, 1);
    column->addWidget(m_wait, 1);
    m_wait->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_content);
    layout->addWidget(m_empty);
    m_empty->hide();
}

AllocationView::~AllocationView()
{
    // Views go before the models they show.
    delete std::exchange(m_stepTable, nullptr);
    delete std::exchange(m_damageTable, nullptr);
}

QWidget* AllocationView::buildSteps()
{
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_stepTable = makeQuietTable(page, m_steps, tr("The next steps, the one that saves the most first"));
    m_stepTable->setObjectName(QStringLiteral("stepTable"));
    m_stepTable->setItemDelegateForColumn(StepModel::SavingColumn, new WaterfallDelegate(m_stepTable));
    fitSteps();
    m_stepTable->installEventFilter(this);
    connect(m_stepTable, &QTableView::activated, this,
        [this](const QModelIndex& index) { Q_EMIT stepActivated(index.row()); });
    layout->addWidget(m_stepTable, 1);
    layout->addWidget(m_walk);
    return page;
}

QWidget* AllocationView::buildDamages()
{
    m_sortedDamages->setSourceModel(m_damages);
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 4);
    layout->setSpacing(4);
    m_damageTable = makeQuietTable(page, m_sortedDamages, tr("Predicted and measured damage of each layer"));
    m_damageTable->setObjectName(QStringLiteral("damageTable"));
    m_damageTable->setSortingEnabled(true);
    m_damageTable->horizontalHeader()->setSortIndicatorClearable(true);
    m_damageTable->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    for (int column = DamageModel::FormatColumn; column < DamageModel::ColumnCount; ++column) {
        m_damageTable->setColumnWidth(column, column == DamageModel::RatioColumn ? 140 : 108);
    }
    layout->addWidget(m_damageTable, 1);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(8, 0, 8, 0);
    row->setSpacing(8);
    m_damageNote = new ToneLabel(Tone::Muted, page);
    m_damageNote->setWordWrap(true);
    m_damageNote->setScale(0.92);
    m_measureLayers = new QPushButton(themedIcon(IconName::Play), tr("Measure each layer"), page);
    m_measureLayers->setObjectName(QStringLiteral("measureLayers"));
    m_measureLayers->setAutoDefault(false);
    row->addWidget(m_damageNote, 1);
    m_refine = new QPushButton(themedIcon(IconName::Sliders), tr("Refine"), page);
    m_refine->setObjectName(QStringLiteral("refineAllocation"));
    m_refine->setAutoDefault(false);
    row->addWidget(m_measureLayers);
    row->addWidget(m_refine);
    connect(m_refine, &QPushButton::clicked, this, &AllocationView::refineRequested);
    layout->addLayout(row);
    connect(m_measureLayers, &QPushButton::clicked, this, &AllocationView::layersMeasureRequested);
    return page;
}

void AllocationView::setDamageNote(const QString& note, const QString& whyNotMeasure, const QString& whyNotRefine)
{
    m_damageNote->setText(note);
    m_refine->setEnabled(whyNotRefine.isEmpty());
    m_refine->setToolTip(whyNotRefine.isEmpty()
            ? tr("Measure nearby allocations of the same size as a whole, and keep the best: minutes for a small model")
            : whyNotRefine);
    m_measureLayers->setEnabled(whyNotMeasure.isEmpty());
    m_measureLayers->setToolTip(whyNotMeasure.isEmpty()
            ? tr("Quantize one layer at a time, run the model, and see what it does: slow, and the truth")
            : whyNotMeasure);
}

void AllocationView::setCurrentTab(Tab tab)
{
    m_tabs->setCurrentIndex(tab);
}

AllocationView::Tab AllocationView::currentTab() const
{
    return static_cast<Tab>(m_tabs->currentIndex());
}

void AllocationView::setEmptyText(const QString& text)
{
    m_empty->setText(text);
    m_empty->setVisible(!text.isEmpty());
    m_content->setVisible(text.isEmpty());
}

void AllocationView::setWaitText(const QString& text)
{
    m_wait->setText(text);
    m_wait->setVisible(!text.isEmpty());
    m_columns->setVisible(text.isEmpty());
}

QString AllocationView::emptyText() const
{
    return m_empty->text();
}

/// Names get what is left; where that is little, the bars of the waterfall give way.
void AllocationView::fitSteps()
{
    const auto width = [this](const char* sample) {
        return m_stepTable->fontMetrics().horizontalAdvance(QLatin1String(sample)) + 16;
    };
    const int change = width("lloyd5/b64 > lloyd6/b64");
    const int cost = width("+00.0 kB");
    const int least = width("-0.00e-00") + 24;
    const int room = m_stepTable->width() - change - cost - width("residual5.conv1");
    m_stepTable->setColumnWidth(StepModel::ChangeColumn, change);
    m_stepTable->setColumnWidth(StepModel::CostColumn, cost);
    m_stepTable->setColumnWidth(StepModel::SavingColumn, std::clamp(room, least, 220));
}

bool AllocationView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_stepTable && event->type() == QEvent::Resize) {
        fitSteps();
    }
    return QWidget::eventFilter(watched, event);
}

void AllocationView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (!m_isFitted && width() > 300) {
        m_isFitted = true;
        m_columns->setSizes({ width() * 50 / 100, width() * 50 / 100 });
    }
}

} // namespace bw
