#include "core/entropy/entropy_coder.h"

#include <cmath>

namespace bw {

#define BW_ENTROPY_CODER(name) extern const EntropyCoder name;
#include "core/entropy/entropy_coders.inc"
#undef BW_ENTROPY_CODER

const Registry<EntropyCoder>& entropyCoders()
{
    static const Registry<EntropyCoder> registry({
#define BW_ENTROPY_CODER(name) &name,
#include "core/entropy/entropy_coders.inc"
#undef BW_ENTROPY_CODER
    });
    return registry;
}

double entropyBits(std::span<const std::uint64_t> counts)
{
    double sum = 0;
    for (const auto count : counts) {
        sum += static_cast<double>(count);
    }
    double bits = 0;
    for (const auto count : counts) {
        if (count > 0) {
            bits += static_cast<double>(count) * std::log2(sum / static_cast<double>(count));
        }
    }
    return bits;
}

} // namespace bw
