#include "core/base/parallel.h"
#include "core/engine/weight_importance.h"
#include "core/formats/format_family.h"
#include "core/methods/method.h"

#include <algorithm>
#include <array>

namespace bw {

namespace {
constexpr std::uint64_t errorBlock = FloatChunks::chunkSize;
constexpr std::size_t errorPiece = 2048;

/// The layer's dimensions with the output channels first: what dequantize() puts back in order.
Shape outputFirst(const LayerInfo& layer)
{
    Shape shape = layer.view.shape;
    std::rotate(shape.begin(), shape.begin() + layer.outAxis, shape.begin() + layer.outAxis + 1);
    return shape;
}

std::string paramsText(const ParamValues& params)
{
    std::string text;
    for (const auto& [id, value] : params) {
        // The kind of value belongs to it: 1 and 1.0 may mean different things to a method.
        text += " " + id + "=" + toText(value.index()) + ":" + paramText(value);
    }
    return text;
}
} // namespace

QuantizedLayerPtr quantizeLayer(const LayerInfo& layer, const LayerChoice& choice, const JobContext& ctx)
{
    return quantizeLayer(layer, choice, nullptr, ctx);
}

QuantizedLayerPtr quantizeLayer(
    const LayerInfo& layer, const LayerChoice& choice, const WeightImportance* importance, const JobContext& ctx)
{
    return withContext(Text(BW_TR_NOOP("core", "layer %1"), { printable(layer.name) }), [&] {
        const auto* method = methods().find(choice.method);
        if (method == nullptr) {
            throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "there is no method \"%1\""), printable(choice.method));
        }
        const TensorView matrix = layer.matrix();
        auto result = std::make_shared<QuantizedLayer>();
        result->layer = layer.id;
        result->method = choice.method;
        std::span<const float> figures;
        std::vector<float> counts;
        if (importance != nullptr && needsImportance(choice.format)) {
            figures = importance->of(layer.name);
        } else if (importance != nullptr && needsRowCounts(choice.format)) {
            counts = importance->rowCountsFor(layer);
            figures = counts;
        }
        result->tensor = method->quantize({ matrix, layer.outAxis, layer.name, figures }, choice.format,
            withDefaults(method->schema, choice.params), ctx.sub(0, 0.9));
        result->tensor.shape = outputFirst(layer);
        result->error = measureError(result->tensor, matrix, ctx.sub(0.9, 1));
        return std::static_pointer_cast<const QuantizedLayer>(std::move(result));
    });
}

ErrorSums measureError(const QuantizedTensor& tensor, const TensorView& matrix, const JobContext& ctx)
{
    // Coders and rotations decode whole blocks and rows, whatever part is wanted: they are asked once for each block.
    const bool isReadAtOnce = matrix.source != nullptr || !matrix.asFloats().empty();
    return parallelReduce(
        matrix.count(), errorBlock, ctx, ErrorSums {},
        [&](std::uint64_t first, std::uint64_t last) {
            thread_local std::vector<float> values; // memory that is not cleared for every block
            values.resize(static_cast<std::size_t>(errorBlock));
            const auto decoded = std::span(values).first(static_cast<std::size_t>(last - first));
            decodeTensor(tensor, first, decoded);
            FloatChunks chunks(matrix);
            const auto whole = isReadAtOnce ? chunks.values(first, last) : std::span<const float>();
            std::array<float, errorPiece> converted; // stays in the nearest cache until it has been compared
            ErrorSummer summer;
            for (std::size_t at = 0; at < decoded.size(); at += errorPiece) {
                const auto part = decoded.subspan(at, std::min(errorPiece, decoded.size() - at));
                if (!isReadAtOnce) {
                    matrix.read(first + at, std::span(converted).first(part.size()));
                }
                summer.add(
                    isReadAtOnce ? whole.subspan(at, part.size()) : std::span(converted).first(part.size()), part);
            }
            return summer.sums();
        },
        [](ErrorSums& total, const ErrorSums& part) { total.add(part); });
}

std::span<const float> WeightImportance::of(const std::string& layer) const
{
    if (const auto reason = reasons.find(layer); reason != reasons.end()) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core", "The Fisher information of its weights is not known: %1"), reason->second.english());
    }
    const auto found = layers.find(layer);
    return found == layers.end() ? std::span<const float>() : std::span<const float>(found->second);
}

std::vector<float> WeightImportance::rowCountsFor(const LayerInfo& layer) const
{
    if (tokenCounts.empty()) {
        return {};
    }
    const Shape shape = layer.matrix().shape;
    const auto rows = shape.size() >= 2 ? static_cast<std::size_t>(shape.front()) : std::size_t { 1 };
    if (tokenCounts.size() > rows) {
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core",
                "The token counts are of %1 tokens, but the layer has %2 rows: they belong to another vocabulary, or "
                "the layer is not an embedding. Give the format that goes by counts to the embedding only."),
            toText(tokenCounts.size()), toText(rows));
    }
    auto counts = tokenCounts;
    counts.resize(rows);
    return counts;
}

void requireImportance(const Plan& plan, const WeightImportance* importance)
{
    for (const auto& layer : plan.layers) {
        if (!layer.isKept && importance == nullptr
            && (needsImportance(layer.choice.format) || needsRowCounts(layer.choice.format))) {
            failWithoutImportance(layer.choice.format);
        }
    }
}

ContentHash resultKey(const ContentHash& tensor, const LayerChoice& choice)
{
    return combine(tensor, contentHash(formatText(choice.format) + " " + choice.method + paramsText(choice.params)));
}

} // namespace bw
