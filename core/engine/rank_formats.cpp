#include "core/engine/rank_formats.h"

#include "core/base/parallel.h"
#include "core/engine/result_cache.h"
#include "core/formats/format_family.h"
#include "core/formats/group_scales.h"

#include <algorithm>
#include <cmath>
#include <optional>

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
};

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
        m_first = possible.size() > sampledFormats ? Glance : Sample;
        m_ranking.measured = weightsOf(m_first);
        m_total = possible.size() + (m_first == Glance && isCloser(Sample) ? sampledFormats : 0)
            + (isCloser(Whole) ? m_request.exactCount : 0);
        std::vector<RankedFormat> measured = measureAll(possible);
        sortOut(measured);
        if (m_first == Glance && isCloser(Sample)) {
            measureBest(measured, Sample, sampledFormats);
        }
        if (isCloser(Whole)) {
            measureBest(measured, Whole, m_request.exactCount);
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
    std::vector<RankedFormat> measureAll(const std::vector<QuantFormat>& formats);
    RankedFormat measure(const QuantFormat& format, Look look) const;
    MeasuredFormat measuredOn(const Subject& subject, const QuantFormat& format, Look look) const;
    void sortOut(std::vector<RankedFormat>& formats);
    void measureBest(std::vector<RankedFormat>& formats, Look look, std::size_t count);
    bool isTooLarge(const RankedFormat& format, double doubt) const;
    static void order(std::vector<RankedFormat>& formats);
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
            m_subjects.push_back({ &layer, {}, {} });
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
            Shape shape = subject.layer->view.shape;
            std::rotate(
                shape.begin(), shape.begin() + subject.layer->outAxis, shape.begin() + subject.layer->outAxis + 1);
            bits += static_cast<double>(Groups(shape, format.scaling).count()) * scaleStore(format.scaling.store).bits;
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
            const auto measured = measuredOn(subject, format, look);
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

std::vector<RankedFormat> Ranker::measureAll(const std::vector<QuantFormat>& formats)
{
    std::vector<RankedFormat> ranked(formats.size());
    for (std::size_t first = 0; first < formats.size(); first += batch) {
        const std::size_t last = std::min(first + batch, formats.size());
        parallelBlocks(last - first, 1, m_ctx, [&](std::uint64_t begin, std::uint64_t end) {
            for (std::size_t i = first + begin; i < first + end; ++i) {
                ranked[i] = measure(formats[i], m_first);
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
    order(formats);
}

/// Goes down the order until so many formats were looked at closely and fit.
void Ranker::measureBest(std::vector<RankedFormat>& formats, Look look, std::size_t count)
{
    std::size_t found = 0;
    for (std::size_t i = 0; i < formats.size() && found < count; ++i) {
        m_ctx.checkpoint();
        RankedFormat closer = measure(formats[i].format, look);
        if (!closer.isUsable()) {
            m_ranking.unusable.push_back(closer);
            formats.erase(formats.begin() + static_cast<std::ptrdiff_t>(i--));
            continue;
        }
        formats[i] = closer;
        const bool fits = !isTooLarge(closer, bitsDoubt);
        m_ranking.tooLarge += closer.figures.isExact() && !fits ? 1 : 0;
        found += fits ? 1 : 0;
        if (fits && m_listener) {
            m_listener(closer);
        }
        m_done += fits ? 1 : 0;
        reportProgress();
    }
    order(formats);
}

void Ranker::order(std::vector<RankedFormat>& formats)
{
    std::stable_sort(formats.begin(), formats.end(), [](const RankedFormat& a, const RankedFormat& b) {
        if (a.figures.measured != b.figures.measured) {
            return a.figures.measured > b.figures.measured;
        }
        const double left = a.figures.r();
        const double right = b.figures.r();
        return left != right ? left < right : a.figures.bits < b.figures.bits;
    });
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
