#include "widgets/panels/runs_panel.h"

#include "widgets/editors/param_controls.h"
#include "widgets/empty_note.h"
#include "widgets/icons.h"
#include "widgets/models/layer_filter_proxy.h"
#include "widgets/models/run_models.h"
#include "widgets/plots/plot_theme.h"
#include "widgets/quiet_table.h"
#include "widgets/text.h"
#include "widgets/tone_label.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLocale>
#include <QPushButton>
#include <QStackedLayout>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace bw {

namespace {

QTableView* makeTable(QWidget* parent, QAbstractItemModel* model, const QString& name)
{
    QTableView* table = makeQuietTable(parent, model, name);
    table->setFont(tabularFont(table->font()));
    table->setTextElideMode(Qt::ElideRight);
    table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    return table;
}

QString points(double x)
{
    QString text = QLocale().toString(x * 100, 'f', 1);
    text.replace(QLatin1Char('-'), QChar(0x2212));
    return x > 0 ? QLatin1Char('+') + text : text;
}

} // namespace

struct RunsPanel::Private
{
    RunsPanel* q;
    std::vector<RunsEntry> runs;
    RunMetricsModel metrics;
    RunClassesModel classes;
    LayerFilterProxy sortedClasses;
    QStackedLayout* pages = nullptr;
    QComboBox* chooser = nullptr;
    ToneLabel* stale = nullptr;
    ToneLabel* note = nullptr;
    ToneLabel* test = nullptr;
    QTabBar* tabs = nullptr;
    QStackedWidget* tables = nullptr;
    QTableView* metricsTable = nullptr;
    QTableView* classesTable = nullptr;

    QWidget* buildContent();
    void showRun(int index);
    static QString comparisonText(const EvalComparison& comparison);
};

RunsPanel::RunsPanel(QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>())
{
    d->q = this;
    d->pages = new QStackedLayout(this);
    d->pages->addWidget(d->buildContent());
    auto* emptyPage = new QWidget(this);
    auto* column = new QVBoxLayout(emptyPage);
    auto* empty = new ToneLabel(
        tr("No evaluation yet. Evaluate to measure accuracy, float against quantized, on the same samples."),
        Tone::Muted, emptyPage);
    empty->setWordWrap(true);
    empty->setAlignment(Qt::AlignCenter);
    auto* evaluate = new QPushButton(themedIcon(IconName::Play), tr("Evaluate"), emptyPage);
    evaluate->setAutoDefault(false);
    column->addStretch(1);
    column->addWidget(empty);
    column->addWidget(evaluate, 0, Qt::AlignHCenter);
    column->addStretch(1);
    connect(evaluate, &QPushButton::clicked, this, &RunsPanel::evaluateRequested);
    d->pages->addWidget(emptyPage);
    d->pages->setCurrentIndex(1);
}

RunsPanel::~RunsPanel()
{
    // The views go before the models they show.
    delete d->tables;
}

