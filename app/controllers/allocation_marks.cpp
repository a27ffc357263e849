// What the session holds, as marks on the front and as a comparison; and the inputs.
#include "app/controllers/allocation_pictures.h"

#include "app/controllers/allocation_totals.h"
#include "app/core_text.h"
#include "app/workbench.h"
#include "core/engine/format_candidates.h"
#include "core/export/exporter.h"
#include "core/formats/format_family.h"
#include "widgets/text.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>
#include <cmath>

namespace bw {

namespace {

/// Sizes of a recipe, as far as its formats are on the menu.
struct Placed
{
    LayerChoices choices;
    AllocationTotals totals;
};
Placed place(const Recipe& recipe, const AllocationGround& ground, const Workbench& bench)
{
    const Model& model = *bench.document.model();
    const Plan plan = resolve(recipe, model);
    Placed placed { choicesOf(plan, model, ground.open), {} };
    placed.totals = totalsOf(ground, placed.choices, [&](std::size_t layer) -> std::optional<OffMenu> {
        const LayerId id = model.find(ground.open.layers[layer].name);
        const std::uint64_t own = model.layer(id).storedBytes();
        return plan.layers[id.index()].isKept ? std::optional(OffMenu { 8 * own, own, 0.0 }) : std::nullopt;
    });
    return placed;
}

const EvalRun* quantizedRun(const EvalResult& result)
{
    const auto found = std::find_if(
        result.runs.begin(), result.runs.end(), [](const EvalRun& run) { return !run.recipeJson.empty(); });
    return found == result.runs.end() ? nullptr : &*found;
}

std::optional<FrontMark> measuredMark(const StoredRun& run, const AllocationGround& ground, const Workbench& bench)
{
    const EvalRun* quantized = quantizedRun(run.result);
    const Metric* kl = quantized != nullptr ? quantized->find("kl_mean") : nullptr;
    const Placed placed = place(run.recipe, ground, bench);
    if (kl == nullptr || !placed.totals.isComplete) {
        return std::nullopt;
    }
    FrontMark mark;
    mark.kind = FrontMark::Kind::Measured;
    mark.name = AllocationText::tr("Measured KL to float");
    mark.bits = placed.totals.bitsPerWeight;
    mark.bytes = placed.totals.bytes;
    mark.damage = kl->value;
    mark.low = kl->low;
    mark.high = kl->high;
    if (const Metric* top1 = quantized->find("top1")) {
        mark.note = AllocationText::tr("top-1 %1, n = %2").arg(metricText(*top1), countText(top1->n));
    }
    return mark;
}

QString difference(double a, double b)
{
    return a == b ? QStringLiteral("0") : (b > a ? QStringLiteral("+") : QString()) + numberText(b - a, 2);
}

const Metric* metricOf(const StoredRun* run, const char* name)
{
    const EvalRun* quantized = run != nullptr ? quantizedRun(run->result) : nullptr;
    return quantized != nullptr ? quantized->find(name) : nullptr;
}

CompareRow metricRow(const QString& what, const Metric* a, const Metric* b, bool isShare)
{
    const auto text = [isShare](const Metric* metric) {
        return metric == nullptr ? AllocationText::tr("not measured")
            : isShare            ? metricText(*metric)
                                 : AllocationText::tr("%1 [%2, %3]")
                            .arg(numberText(metric->value, 2), numberText(metric->low, 2), numberText(metric->high, 2));
    };
    CompareRow row { what, text(a), text(b), unknownText(), true };
    if (a != nullptr && b != nullptr) {
        row.difference = isShare ? AllocationText::tr("%1 points").arg(difference(a->value * 100, b->value * 100))
                                 : difference(a->value, b->value);
    }
    return row;
}

QString layerFormat(const AllocationGround& ground, const LayerChoices& choices, std::size_t layer)
{
    return choices[layer] < 0 ? AllocationText::tr("another format")
                              : QString::fromStdString(formatText(
                                  ground.open.layers[layer].options[static_cast<std::size_t>(choices[layer])].format));
}

} // namespace

const StoredRun* newestRun(const Session& session, const Recipe& recipe, bool* isStale)
{
    const auto& runs = *session.runs;
    const auto found
        = std::find_if(runs.rbegin(), runs.rend(), [&](const StoredRun& run) { return run.recipe == recipe; });
    if (isStale != nullptr) {
        *isStale = found == runs.rend() && !runs.empty();
    }
    return found != runs.rend() ? &*found : runs.empty() ? nullptr : &runs.back();
}

std::vector<FrontMark> sessionMarks(const AllocationGround& ground, const Workbench& bench, int kept)
{
    std::vector<FrontMark> marks;
    const Session& session = bench.document.session();
    for (std::size_t i = 0; i < session.snapshots->size(); ++i) {
        const Snapshot& snapshot = (*session.snapshots)[i];
        const Placed placed = place(snapshot.recipe, ground, bench);
        if (placed.totals.damage) {
            FrontMark mark;
            mark.kind = static_cast<int>(i) == kept ? FrontMark::Kind::Kept : FrontMark::Kind::Snapshot;
            mark.name = shownName(snapshot.name);
            mark.bits = placed.totals.bitsPerWeight;
            mark.bytes = placed.totals.bytes;
            mark.damage = *placed.totals.damage;
            marks.push_back(std::move(mark));
        }
    }
    for (const StoredRun& run : *session.runs) {
        if (auto mark = measuredMark(run, ground, bench)) {
            marks.push_back(std::move(*mark));
        }
    }
    return marks;
}

InputsPicture inputsPicture(const Workbench& bench, const AllocationResults& results)
{
    InputsPicture picture;
    if (!bench.document.isOpen()) {
        return picture;
    }
    const AllocationInputsUsed used = results.inputs();
    const bool hasGraph = bench.document.model()->hasGraph();
    for (const Sensitivity* kind : sensitivities().entries()) {
        picture.kinds.push_back({ QString::fromStdString(kind->id), coreText(kind->title), coreText(kind->explanation),
            kind->needsGraph && !hasGraph ? AllocationText::tr("It runs the model, and this file holds weights only.")
                                          : QString() });
    }
    picture.kind = QString::fromStdString(used.kind->id);
    picture.needsData = used.kind->needsData || (hasGraph && used.dataLocation.empty() && !used.kind->needsMatrix);
    picture.dataName = used.dataLocation.empty() ? QString() : fileNameText(used.dataLocation);
    picture.needsMatrix = used.kind->needsMatrix;
    picture.matrixName = used.importance.empty() ? QString() : fileNameText(used.importance);
    for (const QuantFormat& format : used.formats) {
        picture.formats.append(QString::fromStdString(formatText(format)));
    }
    for (const QuantFormat& format : usualFormats(bench.document.session().recipe->fallback.format)) {
        picture.offeredFormats.append(QString::fromStdString(formatText(format)));
    }
    for (const FormatFamily* family : formatFamilies().entries()) {
        for (const std::string& example : family->examples) {
            const QString text = QString::fromStdString(formatText(parseFormat(example)));
            if (!picture.offeredFormats.contains(text)) {
                picture.offeredFormats.append(text);
                break;
            }
        }
    }
    for (const Exporter* exporter : exporters().entries()) {
        picture.targets.push_back({ QString::fromStdString(exporter->id), coreText(exporter->title), {},
            exporter->sizes == nullptr
                ? AllocationText::tr("It holds float values whatever their format, so no format makes it smaller.")
                : QString() });
    }
    picture.target = QString::fromStdString(used.exporter);
    picture.isStale = results.isStale();
    const QString whyNot = results.whyNot();
    picture.canCompute = whyNot.isEmpty() && (results.isStale() || results.ground() == nullptr);
    if (const auto job = results.job()) {
        picture.progress = job->progress.fraction;
        QStringList parts { coreText(job->progress.phase) };
        if (job->progress.total > 0) {
            parts << AllocationText::tr("%1 of %2 %3")
                         .arg(job->progress.done)
                         .arg(job->progress.total)
                         .arg(coreText(job->progress.unit));
        }
        if (job->rate > 0 && !job->progress.unit.empty()) {
            parts << AllocationText::tr("%1 a second").arg(numberText(job->rate, 2));
        }
        if (job->secondsLeft >= 0) {
            parts << AllocationText::tr("%1 left").arg(durationText(job->secondsLeft));
        }
        parts.removeAll(QString());
        picture.progressText = parts.join(QStringLiteral(" · "));
    }
    if (results.failure()) {
        picture.note = errorText(*results.failure());
    } else if (!whyNot.isEmpty()) {
        picture.note = AllocationText::tr("Damages cannot be computed: %1.").arg(whyNot);
    } else if (!used.kind->needsData && !used.kind->needsMatrix) {
        picture.note = !hasGraph
            ? AllocationText::tr(
                "Weights only: without a graph the model cannot be run, so damage is the error of the weights, as if "
                "all layers bore it equally. Open a TorchScript model for real damage.")
            : AllocationText::tr("Weight error only; give calibration data for real damage.");
    }
    return picture;
}

std::vector<CompareRow> compareRows(const AllocationScene& scene, const Workbench& bench, int kept)
{
    const AllocationGround& ground = *scene.ground;
    const Session& session = bench.document.session();
    if (kept < 0 || kept >= static_cast<int>(session.snapshots->size())) {
        return {};
    }
    const Recipe& recipeA = (*session.snapshots)[static_cast<std::size_t>(kept)].recipe;
    const Placed a = place(recipeA, ground, bench);
    const LayerChoices now = choicesOfNow(ground, bench);
    const Placed b { now, allocationTotals(ground, now, bench) };
    const auto size = [](const AllocationTotals& totals) {
        return totals.isComplete
            ? AllocationText::tr("%1, %2 bits").arg(bytesText(totals.bytes), numberText(totals.bitsPerWeight))
            : unknownText();
    };
    std::vector<CompareRow> rows;
    rows.push_back({ AllocationText::tr("Size"), size(a.totals), size(b.totals),
        a.totals.isComplete && b.totals.isComplete && a.totals.bytes > 0
            ? signedPercentText(static_cast<double>(b.totals.bytes) / static_cast<double>(a.totals.bytes) - 1)
            : unknownText(),
        true });
    rows.push_back({ AllocationText::tr("Predicted damage"), numberText(a.totals.damage, true, 2),
        numberText(b.totals.damage, true, 2),
        a.totals.damage && b.totals.damage ? difference(*a.totals.damage, *b.totals.damage) : unknownText(), true });
    bool isStaleA = false;
    bool isStaleB = false;
    const StoredRun* runA = newestRun(session, recipeA, &isStaleA);
    const StoredRun* runB = newestRun(session, *session.recipe, &isStaleB);
    runA = isStaleA ? nullptr : runA;
    runB = isStaleB ? nullptr : runB;
    rows.push_back(metricRow(
        AllocationText::tr("Measured KL to float"), metricOf(runA, "kl_mean"), metricOf(runB, "kl_mean"), false));
    rows.push_back(
        metricRow(AllocationText::tr("Top-1 accuracy"), metricOf(runA, "top1"), metricOf(runB, "top1"), true));
    for (std::size_t i = 0; i < a.choices.size(); ++i) {
        if (a.choices[i] == b.choices[i]) {
            continue;
        }
        const auto bitsOf = [&](int choice) {
            const auto& layer = ground.open.layers[i];
            return static_cast<double>(layer.options[static_cast<std::size_t>(choice)].bits)
                / static_cast<double>(layer.count);
        };
        rows.push_back({ shownName(ground.open.layers[i].name), layerFormat(ground, a.choices, i),
            layerFormat(ground, b.choices, i),
            a.choices[i] >= 0 && b.choices[i] >= 0
                ? AllocationText::tr("%1 bits").arg(difference(bitsOf(a.choices[i]), bitsOf(b.choices[i])))
                : unknownText(),
            false, scene.nameEnding });
    }
    return rows;
}

} // namespace bw
