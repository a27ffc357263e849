#include "core/engine/rank_formats.h"

#include "core/base/parallel.h"
#include "core/engine/format_candidates.h"
#include "core/engine/result_cache.h"
#include "core/formats/format_family.h"
#include "core/formats/group_scales.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <set>

namespace bw {

namespace {
constexpr std::uint64_t smallestSample = 2048;
constexpr std::uint64_t glanceWeights = std::uint64_t { 1 } << 14;
/// So few formats need no glance.
constexpr std::size_t sampledFormats = 48;
/// Formats measured before the listener hears of them.
constexpr std::size_t batch = 8;
constexpr std::size_t mostKeptLevels = 256;
/// A sample may overstate the share of tables that a whole layer has once.
constexpr double bitsDoubt = 1.02;
/// The best of every family is measured on all of so many weights; beyond, that would take minutes.
constexpr std::uint64_t mostFamilyWeights = std::uint64_t { 1 } << 24;

ErrorSums scaledTo(ErrorSums sums, std::uint64_t count)
{
    const double factor = sums.count == 0 ? 0 : static_cast<double>(count) / static_cast<double>(sums.count);
    sums.count = count;
    sums.squaredError *= factor;
    sums.squaredSignal *= factor;
    sums.squaredQuantized *= factor;
    sums.product *= factor;
    return sums;
}

/// How closely formats are looked at: many on few weights, the best of them on more, and the best of those on all.
enum Look
{
    Glance,
    Sample,
    Whole,
    LookCount
};

/// One layer, and what of it the looks are at: the layer itself where it is small.
struct Subject
{
    const LayerInfo* layer = nullptr;
    LayerInfo looks[LookCount];
    ContentHash hash;
    Shape shape; ///< output channels first
};

Shape outputFirst(const LayerInfo& layer)
{
    Shape shape = layer.view.shape;
    std::rotate(shape.begin(), shape.begin() + layer.outAxis, shape.begin() + layer.outAxis + 1);
    return shape;
}

bool isLess(const RankedFormat& a, const RankedFormat& b)
{
    const double left = a.figures.r();
    const double right = b.figures.r();
    return left != right ? left < right : a.figures.bits < b.figures.bits;
}

LayerInfo sampled(const LayerInfo& layer, std::uint64_t weights)
{
    if (layer.count() <= weights) {
        return layer;
    }
    LayerInfo sample = layer;
    sample.view = sampleRows(layer.matrix(), weights);
    sample.outAxis = 0;
    return sample;
}

/// Codes and the scales of groups grow with the weights; what a tensor has once does not.
std::uint64_t bitsOfAll(const QuantizedTensor& sample, std::uint64_t count)
{
    const auto part = sample.count();
    if (part == count || part == 0) {
        return sample.bits();
    }
    const double factor = static_cast<double>(count) / static_cast<double>(part);
    const bool isOnce = sample.format.scaling.granularity == Granularity::Tensor && sample.codec->groupCount() <= 1
        && sample.format.extras.empty();
    const std::uint64_t fixed = isOnce ? sample.codec->sideBits() : 0;
    return fixed + static_cast<std::uint64_t>(std::llround(static_cast<double>(sample.bits() - fixed) * factor));
}

std::shared_ptr<const Grid> keptGrid(const Codec& codec)
{
    auto grid = std::make_shared<Grid>(codec.grid(codec.typicalGroup()));
    const bool isWorthKeeping = !grid->levels.empty() && grid->levels.size() <= mostKeptLevels;
    return isWorthKeeping ? std::move(grid) : nullptr;
}

class Ranker
{
public:
    Ranker(const RankRequest& request, ResultCache* cache, const RankListener& listener, const JobContext& ctx)
        : m_request(request)
        , m_cache(cache)
        , m_listener(listener)
        , m_ctx(ctx)
    {
    }