QWidget* RunsPanel::Private::buildContent()
{
    auto* page = new QWidget(q);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(8);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    chooser = new QComboBox(page);
    chooser->setAccessibleName(tr("Evaluation"));
    chooser->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    guardWheel(chooser);
    stale = new ToneLabel(tr("measured with an earlier recipe"), Tone::Warning, page);
    note = new ToneLabel(Tone::Muted, page);
    auto* evaluate = new QPushButton(themedIcon(IconName::Play), tr("Evaluate again"), page);
    evaluate->setObjectName(QStringLiteral("evaluate"));
    evaluate->setAutoDefault(false);
    // One at a time: side by side they would fit only very wide windows.
    tabs = new QTabBar(page);
    tabs->setAccessibleName(tr("What to show of the evaluation"));
    tabs->setDrawBase(false);
    tabs->addTab(tr("Figures"));
    tabs->addTab(tr("Classes"));
    row->addWidget(chooser);
    row->addWidget(tabs);
    row->addWidget(stale);
    row->addWidget(note);
    row->addStretch(1);
    row->addWidget(evaluate);
    layout->addLayout(row);
    tables = new QStackedWidget(page);
    metricsTable = makeTable(tables, &metrics, tr("Figures of the evaluation"));
    sortedClasses.setSourceModel(&classes);
    classesTable = makeTable(tables, &sortedClasses, tr("Accuracy of each class"));
    classesTable->setSortingEnabled(true);
    classesTable->horizontalHeader()->setSortIndicatorClearable(true);
    classesTable->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    tables->addWidget(metricsTable);
    tables->addWidget(classesTable);
    QObject::connect(tabs, &QTabBar::currentChanged, tables, &QStackedWidget::setCurrentIndex);
    layout->addWidget(tables, 1);
    test = new ToneLabel(Tone::Normal, page);
    test->setWordWrap(true);
    test->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(test);
    QObject::connect(evaluate, &QPushButton::clicked, q, &RunsPanel::evaluateRequested);
    QObject::connect(chooser, &QComboBox::activated, q, [this](int index) {
        showRun(index);
        Q_EMIT q->currentRunEdited(index);
    });
    return page;
}

QString RunsPanel::Private::comparisonText(const EvalComparison& comparison)
{
    const QString what = tr("%1, %2 against %3: %4 points [%5, %6].")
                             .arg(metricTitle(comparison.metric), runTitle(comparison.b), runTitle(comparison.a),
                                 points(comparison.difference), points(comparison.low), points(comparison.high));
    const QString verdict = comparison.p < 0.05
        ? tr("McNemar test on the same samples: p = %1, a real difference at the 5 % level.")
        : tr("McNemar test on the same samples: p = %1, no difference shown at the 5 % level.");
    return what + QLatin1Char(' ') + verdict.arg(numberText(comparison.p));
}

void RunsPanel::Private::showRun(int index)
{
    const bool hasRun = index >= 0 && index < static_cast<int>(runs.size());
    pages->setCurrentIndex(hasRun ? 0 : 1);
    const RunsEntry entry = hasRun ? runs[static_cast<std::size_t>(index)] : RunsEntry {};
    chooser->setCurrentIndex(hasRun ? index : -1);
    stale->setVisible(entry.isStale);
    metrics.setResult(entry.result);
    classes.setResult(entry.result);
    for (QTableView* table : { metricsTable, classesTable }) {
        table->resizeColumnsToContents();
    }
    tabs->setVisible(classes.rowCount() > 0);
    if (classes.rowCount() == 0) {
        tabs->setCurrentIndex(0);
    }
    double seconds = 0;
    QString data;
    for (const EvalRun& run : entry.result.runs) {
        seconds += run.seconds;
        data = shownName(run.dataName);
    }
    const QString took = durationText(seconds);
    const auto count = metrics.commonCount();
    note->setText(!hasRun ? QString()
            : count       ? tr("%1, n = %2, %3", "data, samples, time").arg(data, countText(*count), took)
                          : tr("%1, %2", "data, time").arg(data, took));
    QStringList sentences;
    for (const EvalComparison& comparison : entry.result.comparisons) {
        sentences << comparisonText(comparison);
    }
    test->setText(sentences.join(QLatin1Char('\n')));
    test->setVisible(!sentences.isEmpty());
}

void RunsPanel::setRuns(const std::vector<RunsEntry>& runs)
{
    d->runs = runs;
    d->chooser->clear();
    for (const RunsEntry& entry : runs) {
        d->chooser->addItem(entry.title);
    }
    d->showRun(runs.empty() ? -1 : 0);
}

int RunsPanel::currentRun() const
{
    return d->chooser->currentIndex();
}

void RunsPanel::setCurrentRun(int index)
{
    d->showRun(index);
}

QSize RunsPanel::sizeHint() const
{
    return { 600, 220 };
}

} // namespace bw
