// Renders every widget with made-up data, light and dark, into PNG files to be looked at; checks that nothing is blank,
// cut off, or without an accessible name. Usage: widgets_gallery [FOLDER [SCALE]]
#include "tests/widgets/made_up.h"
#include "widgets/allocation/allocation_bars.h"
#include "widgets/allocation/allocation_inputs.h"
#include "widgets/allocation/budget_editor.h"
#include "widgets/allocation/compare_panel.h"
#include "widgets/allocation/walk_controls.h"
#include "widgets/elided_label.h"
#include "widgets/icons.h"
#include "widgets/palettes.h"
#include "widgets/panels/jobs_panel.h"
#include "widgets/panels/layer_panel.h"
#include "widgets/panels/metrics_strip.h"
#include "widgets/panels/popover.h"
#include "widgets/panels/problem_bar.h"
#include "widgets/panels/start_page.h"
#include "widgets/panels/totals_bar.h"
#include "widgets/plots/channels_plot.h"
#include "widgets/plots/front_plot.h"
#include "widgets/plots/value_strip.h"
#include "widgets/quiet_style.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QFontDatabase>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QSet>
#include <QSlider>
#include <QStyleFactory>
#include <QTest>
#include <QTextStream>
#include <QVBoxLayout>

#include <functional>

using namespace bw;