    Ranking run()
    {
        prepare();
        std::vector<QuantFormat> possible;
        for (const QuantFormat& format : m_request.formats) {
            if (leastBits(format) <= m_request.maxBits) {
                possible.push_back(format);
            } else {
                ++m_ranking.tooLarge;
            }
        }
        m_first = m_request.isBrief && possible.size() > sampledFormats ? Glance : Sample;
        m_ranking.measured = weightsOf(m_first);
        m_total = possible.size() + (m_first == Glance && isCloser(Sample) ? sampledFormats : 0)
            + (isCloser(Whole) ? m_request.exactCount : 0);
        std::vector<RankedFormat> measured = measureAll(possible, m_first);
        sortOut(measured);
        if (m_first == Glance && isCloser(Sample)) {
            measureBest(measured, Sample, sampledFormats);
        }
        if (m_request.triesExtras) {
            tryExtras(measured);
        }
        if (isCloser(Whole)) {
            measureBest(measured, Whole, m_request.exactCount);
            if (m_request.areFamiliesExact && m_ranking.count <= mostFamilyWeights) {
                measureFamilies(measured);
            }
        }
        std::erase_if(measured, [this](const RankedFormat& format) { return isTooLarge(format, 1); });
        m_ranking.formats = std::move(measured);
        return std::move(m_ranking);
    }

private:
    void prepare();
    std::uint64_t weightsOf(Look look) const;
    /// Does this look see more weights than the first?
    bool isCloser(Look look) const { return weightsOf(look) > m_ranking.measured; }
    double leastBits(const QuantFormat& format) const;
    std::vector<RankedFormat> measureAll(const std::vector<QuantFormat>& formats, Look look);
    RankedFormat measure(const QuantFormat& format, Look look) const;
    MeasuredFormat measuredOn(const Subject& subject, const QuantFormat& format, Look look) const;
    void sortOut(std::vector<RankedFormat>& formats);
    using Wanted = std::function<bool(const RankedFormat&)>;
    void measureBest(std::vector<RankedFormat>& formats, Look look, std::size_t count, const Wanted& isWanted = {});
    void measureFamilies(std::vector<RankedFormat>& formats);
    void tryExtras(std::vector<RankedFormat>& formats);
    bool measureCloser(std::vector<RankedFormat>& formats, std::size_t index, Look look);
    bool isTooLarge(const RankedFormat& format, double doubt) const;
    void reportProgress();

    const RankRequest& m_request;
    ResultCache* m_cache;
    const RankListener& m_listener;
    const JobContext& m_ctx;
    std::vector<Subject> m_subjects;
    Ranking m_ranking;
    Look m_first = Sample;
    std::size_t m_done = 0;
    std::size_t m_total = 0;
};

void Ranker::prepare()
{
    if (m_request.layers.empty()) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "there is no layer to rank formats for"));
    }
    std::optional<Error> failure;
    for (const LayerId id : m_request.layers) {
        const LayerInfo& layer = m_request.model->layer(id);
        try {
            requireFinite(layer.matrix(), m_ctx);
            m_ranking.count += layer.count();
            m_subjects.push_back({ &layer, {}, {}, outputFirst(layer) });
        } catch (Error& error) {
            m_ranking.leftOut.push_back({ layer.name, error.message() });
            failure = failure.value_or(error.in(Text(BW_TR_NOOP("core", "layer %1"), { printable(layer.name) })));
        }
    }
    if (m_subjects.empty()) {
        throw *failure;
    }
    const std::uint64_t wanted[LookCount]
        = { std::min(glanceWeights, m_request.sampleWeights), m_request.sampleWeights, m_ranking.count };
    for (auto& subject : m_subjects) {
        const double share = static_cast<double>(subject.layer->count())
            / static_cast<double>(std::max<std::uint64_t>(1, m_ranking.count));
        for (const Look look : { Glance, Sample, Whole }) {
            const auto part = static_cast<std::uint64_t>(share * static_cast<double>(wanted[look]));
            subject.looks[look] = wanted[look] >= m_ranking.count
                ? *subject.layer
                : sampled(*subject.layer, std::max(smallestSample, part));
        }
        if (m_cache != nullptr) {
            subject.hash = m_cache->tensorHash(*subject.layer, m_ctx);
        }
    }
}

std::uint64_t Ranker::weightsOf(Look look) const
{
    std::uint64_t weights = 0;
    for (const auto& subject : m_subjects) {
        weights += subject.looks[look].count();
    }
    return weights;
}

