#include "app/document/layer_work.h"

#include "core/engine/result_cache.h"
#include "core/export/exporter.h"
#include "core/export/quantized_layout.h"
#include "core/formats/format_family.h"
#include "core/formats/row_groups.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {

std::uint64_t rowLength(const TensorView& matrix)
{
    const std::uint64_t rows = matrix.shape.empty() ? 1 : static_cast<std::uint64_t>(matrix.shape.front());
    return rows == 0 ? 0 : matrix.count() / rows;
}

void describeTensor(LayerResult& result, const QuantizedTensor& tensor, const TensorView& matrix)
{
    result.resolved = tensor.format;
    result.typicalGroup = tensor.codec->typicalGroup();
    result.groupCount = tensor.codec->groupCount();
    result.grid = tensor.codec->grid(result.typicalGroup);
    result.typicalAbsMax = groupAbsMax(matrix, tensor.format.scaling, result.typicalGroup);
}

void describeSize(LayerResult& result, const QuantizedTensor& tensor, const JobContext& ctx)
{
    result.indexCost = indexCost(tensor.format, tensor.count());
    if (const auto entropy = codeEntropy(tensor, ctx)) {
        const double bits = static_cast<double>(tensor.bits()) / static_cast<double>(tensor.count());
        result.codedBits = bits - tensor.codec->codeBits() + *entropy;
    }
}

std::uint64_t storedBytes(const QuantizedTensor& tensor)
{
    std::uint64_t bytes = 0;
    for (const auto& part : tensor.parts) {
        bytes += part.data.bytes.size();
    }
    return bytes;
}

std::uint64_t scaled(std::uint64_t value, std::uint64_t sampled, std::uint64_t total)
{
    const double factor = sampled == 0 ? 0 : static_cast<double>(total) / static_cast<double>(sampled);
    return sampled == total ? value : static_cast<std::uint64_t>(std::llround(static_cast<double>(value) * factor));
}

/// Sums of a sample as if the rest of the layer were like it; ratios stay.
ErrorSums scaledSums(ErrorSums sums, std::uint64_t total)
{
    const double factor = sums.count == 0 ? 0 : static_cast<double>(total) / static_cast<double>(sums.count);
    sums.count = total;
    sums.squaredError *= factor;
    sums.squaredSignal *= factor;
    sums.squaredQuantized *= factor;
    sums.product *= factor;
    return sums;
}

/// Counts of a sample blown up to `total` weights, so that both histograms of a picture have the same area.
std::shared_ptr<const Histogram> scaledHistogram(Histogram histogram, std::uint64_t sampled, std::uint64_t total)
{
    for (auto& count : histogram.counts) {
        count = scaled(count, sampled, total);
    }
    return std::make_shared<const Histogram>(std::move(histogram));
}

/// What the parts and their description add to the file that is written by default.
std::uint64_t fileBytesOf(const LayerInfo& layer, const QuantizedTensor& tensor, const LayerResult& result)
{
    const ExportSizes* sizes = exporters().entries().front()->sizes;
    if (sizes == nullptr) {
        return result.bytes;
    }
    LayerOutline outline = outlineOf(tensor, result.choice.method);
    outline.bitsPerWeight = result.bitsPerWeight();
    outline.rmseOverRms = rmseOverRms(result.error);
    // Of a preview the parts are smaller than those of the layer.
    std::uint64_t parts = 0;
    for (const auto& part : outline.parts) {
        parts += elementCount(part.shape) * info(part.dtype).size;
    }
    return sizes->layerBytes(layer, outline) - parts + result.bytes;
}

} // namespace

std::optional<RateLimits> LayerLimits::at(double bits) const
{
    const std::lock_guard lock(m_mutex);
    if (!m_last || m_last->bits != bits) {
        m_last = knownLimits(m_fit, bits);
    }
    return m_last;
}

LayerFactsPtr computeFacts(const LayerInfo& layer, const JobContext& ctx)
{
    const TensorView matrix = layer.matrix();
    auto facts = std::make_shared<LayerFacts>();
    facts->stats = computeStats(matrix, ctx);
    facts->histogram = std::make_shared<const Histogram>(
        computeHistogram(matrix, facts->stats.min, facts->stats.max, shownBins, ctx));
    facts->limits = std::make_shared<const LayerLimits>(fitDistribution(layer.view, ctx));
    return facts;
}