namespace {

struct Scene
{
    QString name;
    QSize size;
    std::function<QWidget*()> make;
};

template <class W>
std::function<QWidget*()> scene(std::function<void(W&)> fill = {})
{
    return [fill]() -> QWidget* {
        auto* widget = new W;
        if (fill) {
            fill(*widget);
        }
        return widget;
    };
}

QWidget* iconSheet()
{
    auto* sheet = new QWidget;
    auto* grid = new QGridLayout(sheet);
    for (int i = 0; i <= static_cast<int>(IconName::Histogram); ++i) {
        auto* button = new QToolButton(sheet);
        button->setIcon(themedIcon(static_cast<IconName>(i)));
        button->setIconSize({ 24, 24 });
        button->setAccessibleName(QString::number(i));
        button->setEnabled(i % 12 != 11);
        grid->addWidget(button, i / 12, i % 12);
    }
    return sheet;
}

QWidget* strips()
{
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    for (int i = 0; i < 5; ++i) {
        auto* strip = new ValueStrip(page);
        strip->setTitle(i < 2 ? QStringLiteral("Exponent") : QStringLiteral("Clip"));
        strip->setRange(0.05, 2, 0.01);
        strip->setValue(i == 2 ? std::nullopt : std::optional(0.42 + 0.3 * i));
        strip->setMixed(i == 3);
        strip->setEditable(i != 4);
        if (i < 2) {
            strip->setGhost(0.64, QStringLiteral("−31 % error"));
        }
        layout->addWidget(strip);
    }
    return page;
}

Totals totals()
{
    Totals result;
    result.bytesBefore = 1090000;
    result.bytesAfter = 283000;
    result.bitsPerWeight = 4.12;
    result.accuracyTitle = QStringLiteral("Top-1 accuracy");
    result.floatAccuracy = Metric { "top1", 0.818, 0.8005, 0.8343, 2000 };
    result.quantizedAccuracy = Metric { "top1", 0.812, 0.794, 0.828, 2000 };
    result.canEvaluate = true;
    result.runningJobs = 2;
    return result;
}

LayerMetrics metrics()
{
    LayerMetrics result;
    result.r = 0.0983;
    result.sqnr = 20.15;
    result.bits = 4.1289;
    result.toLimit = 5.06;
    result.distribution = QStringLiteral("Student-t, ν = 5.3");
    result.maxError = 0.0312;
    result.cosine = 0.99517;
    result.count = 36864;
    result.layer = QStringLiteral("layer1.0.conv1.weight");
    result.format = QStringLiteral("pow4/c");
    return result;
}

RecipePicture recipe(int selected)
{
    RecipePicture picture;
    picture.selectedCount = selected;
    picture.layerCount = 22;
    picture.singleName = selected == 1 ? QStringLiteral("layer1.0.conv1.weight") : QString();
    picture.formats.assign(static_cast<std::size_t>(selected), made_up::powerFormat());
    picture.methods.assign(static_cast<std::size_t>(selected), QStringLiteral("rtn"));
    picture.reason = QStringLiteral("Decided by rule 2 \"conv1\".");
    picture.canReset = true;
    if (selected > 1) {
        picture.formats[1].params["bits"] = std::int64_t { 3 };
        picture.formats[1].scaling.store = "bf16";
    }
    return picture;
}

void fillRecipe(RecipePanel& panel)
{
    panel.setChoices(made_up::formatChoices(), made_up::methodChoices());
    panel.formatEditor().setSpelling([](const QuantFormat& f) { return f.family + "4(a=0.5)/b64:clip0.98:f16"; });
}

std::vector<JobRow> jobs()
{
    JobRow running { .id = 1,
        .title = QStringLiteral("Evaluate float and quantized"),
        .phase = QStringLiteral("running batches"),
        .fraction = 0.52,
        .rate = 164.2,
        .unit = QStringLiteral("samples"),
        .secondsLeft = 83,
        .secondsRun = 90 };
    JobRow waiting { .id = 2,
        .title = QStringLiteral("Export quantized.safetensors"),
        .phase = QStringLiteral("waiting for the evaluation"),
        .fraction = 0.0,
        .state = JobState::Waiting };
    JobRow done { .id = 3,
        .title = QStringLiteral("Export report.h5"),
        .fraction = 1.0,
        .secondsRun = 2.4,
        .state = JobState::Done,
        .message = QStringLiteral("Written and verified: 284 kB."),
        .command = QStringLiteral("bitwright-cli quantize …") };
    JobRow failed { .id = 4,
        .title = QStringLiteral("Export quantized.safetensors"),
        .secondsRun = 0.8,
        .state = JobState::Failed,
        .message = QStringLiteral("Writing /media/usb/quantized.safetensors failed: no space is left on the device. "
                                  "Nothing was left behind. Free some space or choose another folder."),
        .details = QStringLiteral("file /media/usb/quantized.safetensors"),
        .canRetry = true };
    JobRow cancelled {
        .id = 5, .title = QStringLiteral("Statistics of 22 layers"), .secondsRun = 14, .state = JobState::Cancelled
    };
    return { running, waiting, failed, done, cancelled };
}

QWidget* workbench(int leftWidth, int rightWidth)
{
    auto* window = new QWidget;
    auto* grid = new QGridLayout(window);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(0);
    auto* left = new LayerPanel;
    left->model().setRows(made_up::layers(22));
    left->setSelection({ LayerId(std::size_t { 0 }), LayerId(std::size_t { 1 }), LayerId(std::size_t { 4 }) });
    left->setFixedWidth(leftWidth);
    auto* plot = new HistogramPlot;
    plot->setPicture(made_up::distribution());
    plot->showReadout(0.07);
    auto* strip = new MetricsStrip;
    strip->setMetrics(metrics());
    auto* right = new RecipePanel;
    fillRecipe(*right);
    right->setPicture(recipe(3));
    right->setFixedWidth(rightWidth);
    auto* bar = new TotalsBar;
    bar->setTotals(totals());
    auto* problems = new ProblemBar;
    problems->showBanner({ Severity::Warning,
        QStringLiteral(
            "2 of 22 layers could not be quantized: their weights hold NaN values. They are kept as they are."),
        {}, QStringLiteral("Show them") });
    grid->addWidget(problems, 0, 0, 1, 3);
    auto* limits = new LimitsStrip;
    limits->setPicture(made_up::limits());
    grid->addWidget(left, 1, 0, 3, 1);
    grid->addWidget(plot, 1, 1);
    grid->addWidget(strip, 2, 1);
    grid->addWidget(limits, 3, 1);
    grid->addWidget(right, 1, 2, 3, 1);
    grid->addWidget(bar, 4, 0, 1, 3);
    return window;
}

std::vector<Scene> scenes()
{
    std::vector<Scene> list;
    list.push_back({ QStringLiteral("workbench"), { 1440, 840 }, [] { return workbench(430, 300); } });
    list.push_back({ QStringLiteral("workbench-small"), { 1024, 590 }, [] { return workbench(300, 280); } });
    list.push_back({ QStringLiteral("distribution"), { 710, 560 }, scene<HistogramPlot>([](HistogramPlot& w) {
                        w.setPicture(made_up::distribution());
                        w.showReadout(-0.11);
                    }) });
    list.push_back({ QStringLiteral("distribution-log"), { 710, 560 }, scene<HistogramPlot>([](HistogramPlot& w) {
                        HistogramPicture picture = made_up::distribution();
                        auto withNan = std::make_shared<Histogram>(*picture.original);
                        withNan->nanCount = 3;
                        withNan->infCount = 1;
                        picture.original = withNan;
                        picture.isExact = false;
                        picture.exponent.reset();
                        w.setPicture(picture);
                        w.setLogScale(true);
                        w.highlightValue(0.362);
                    }) });
    list.push_back(
        { QStringLiteral("distribution-256-levels"), { 710, 480 }, scene<HistogramPlot>([](HistogramPlot& w) {
             HistogramPicture picture = made_up::distribution();
             picture.grid = made_up::powerGrid(255, 1.0, 0.4);
             picture.quantized = made_up::quantized(*picture.original, picture.grid);
             picture.canEditLevels = false;
             picture.exponent.reset();
             w.setPicture(picture);
         }) });
    list.push_back({ QStringLiteral("distribution-empty"), { 710, 300 }, scene<HistogramPlot>() });
    list.push_back({ QStringLiteral("exponent"), { 710, 480 },
        scene<ExponentPlot>([](ExponentPlot& w) { w.setPicture(made_up::exponent()); }) });
    list.push_back({ QStringLiteral("exponent-searched"), { 710, 400 }, scene<ExponentPlot>([](ExponentPlot& w) {
                        ExponentPicture picture = made_up::exponent();
                        picture.isFixed = false;
                        picture.current = picture.curve.optimum;
                        picture.isExact = false;
                        w.setPicture(picture);
                    }) });
    list.push_back({ QStringLiteral("channels"), { 710, 400 }, scene<ChannelsPlot>([](ChannelsPlot& w) {
                        w.setPicture({ QStringLiteral("layer1.0.conv1.weight"), made_up::channels(64), {} });
                        w.setSelectedChannel(22);
                    }) });
    list.push_back({ QStringLiteral("channels-5000"), { 710, 300 }, scene<ChannelsPlot>([](ChannelsPlot& w) {
                        w.setPicture({ QStringLiteral("lm_head.weight"), made_up::channels(5000), {} });
                    }) });
    list.push_back({ QStringLiteral("outliers"), { 710, 420 },
        scene<OutliersView>([](OutliersView& w) { w.setPicture(made_up::outliers()); }) });
    list.push_back({ QStringLiteral("strips"), { 560, 200 }, strips });
    list.push_back({ QStringLiteral("layers"), { 430, 640 }, scene<LayerPanel>([](LayerPanel& w) {
                        w.model().setRows(made_up::layers(40));
                        w.setSelection({ LayerId(std::size_t { 1 }), LayerId(std::size_t { 4 }) });
                    }) });
    list.push_back({ QStringLiteral("layers-empty"), { 430, 240 }, scene<LayerPanel>() });
    list.push_back({ QStringLiteral("layers-bad-filter"), { 430, 240 }, scene<LayerPanel>([](LayerPanel& w) {
                        w.model().setRows(made_up::layers(12));
                        w.setFilterText(QStringLiteral("/conv(/"));
                    }) });
    list.push_back({ QStringLiteral("recipe"), { 300, 760 }, scene<RecipePanel>([](RecipePanel& w) {
                        fillRecipe(w);
                        w.setPicture(recipe(1));
                    }) });
    list.push_back({ QStringLiteral("recipe-mixed"), { 300, 760 }, scene<RecipePanel>([](RecipePanel& w) {
                        fillRecipe(w);
                        w.formatEditor().setChecker([](const QuantFormat&) {
                            return std::vector<Problem> { { "bits", "bits must be 1 to 8, or 16, not 9" } };
                        });
                        w.setPicture(recipe(3));
                    }) });
    list.push_back({ QStringLiteral("recipe-problem"), { 300, 760 }, scene<RecipePanel>([](RecipePanel& w) {
                        fillRecipe(w);
                        w.formatEditor().setChecker([](const QuantFormat&) {
                            return std::vector<Problem> { { "bits", "bits must be 1 to 8, or 16, not 9" },
                                { "block", "block size 64 does not fit" } };
                        });
                        RecipePicture picture = recipe(1);
                        picture.formats[0].family = "levels";
                        picture.formats[0].params = { { "levels", std::vector<double> { -1, -0.3, 0, 0.4, 1 } } };
                        picture.methods[0] = QStringLiteral("gptq");
                        picture.methodParams = { { "damp", 0.02 } };
                        w.setPicture(picture);
                    }) });
    list.push_back({ QStringLiteral("recipe-kept"), { 300, 300 }, scene<RecipePanel>([](RecipePanel& w) {
                        RecipePicture picture;
                        picture.layerCount = 22;
                        picture.keptText = QStringLiteral("Kept as it is: it has one dimension, and formats need two.");
                        w.setPicture(picture);
                    }) });
    list.push_back({ QStringLiteral("metrics"), { 710, 52 }, scene<MetricsStrip>([](MetricsStrip& w) {
                        LayerMetrics m = metrics();
                        m.isExact = false;
                        w.setMetrics(m);
                    }) });
    list.push_back({ QStringLiteral("limits"), { 710, 52 },
        scene<LimitsStrip>([](LimitsStrip& w) { w.setPicture(made_up::limits()); }) });
    list.push_back({ QStringLiteral("limits-beyond"), { 420, 52 }, scene<LimitsStrip>([](LimitsStrip& w) {
                        LimitsPicture picture = made_up::limits();
                        picture.rTimes2b = 0.81;
                        picture.isExact = false;
                        picture.isStale = true;
                        w.setPicture(picture);
                    }) });
    list.push_back({ QStringLiteral("limits-unknown"), { 710, 52 }, scene<LimitsStrip>() });
    list.push_back({ QStringLiteral("metrics-unknown"), { 710, 52 }, scene<MetricsStrip>() });
    list.push_back(
        { QStringLiteral("totals"), { 1440, 52 }, scene<TotalsBar>([](TotalsBar& w) { w.setTotals(totals()); }) });
    list.push_back({ QStringLiteral("totals-stale"), { 1024, 52 }, scene<TotalsBar>([](TotalsBar& w) {
                        Totals t = totals();
                        t.isStale = true;
                        t.isExact = false;
                        w.setTotals(t);
                    }) });
    list.push_back({ QStringLiteral("totals-unknown"), { 1024, 52 }, scene<TotalsBar>() });
    list.push_back({ QStringLiteral("jobs"), { 900, 380 }, scene<JobsPanel>([](JobsPanel& w) { w.setJobs(jobs()); }) });
    list.push_back({ QStringLiteral("jobs-empty"), { 900, 160 }, scene<JobsPanel>() });
    list.push_back(
        { QStringLiteral("runs"), { 1100, 300 }, scene<RunsPanel>([](RunsPanel& w) { w.setRuns(made_up::runs()); }) });
    list.push_back({ QStringLiteral("runs-stale"), { 1024, 300 }, scene<RunsPanel>([](RunsPanel& w) {
                        w.setRuns(made_up::runs());
                        w.setCurrentRun(1);
                    }) });
    list.push_back({ QStringLiteral("runs-empty"), { 1024, 200 }, scene<RunsPanel>() });
    list.push_back({ QStringLiteral("problems"), { 900, 200 },
        scene<ProblemBar>([](ProblemBar& w) {
            w.showBanner({ Severity::Information,
                QStringLiteral("The session was recovered after a crash; nothing is lost."), {}, {} });
            w.showBanner({ Severity::Warning, QStringLiteral("2 layers were kept."), {}, QStringLiteral("Show them") });
            w.showBanner({ Severity::Error,
                QStringLiteral("resnet.pt was refused: its code calls aten::from_file, which reads files. Only models "
                               "without such calls are run. Ask for a model without it."),
                QStringLiteral("file resnet.pt"), QStringLiteral("Open another…") });
        }) });
    list.push_back(
        { QStringLiteral("start"), { 1100, 720 }, scene<StartPage>([](StartPage& w) {
             QVector<float> bell;
             for (int i = 0; i < 64; ++i) {
                 bell << static_cast<float>(std::exp(-(i - 32.0) * (i - 32.0) / 90));
             }
             w.setSamples({ { QStringLiteral("shapes"), QStringLiteral("Shapes"),
                                QStringLiteral("A small convolutional network, 0.5 M weights, ten classes"), bell },
                 { QStringLiteral("b"), QStringLiteral("Shapes, batch norm folded"),
                     QStringLiteral("The same network with fewer layers"), bell },
                 { QStringLiteral("c"), QStringLiteral("Heavy tails"), QStringLiteral("Weights with outliers"),
                     bell } });
             w.setRecentFiles({ { QStringLiteral("/home/u/models/resnet20.pt"), QStringLiteral("resnet20.pt"),
                                    QStringLiteral("TorchScript, 1.09 MB, yesterday"), false },
                 { QStringLiteral(
                       "/media/usb/gone/a_model_with_a_rather_long_name_that_goes_on_and_on_and_on.safetensors"),
                     QStringLiteral("a_model_with_a_rather_long_name_that_goes_on_and_on_and_on.safetensors"), {},
                     true } });
         }) });
    list.push_back({ QStringLiteral("formats-plot"), { 710, 480 }, scene<FormatsPlot>([](FormatsPlot& w) {
                        w.setPicture(made_up::formats());
                        w.setSelectedPoint(2);
                    }) });
    for (const bool isProduct : { false, true }) {
        list.push_back({ isProduct ? QStringLiteral("survey-product") : QStringLiteral("survey-error"), { 860, 520 },
            scene<SurveyPlot>([isProduct](SurveyPlot& w) {
                w.setPicture(made_up::survey());
                w.setProductShown(isProduct);
                w.setSelectedPoint(80);
            }) });
    }
    for (const int width : { 1100, 820 }) {
        list.push_back({ QStringLiteral("format-picker-%1").arg(width), { width, 520 }, [width]() -> QWidget* {
                            auto* window = new QWidget;
                            window->resize(width, 520);
                            auto* picker = new FormatPicker(window);
                            picker->open();
                            PickerPicture picture = made_up::pickerPicture();
                            picture.progress = 0.4;
                            picker->setPicture(picture);
                            return window;
                        } });
    }
    list.push_back({ QStringLiteral("start-small"), { 1024, 560 }, scene<StartPage>() });
    list.push_back({ QStringLiteral("popover"), { 0, 0 }, []() -> QWidget* {
                        return new Popover({ QStringLiteral("Error R"),
                            QStringLiteral("Root mean square of the error divided by the root mean square of the "
                                           "weights: 0 is no error, 1 is an error as large as the weights."),
                            QStringLiteral("R = √( Σ(q − x)² / Σx² )"),
                            QStringLiteral("All 36,864 weights of layer1.0.conv1.weight\nFormat pow4/c") });
                    } });
    list.push_back({ QStringLiteral("allocation-bars"), { 560, 420 }, scene<AllocationBars>([](AllocationBars& w) {
                        w.layers().setRows(made_up::allocationRows(40));
                        w.selectRow(3);
                    }) });
    list.push_back({ QStringLiteral("allocation-front"), { 640, 420 },
        scene<FrontPlot>([](FrontPlot& w) { w.setPicture(made_up::front()); }) });
    list.push_back({ QStringLiteral("allocation-front-empty"), { 400, 200 }, scene<FrontPlot>([](FrontPlot& w) {
                        FrontPicture picture;
                        picture.emptyText
                            = QStringLiteral("Compute damages to see which formats are worth their size.");
                        w.setPicture(picture);
                    }) });
    list.push_back({ QStringLiteral("allocation-budget"), { 980, 110 }, scene<BudgetEditor>([](BudgetEditor& w) {
                        w.setPicture(made_up::budget());
                        w.setMeasured(QStringLiteral("81.2 % [79.4, 82.8]"), {}, false);
                    }) });
    list.push_back(
        { QStringLiteral("allocation-budget-problem"), { 980, 130 }, scene<BudgetEditor>([](BudgetEditor& w) {
             BudgetPicture picture = made_up::budget();
             picture.isStale = true;
             picture.note = QStringLiteral("The smallest there is has 2.11 bits per weight.");
             w.setPicture(picture);
         }) });
    list.push_back({ QStringLiteral("allocation-inputs"), { 980, 110 },
        scene<AllocationInputs>([](AllocationInputs& w) { w.setPicture(made_up::inputs()); }) });
    list.push_back(
        { QStringLiteral("allocation-inputs-running"), { 980, 110 }, scene<AllocationInputs>([](AllocationInputs& w) {
             InputsPicture picture = made_up::inputs();
             picture.progress = 0.4;
             picture.progressText = QStringLiteral("21 of 56 formats · 42 a second · 3 s left");
             w.setPicture(picture);
         }) });
    list.push_back({ QStringLiteral("allocation-compare"), { 480, 220 }, scene<ComparePanel>([](ComparePanel& w) {
                        w.setKept({ QStringLiteral("Allocation 4.10 bits") }, 0);
                        w.setRows(made_up::comparison());
                    }) });
    list.push_back({ QStringLiteral("allocation-walk"), { 480, 70 }, scene<WalkControls>([](WalkControls& w) {
                        w.setStepCount(40);
                        w.stepBy(1);
                        w.setText(QStringLiteral("Step 12 of 40: conv2.weight, int3/c → int4/c"));
                    }) });
    list.push_back({ QStringLiteral("icons"), { 480, 180 }, iconSheet });
    return list;
}

int problems = 0;

void complain(const QString& sceneName, const QString& what)
{
    ++problems;
    QTextStream(stderr) << sceneName << ": " << what << '\n';
}

/// Text that does not fit and does not say so (elided labels do), and controls a screen reader could not name.
void checkWidgets(const QString& sceneName, QWidget& root)
{
    const auto children = root.findChildren<QWidget*>();
    for (QWidget* child : children) {
        if (!child->isVisible()) {
            continue;
        }
        const auto* label = qobject_cast<QLabel*>(child);
        const bool isButton = qobject_cast<QAbstractButton*>(child) != nullptr;
        const bool isWrapped = label != nullptr && label->wordWrap();
        if ((label != nullptr && !isWrapped && !label->text().isEmpty())
            || (isButton && !static_cast<QAbstractButton*>(child)->text().isEmpty())) {
            if (child->width() < child->minimumSizeHint().width() - 1
                && child->sizePolicy().horizontalPolicy() != QSizePolicy::Ignored) {
                complain(sceneName,
                    QStringLiteral("%1 \"%2\" is cut: %3 of %4 px")
                        .arg(QLatin1String(child->metaObject()->className()),
                            label != nullptr ? label->text() : static_cast<QAbstractButton*>(child)->text())
                        .arg(child->width())
                        .arg(child->minimumSizeHint().width()));
            }
        }
        if (isWrapped && child->height() + 1 < label->heightForWidth(child->width())
            && label->sizePolicy().horizontalPolicy() != QSizePolicy::Ignored) {
            complain(sceneName,
                QStringLiteral("wrapped text \"%1\" is cut: %2 of %3 px high")
                    .arg(label->text())
                    .arg(child->height())
                    .arg(label->heightForWidth(child->width())));
        }
        const bool isControl = isButton || qobject_cast<QAbstractSpinBox*>(child) != nullptr
            || qobject_cast<QComboBox*>(child) != nullptr || qobject_cast<QSlider*>(child) != nullptr
            || (qobject_cast<QLineEdit*>(child) != nullptr
                && qobject_cast<QAbstractSpinBox*>(child->parent()) == nullptr
                && qobject_cast<QComboBox*>(child->parent()) == nullptr);
        const bool isInner = child->objectName().startsWith(QLatin1String("qt_"))
            || QLatin1String(child->metaObject()->className()).startsWith(QLatin1String("QLineEditIcon"))
            || QLatin1String(child->metaObject()->className()) == QLatin1String("QTableCornerButton")
            || child->parent()->inherits("QTableView");
        const auto* button = qobject_cast<QAbstractButton*>(child);
        if (isControl && !isInner && child->accessibleName().isEmpty()
            && (button == nullptr || button->text().isEmpty())) {
            complain(sceneName,
                QStringLiteral("%1 \"%2\" has no accessible name")
                    .arg(QLatin1String(child->metaObject()->className()), child->objectName()));
        }
    }
}

void checkPicture(const QString& sceneName, const QImage& image)
{
    QSet<QRgb> colors;
    for (int y = 0; y < image.height(); y += 2) {
        for (int x = 0; x < image.width(); x += 2) {
            colors.insert(image.pixel(x, y));
        }
    }
    if (colors.size() < 8) {
        complain(sceneName, QStringLiteral("looks blank: %1 colours").arg(colors.size()));
    }
}

} // namespace