/// Codes and one scale per group; tables and zero-points come on top. Formats above the limit need not be measured.
double Ranker::leastBits(const QuantFormat& format) const
{
    // What extras save is not known before.
    const FormatFamily& family = familyOf(format);
    if (!format.extras.empty() || !family.usualCoder.empty()) {
        return 0;
    }
    double bits = 0;
    for (const auto& subject : m_subjects) {
        const auto count = subject.layer->count();
        bits += static_cast<double>(count) * family.codeBits(format.params);
        if (family.hasScaling) {
            bits += static_cast<double>(Groups(subject.shape, format.scaling).count())
                * scaleStore(format.scaling.store).bits;
        }
    }
    return bits / static_cast<double>(std::max<std::uint64_t>(1, m_ranking.count));
}

MeasuredFormat Ranker::measuredOn(const Subject& subject, const QuantFormat& format, Look look) const
{
    const LayerInfo& layer = subject.looks[look];
    const LayerChoice choice { format, LayerChoice {}.method, {} };
    ContentHash key;
    if (m_cache != nullptr) {
        key = combine(resultKey(subject.hash, choice), contentHash("figures of " + toText(layer.count())));
        if (const auto known = m_cache->findFigures(key)) {
            return *known;
        }
    }
    const bool isLayer = layer.count() == subject.layer->count();
    QuantizedLayerPtr quantized
        = m_cache != nullptr && isLayer ? m_cache->find(resultKey(subject.hash, choice)) : nullptr;
    if (!quantized) {
        quantized = quantizeLayer(layer, choice, JobContext(m_ctx.stopToken()));
    }
    MeasuredFormat measured;
    FormatFigures& figures = measured.figures;
    figures.measured = layer.count();
    figures.count = subject.layer->count();
    figures.error = isLayer ? quantized->error : scaledTo(quantized->error, figures.count);
    figures.bits = bitsOfAll(quantized->tensor, figures.count);
    measured.grid = keptGrid(*quantized->tensor.codec);
    if (m_cache != nullptr) {
        m_cache->insertFigures(key, measured);
    }
    return measured;
}

RankedFormat Ranker::measure(const QuantFormat& format, Look look) const
{
    RankedFormat ranked;
    ranked.format = format;
    for (const auto& subject : m_subjects) {
        try {
            const auto standIn = fallbackFor(format, subject.shape);
            if (standIn && ranked.standIns++ == 0) {
                ranked.standInReason = standIn->reason;
                ranked.standInLayer = subject.layer->name;
            }
            const auto measured = measuredOn(subject, standIn ? standIn->format : format, look);
            ranked.figures.add(measured.figures);
            if (subject.layer->id == m_request.gridLayer) {
                ranked.grid = measured.grid;
            }
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::OutOfMemory || error.kind() == ErrorKind::Internal) {
                throw;
            }
            ranked.figures = {};
            ranked.reason = error.message();
            ranked.reasonLayer = subject.layer->name;
            break;
        }
    }
    return ranked;
}

void Ranker::reportProgress()
{
    m_ctx.report(Text(BW_TR_NOOP("core", "Ranking formats")), m_done, std::max(m_done, m_total),
        Text(BW_TR_NOOP("core", "formats")));
}

std::vector<RankedFormat> Ranker::measureAll(const std::vector<QuantFormat>& formats, Look look)
{
    std::vector<RankedFormat> ranked(formats.size());
    for (std::size_t first = 0; first < formats.size(); first += batch) {
        const std::size_t last = std::min(first + batch, formats.size());
        parallelBlocks(last - first, 1, m_ctx, [&](std::uint64_t begin, std::uint64_t end) {
            for (std::size_t i = first + begin; i < first + end; ++i) {
                ranked[i] = measure(formats[i], look);
            }
        });
        for (std::size_t i = first; i < last; ++i) {
            if (m_listener && !isTooLarge(ranked[i], bitsDoubt)) {
                m_listener(ranked[i]);
            }
        }
        m_done += last - first;
        reportProgress();
    }
    return ranked;
}

bool Ranker::isTooLarge(const RankedFormat& format, double doubt) const
{
    const double limit = m_request.maxBits * (format.figures.isExact() ? 1 : doubt);
    return format.isUsable() && format.figures.bitsPerWeight() > limit;
}

/// Takes out what cannot be used and what is too large for certain.
void Ranker::sortOut(std::vector<RankedFormat>& formats)
{
    std::erase_if(formats, [this](RankedFormat& format) {
        if (!format.isUsable()) {
            m_ranking.unusable.push_back(std::move(format));
            return true;
        }
        m_ranking.tooLarge += isTooLarge(format, bitsDoubt) ? 1 : 0;
        return isTooLarge(format, bitsDoubt);
    });
    std::stable_sort(formats.begin(), formats.end(), isLess);
}

