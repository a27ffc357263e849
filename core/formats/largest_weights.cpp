#include "core/formats/largest_weights.h"

#include <algorithm>
#include <bit>
#include <vector>

namespace bw {

namespace {
constexpr std::size_t bins = 65536;

std::uint32_t magnitudeBits(float value)
{
    return std::bit_cast<std::uint32_t>(value) & 0x7FFFFFFFU;
}

template <class F>
void forEachWeight(const TensorView& tensor, const JobContext& ctx, F&& f)
{
    FloatChunks chunks(tensor);
    for (std::uint64_t at = 0; at < tensor.count(); at += FloatChunks::chunkSize) {
        ctx.checkpoint();
        std::uint64_t position = at;
        for (const float value :
            chunks.values(at, std::min<std::uint64_t>(tensor.count(), at + FloatChunks::chunkSize))) {
            f(position++, value);
        }
    }
}

/// The magnitude that the last of `count` weights has, as bits, and how many weights lie above it: digit by digit.
std::uint32_t lastMagnitude(const TensorView& tensor, std::uint64_t count, std::uint64_t& above, const JobContext& ctx)
{
    std::uint32_t known = 0;
    above = 0;
    for (const int shift : { 16, 0 }) {
        std::vector<std::uint64_t> counts(bins);
        forEachWeight(tensor, ctx, [&](std::uint64_t, float value) {
            const auto bits = magnitudeBits(value);
            if (shift == 16 || bits >> 16 == known >> 16) {
                ++counts[(bits >> shift) & 0xFFFFU];
            }
        });
        std::uint32_t digit = bins - 1;
        while (digit > 0 && above + counts[digit] < count) {
            above += counts[digit];
            --digit;
        }
        known |= digit << shift;
    }
    return known;
}
} // namespace

void forEachLargest(const TensorView& tensor, std::uint64_t count, const JobContext& ctx,
    const std::function<void(std::uint64_t position, float value)>& use)
{
    count = std::min(count, tensor.count());
    if (count == 0) {
        return;
    }
    std::uint64_t above = 0;
    const auto last = lastMagnitude(tensor, count, above, ctx);
    std::uint64_t equalLeft = count - above;
    forEachWeight(tensor, ctx, [&](std::uint64_t position, float value) {
        const auto bits = magnitudeBits(value);
        if (bits > last || (bits == last && equalLeft > 0)) {
            equalLeft -= bits == last ? 1 : 0;
            use(position, value);
        }
    });
}

float lastOfLargest(const TensorView& tensor, std::uint64_t count, const JobContext& ctx)
{
    std::uint64_t above = 0;
    return std::bit_cast<float>(lastMagnitude(tensor, count, above, ctx));
}

} // namespace bw
