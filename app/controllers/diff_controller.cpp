#include "app/controllers/diff_controller.h"

#include "app/banners.h"
#include "app/core_text.h"
#include "app/document/recipe_edits.h"
#include "app/jobs/lanes.h"
#include "app/views/diff_view.h"
#include "app/workbench.h"
#include "core/diff/diff_notes.h"
#include "core/model/loader.h"
#include "core/stats/histogram.h"
#include "widgets/plots/pair_plot.h"
#include "widgets/text.h"

#include <QFileInfo>

#include <algorithm>

namespace bw {

namespace {
constexpr int bins = 256;

/// What differs most first, then what only one has, then what is the same.
std::vector<std::size_t> orderOf(const ModelDiff& diff)
{
    std::vector<std::size_t> order = diff.hotSpots();
    std::vector<bool> isIn(diff.tensors.size(), false);
    for (const std::size_t index : order) {
        isIn[index] = true;
    }
    for (const bool wantsPairs : { false, true }) {
        for (std::size_t i = 0; i < diff.tensors.size(); ++i) {
            if (!isIn[i] && diff.tensors[i].isPair() == wantsPairs) {
                order.push_back(i);
            }
        }
    }
    return order;
}

DiffRow rowOf(const TensorDiff& tensor, const Model& a, const Model& b)
{
    const LayerInfo& layer = tensor.a.isValid() ? a.layer(tensor.a) : b.layer(tensor.b);
    DiffRow row;
    row.name = shownName(layer.name);
    row.verdict = static_cast<int>(tensor.verdict);
    row.verdictTitle = coreText(verdictTitle(tensor.verdict));
    row.types = QString::fromStdString(storedTypes(tensor, a, b));
    row.shape = QString::fromStdString(shapeText(layer.view.shape));
    row.values = layer.count();
    row.r = tensor.r();
    if (row.r) {
        row.sqnrDb = sqnrDb(tensor.sums);
        row.maxError = tensor.sums.maxAbsError;
    }
    QStringList notes;
    for (const Text& note : diffNotes(tensor, a, b)) {
        notes.append(coreText(note));
    }
    row.note = notes.join(QStringLiteral("; "));
    row.isStrong = tensor.verdict == TensorVerdict::Changed;
    return row;
}

QString modelText(const QString& path, const Model& model)
{
    return DiffController::tr("%1 · %2 · %3 values", "file name, kind of file, number")
        .arg(modelNameText(toStdPath(path)), QString::fromStdString(model.format()), countText(model.parameterCount()));
}

/// Least and greatest finite value of both, by the edges of a histogram of one bin.
std::pair<double, double> rangeOf(const std::vector<TensorView>& views, const JobContext& ctx)
{
    std::pair<double, double> range { 0, 0 };
    for (std::size_t i = 0; i < views.size(); ++i) {
        const auto share = 1.0 / static_cast<double>(views.size());
        const auto at = static_cast<double>(i) * share;
        const auto edges = computeHistogram(views[i], 1, ctx.sub(at, at + share)).edges;
        range = i == 0 ? std::pair(edges.front(), edges.back())
                       : std::pair(std::min(range.first, edges.front()), std::max(range.second, edges.back()));
    }
    return range;
}

struct Pair
{
    std::shared_ptr<const Histogram> a;
    std::shared_ptr<const Histogram> b;
};

Pair histogramsOf(const TensorDiff& tensor, const Model& a, const Model& b, const JobContext& ctx)
{
    std::vector<TensorView> views;
    if (tensor.a.isValid()) {
        views.push_back(a.layer(tensor.a).view);
    }
    if (tensor.b.isValid()) {
        views.push_back(b.layer(tensor.b).view);
    }
    const auto [low, high] = rangeOf(views, ctx.sub(0, 0.5));
    Pair pair;
    for (std::size_t i = 0; i < views.size(); ++i) {
        auto histogram = std::make_shared<const Histogram>(
            computeHistogram(views[i], low, high, bins, i == 0 ? ctx.sub(0.5, 0.75) : ctx.sub(0.75, 1)));
        (i == 0 && tensor.a.isValid() ? pair.a : pair.b) = std::move(histogram);
    }
    return pair;
}
} // namespace

DiffController::DiffController(Workbench& bench, Banners& banners, DiffView& view, QObject* parent)
    : QObject(parent)
    , m_bench(bench)
    , m_banners(banners)
    , m_view(view)
    , m_histograms(bench.lanes.light(), CoalescePolicy::CancelRunning)
{
    connect(&view, &DiffView::currentRowChanged, this, &DiffController::showTensor);
    connect(&view, &DiffView::closeRequested, this, &DiffController::close);
    connect(&view, &DiffView::swapRequested, this, [this] { compare(QString(m_pathB), QString(m_pathA)); });
    connect(&bench.jobs, &JobRunner::changed, this, &DiffController::showProgress);
    connect(&m_histograms, &CoalescingJob::failed, this, [this](const Error& error) {
        PairPicture picture = m_view.plot().picture();
        picture.a.reset();
        picture.b.reset();
        picture.emptyText = errorText(error);
        m_view.plot().setPicture(picture);
    });
}

void DiffController::compare(const QString& pathA, const QString& pathB)
{
    close();
    m_pathA = QFileInfo(pathA).absoluteFilePath();
    m_pathB = QFileInfo(pathB).absoluteFilePath();
    const QString nameA = modelNameText(toStdPath(m_pathA));
    const QString nameB = modelNameText(toStdPath(m_pathB));
    m_view.setWaiting({ nameA, nameB, {} }, tr("Comparing…"));
    m_job = m_bench.jobs.start(m_bench.lanes.files(),
        { .title = tr("Compare %1 with %2").arg(nameA, nameB),
            .command = QStringLiteral("bitwright-cli diff %1 %2").arg(shellWord(m_pathA), shellWord(m_pathB)),
            .work = [this, a = m_pathA, b = m_pathB](const JobContext& ctx) -> Delivery {
                auto comparison = std::make_shared<Comparison>();
                comparison->a = openModel(toStdPath(a), ctx.sub(0, 0.02));
                comparison->b = openModel(toStdPath(b), ctx.sub(0.02, 0.04));
                comparison->diff = diffModels(*comparison->a, *comparison->b, ctx.sub(0.04, 1));
                comparison->order = orderOf(comparison->diff);
                return [this, comparison] { show(comparison); };
            },
            .onFailed =
                [this, a = m_pathA, b = m_pathB](const Error& error) {
                    m_job = 0;
                    close();
                    m_banners.showError(error, tr("Try again"), [this, a, b] { compare(a, b); });
                },
            .onCanceled =
                [this] {
                    m_job = 0;
                    close();
                },
            .retry = [this, a = m_pathA, b = m_pathB] { compare(a, b); } });
    setShown(true);
}

void DiffController::close()
{
    if (m_job != 0) {
        m_bench.jobs.cancel(std::exchange(m_job, 0));
    }
    m_histograms.stop();
    m_comparison.reset();
    setShown(false);
}

void DiffController::setShown(bool isShown)
{
    if (m_isShown != isShown) {
        m_isShown = isShown;
        Q_EMIT shownChanged();
    }
}

void DiffController::showProgress()
{
    const auto job = m_job != 0 ? m_bench.jobs.job(m_job) : std::nullopt;
    if (job && job->status == JobStatus::Running) {
        const QString done = percentText(job->progress.fraction, 2);
        m_view.setWaiting({ modelNameText(toStdPath(m_pathA)), modelNameText(toStdPath(m_pathB)), {} },
            job->secondsLeft > 1 ? tr("Comparing: %1, %2 left").arg(done, durationText(job->secondsLeft))
                                 : tr("Comparing: %1").arg(done));
    }
}

void DiffController::show(std::shared_ptr<const Comparison> comparison)
{
    m_job = 0;
    m_comparison = std::move(comparison);
    const Comparison& all = *m_comparison;
    std::vector<DiffGroup> groups;
    for (const TensorVerdict verdict : allVerdicts) {
        if (const auto count = all.diff.count(verdict); count > 0) {
            groups.push_back({ static_cast<int>(verdict), coreText(verdictTitle(verdict)), count });
        }
    }
    std::vector<DiffRow> rows;
    for (const std::size_t index : all.order) {
        rows.push_back(rowOf(all.diff.tensors[index], *all.a, *all.b));
    }
    const QString total = all.diff.sums.count == 0
        ? tr("No tensor of one could be held against one of the other.")
        : tr("Over all values both have: R %1, %2 dB, largest difference %3")
              .arg(numberText(rmseOverRms(all.diff.sums)), numberText(sqnrDb(all.diff.sums)),
                  numberText(all.diff.sums.maxAbsError));
    m_view.setResult({ modelText(m_pathA, *all.a), modelText(m_pathB, *all.b), total }, groups, std::move(rows));
}

void DiffController::showTensor(int row)
{
    if (!m_comparison || row < 0) {
        m_histograms.stop();
        m_view.plot().setPicture({ {}, {}, {}, {}, tr("Choose a tensor to see its values in both models.") });
        return;
    }
    const DiffRow& shown = m_view.tensors().rows()[static_cast<std::size_t>(row)];
    PairPicture picture;
    picture.title = shown.name;
    picture.note = shown.r ? tr("%1, R %2").arg(shown.verdictTitle, numberText(*shown.r)) : shown.verdictTitle;
    picture.emptyText = tr("Counting…");
    m_histograms.submit(
        [this, comparison = m_comparison, picture, index = m_comparison->order[static_cast<std::size_t>(row)]](
            const JobContext& ctx) -> Delivery {
            const Pair pair = histogramsOf(comparison->diff.tensors[index], *comparison->a, *comparison->b, ctx);
            return [this, picture, pair] {
                PairPicture full = picture;
                full.a = pair.a;
                full.b = pair.b;
                m_view.plot().setPicture(full);
            };
        });
}

} // namespace bw