/// Looks at one format closely; false if that took it out of the list.
bool Ranker::measureCloser(std::vector<RankedFormat>& formats, std::size_t index, Look look)
{
    m_ctx.checkpoint();
    const auto at = formats.begin() + static_cast<std::ptrdiff_t>(index);
    RankedFormat closer = measure(at->format, look);
    const bool fits = closer.isUsable() && !isTooLarge(closer, bitsDoubt);
    if (!closer.isUsable()) {
        m_ranking.unusable.push_back(closer);
    } else if (!fits) {
        ++m_ranking.tooLarge;
    }
    formats.erase(at);
    if (!fits) {
        return false;
    }
    if (m_listener) {
        m_listener(closer);
    }
    ++m_done;
    reportProgress();
    const auto place = std::upper_bound(formats.begin(), formats.end(), closer, isLess);
    formats.insert(place, std::move(closer));
    return true;
}

/// Looks closely at what seems to be among the best `count` (of those wanted) until that is so for certain, or until so
/// many turned out to be worse than their samples that this would go on for long.
void Ranker::measureBest(std::vector<RankedFormat>& formats, Look look, std::size_t count, const Wanted& isWanted)
{
    const std::uint64_t enough = weightsOf(look);
    std::size_t patience = 3 * count + 8;
    std::size_t good = 0;
    for (std::size_t i = 0; i < formats.size() && good < count && patience > 0;) {
        if (isWanted && !isWanted(formats[i])) {
            ++i;
        } else if (formats[i].figures.measured >= enough) {
            ++i;
            ++good;
        } else {
            --patience;
            measureCloser(formats, i, look);
        }
    }
}

void Ranker::measureFamilies(std::vector<RankedFormat>& formats)
{
    std::set<std::string> families;
    for (const RankedFormat& format : formats) {
        families.insert(format.format.family);
    }
    m_total = m_done + families.size();
    for (const std::string& family : families) {
        measureBest(formats, Whole, 1, [&](const RankedFormat& format) { return format.format.family == family; });
    }
}

/// Adds what extras make of the best format of every family.
void Ranker::tryExtras(std::vector<RankedFormat>& formats)
{
    std::set<std::string> families;
    std::set<std::string> known;
    for (const RankedFormat& format : formats) {
        known.insert(formatText(format.format));
    }
    std::vector<QuantFormat> variants;
    for (const RankedFormat& format : formats) {
        if (!families.insert(format.format.family).second) {
            continue;
        }
        for (QuantFormat& variant : extraVariants(format.format)) {
            if (known.insert(formatText(variant)).second && leastBits(variant) <= m_request.maxBits) {
                variants.push_back(std::move(variant));
            }
        }
    }
    m_total += variants.size();
    std::vector<RankedFormat> measured = measureAll(variants, Sample);
    sortOut(measured);
    formats.insert(formats.end(), measured.begin(), measured.end());
    std::stable_sort(formats.begin(), formats.end(), isLess);
}
} // namespace

double FormatFigures::rTimes2b() const
{
    return r() * std::exp2(bitsPerWeight());
}

void FormatFigures::add(const FormatFigures& other)
{
    error.add(other.error);
    bits += other.bits;
    measured += other.measured;
    count += other.count;
}

std::vector<bool> paretoFront(std::span<const RankedFormat> formats)
{
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < formats.size(); ++i) {
        if (formats[i].isUsable()) {
            order.push_back(i);
        }
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const double left = formats[a].figures.bitsPerWeight();
        const double right = formats[b].figures.bitsPerWeight();
        return left != right ? left < right : formats[a].figures.r() < formats[b].figures.r();
    });
    std::vector<bool> isOnFront(formats.size(), false);
    double least = std::numeric_limits<double>::infinity();
    for (const std::size_t i : order) {
        isOnFront[i] = formats[i].figures.r() < least;
        least = std::min(least, formats[i].figures.r());
    }
    return isOnFront;
}

Ranking rankFormats(const RankRequest& request, ResultCache* cache, const RankListener& listener, const JobContext& ctx)
{
    return Ranker(request, cache, listener, ctx).run();
}

} // namespace bw
