#include "core/formats/size_figures.h"

#include "core/base/bit_stream.h"
#include "core/base/parallel.h"
#include "core/entropy/entropy_coder.h"
#include "core/formats/coded_codec.h"
#include "core/formats/format_extra.h"

#include <boost/math/special_functions/gamma.hpp>

#include <algorithm>
#include <functional>
#include <numbers>

namespace bw {

namespace {
constexpr int mostCodeBits = 16;
constexpr std::uint64_t blockCodes = std::uint64_t { 1 } << 18;

bool isCoded(const QuantFormat& format)
{
    const auto& extras = formatExtras().entries();
    return std::any_of(extras.begin(), extras.end(),
        [&](const FormatExtra* extra) { return extra->kind == coderKind && format.extras.contains(extra->id); });
}
} // namespace

std::optional<double> codeEntropy(const QuantizedTensor& tensor, const JobContext& ctx)
{
    const int bits = tensor.codec->codeBits();
    const std::uint64_t count = tensor.count();
    if (bits < 1 || bits > mostCodeBits || count == 0 || isCoded(tensor.format)) {
        return std::nullopt;
    }
    using Counts = std::vector<std::uint64_t>;
    const auto packed = tensor.parts.front().data.bytes;
    const Counts none(std::size_t { 1 } << bits);
    const Counts counts = parallelReduce(
        count, blockCodes, ctx, none,
        [&](std::uint64_t first, std::uint64_t last) {
            std::vector<std::uint16_t> codes(static_cast<std::size_t>(last - first));
            unpackCodes(packed, bits, first, codes);
            Counts own(none.size());
            for (const auto code : codes) {
                ++own[code];
            }
            return own;
        },
        [](Counts& total, const Counts& part) {
            std::transform(total.begin(), total.end(), part.begin(), total.begin(), std::plus<>());
        });
    return entropyBits(counts) / static_cast<double>(count);
}

double log2Choose(std::uint64_t count, std::uint64_t chosen)
{
    if (chosen == 0 || chosen >= count) {
        return 0;
    }
    // Not std::lgamma, which writes a global.
    const auto logFactorial = [](std::uint64_t n) { return boost::math::lgamma(static_cast<double>(n) + 1); };
    return (logFactorial(count) - logFactorial(chosen) - logFactorial(count - chosen)) / std::numbers::ln2;
}

std::optional<IndexCost> indexCost(const QuantFormat& format, std::uint64_t count)
{
    for (const FormatExtra* extra : formatExtras().entries()) {
        const auto value = format.extras.find(extra->id);
        if (value != format.extras.end() && extra->indexBits != nullptr && count > 0) {
            const SelectedWeights selected = extra->indexBits(value->second, count);
            const auto weights = static_cast<double>(count);
            return IndexCost { static_cast<double>(selected.storedBits) / weights,
                log2Choose(count, selected.count) / weights };
        }
    }
    return std::nullopt;
}

} // namespace bw