LayerResultPtr computeResult(const LayerInfo& layer, const LayerChoice& choice, const LayerFactsPtr& facts,
    ResultCache* cache, const JobContext& ctx)
{
    QuantizedLayerPtr quantized;
    ContentHash key;
    if (cache != nullptr) {
        key = resultKey(cache->tensorHash(layer), choice);
        quantized = cache->find(key);
    }
    if (!quantized) {
        quantized = quantizeLayer(layer, choice, ctx);
        if (cache != nullptr) {
            cache->insert(key, quantized);
        }
    }
    const TensorView matrix = layer.matrix();
    auto result = std::make_shared<LayerResult>();
    result->choice = choice;
    result->error = quantized->error;
    result->bits = quantized->tensor.bits();
    result->bytes = storedBytes(quantized->tensor);
    result->count = quantized->tensor.count();
    result->fileBytes = fileBytesOf(layer, quantized->tensor, *result);
    result->rowOrderBits = rowOrderBits(quantized->tensor);
    describeTensor(*result, quantized->tensor, matrix);
    describeSize(*result, quantized->tensor, ctx);
    result->levels = errorPerLevel(quantized->tensor, matrix, ctx);
    if (facts) {
        result->histogram
            = std::make_shared<const Histogram>(quantizedHistogram(quantized->tensor, *facts->histogram, ctx));
        result->limits = facts->limits->at(result->bitsPerWeight());
    }
    return result;
}

LayerResultPtr previewResult(const LayerInfo& layer, const TensorView& sample, const LayerChoice& choice,
    const LayerFactsPtr& facts, const JobContext& ctx)
{
    const std::uint64_t total = layer.count();
    auto result = std::make_shared<LayerResult>();
    result->choice = choice;
    result->count = total;
    result->isExact = sample.count() == total && choice.method == LayerChoice {}.method;
    result->isFinal = false;
    const QuantizedTensor tensor = encodeTensor(fitCodec(choice.format, sample, ctx), sample, 0, ctx);
    result->error = scaledSums(measureError(tensor, sample, ctx), total);
    result->bits = scaled(tensor.bits(), sample.count(), total);
    result->bytes = scaled(storedBytes(tensor), sample.count(), total);
    result->fileBytes = fileBytesOf(layer, tensor, *result);
    describeTensor(*result, tensor, sample);
    describeSize(*result, tensor, ctx);
    if (facts) {
        result->histogram = scaledHistogram(quantizedHistogram(tensor, *facts->histogram, ctx), sample.count(), total);
        result->limits = facts->limits->at(result->bitsPerWeight());
    }
    return result;
}

ExponentFactsPtr computeExponent(
    const LayerInfo& layer, const Scaling& scaling, int bits, std::uint64_t maxValues, const JobContext& ctx)
{
    const TensorView matrix = layer.matrix();
    auto facts = std::make_shared<ExponentFacts>();
    facts->isExact = layer.count() <= maxValues;
    facts->sorted = std::make_shared<const SortedMagnitudes>(
        facts->isExact ? matrix : sampleRows(matrix, maxValues), scaling, bits, ctx);
    const SortedMagnitudes* const tensors[] = { facts->sorted.get() };
    facts->curve = searchExponent(tensors, bits, ExponentSolver::GoldenSection, ctx);
    return facts;
}

std::string choiceKey(const LayerChoice& choice)
{
    std::string key = formatText(choice.format) + "|" + choice.method;
    for (const auto& [name, value] : choice.params) {
        key += "|" + name + "=" + paramText(value);
    }
    return key;
}

double groupAbsMax(const TensorView& matrix, const Scaling& scaling, std::uint64_t group)
{
    std::uint64_t first = 0;
    std::uint64_t last = matrix.count();
    const std::uint64_t row = rowLength(matrix);
    if (scaling.granularity == Granularity::Channel) {
        first = group * row;
        last = first + row;
    } else if (scaling.granularity == Granularity::Block && scaling.blockSize > 0) {
        const auto block = static_cast<std::uint64_t>(scaling.blockSize);
        const std::uint64_t blocksPerRow = std::max<std::uint64_t>(1, (row + block - 1) / block);
        const std::uint64_t rowStart = group / blocksPerRow * row;
        first = rowStart + group % blocksPerRow * block;
        last = std::min(first + block, rowStart + row);
    }
    last = std::min(last, matrix.count());
    double largest = 0;
    FloatChunks chunks(matrix);
    for (std::uint64_t at = first; at < last; at += FloatChunks::chunkSize) {
        for (const float value : chunks.values(at, std::min<std::uint64_t>(last, at + FloatChunks::chunkSize))) {
            if (std::isfinite(value)) {
                largest = std::max(largest, std::abs(static_cast<double>(value)));
            }
        }
    }
    return largest;
}

} // namespace bw