int main(int argc, char** argv)
{
    const QString folder = argc > 1 ? QString::fromLocal8Bit(argv[1]) : QStringLiteral("widgets-gallery");
    const QString scale = argc > 2 ? QString::fromLocal8Bit(argv[2]) : QStringLiteral("1");
    const QString only = argc > 3 ? QString::fromLocal8Bit(argv[3]) : QString();
    qputenv("QT_SCALE_FACTOR", scale.toLatin1());
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    QApplication application(argc, argv);
    QApplication::setStyle(new QuietStyle);
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    if (QFontDatabase::families().isEmpty()) {
        complain(QStringLiteral("fonts"), QStringLiteral("no font is installed; texts would be boxes"));
    }
    QDir().mkpath(folder);
    for (const bool isDark : { false, true }) {
        QApplication::setPalette(isDark ? darkPalette() : lightPalette());
        for (const Scene& each : scenes()) {
            if (!only.isEmpty() && !each.name.startsWith(only)) {
                continue;
            }
            std::unique_ptr<QWidget> widget(each.make());
            widget->setAttribute(Qt::WA_DeleteOnClose, false);
            if (!each.size.isEmpty()) {
                widget->resize(each.size);
            }
            widget->show();
            QTest::qWait(30);
            const QString name = QStringLiteral("%1-%2@%3x")
                                     .arg(each.name, isDark ? QStringLiteral("dark") : QStringLiteral("light"), scale);
            if (!each.size.isEmpty() && widget->size() != each.size) {
                complain(name, QStringLiteral("wants %1×%2").arg(widget->width()).arg(widget->height()));
            }
            const QImage image = widget->grab().toImage();
            image.save(folder + QLatin1Char('/') + name + QStringLiteral(".png"));
            checkPicture(name, image);
            checkWidgets(name, *widget);
        }
    }
    QTextStream(stderr) << (problems == 0 ? "all scenes are fine" : "there are problems") << '\n';
    return problems == 0 ? 0 : 1;
}
