// Compiled once per instruction set by Highway (foreach_target.h); the set is chosen at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/stats/error_kernels.cpp"
// Vectors without a size at compile time cannot be kept in arrays.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#include <hwy/foreach_target.h>

#include "core/base/simd.h"
#include "core/stats/error_kernels.h"

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace bw::stats::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Doubles = HWY_CAPPED(double, errorLanes);
using HalfFloats = hn::Rebind<float, Doubles>;
using DoubleVector = hn::Vec<Doubles>;

constexpr std::size_t width = hn::MaxLanes(Doubles());
constexpr std::size_t vectors = errorLanes / width;

/// errorLanes partial sums, or maxima.
struct Lanes
{
    explicit Lanes(const ErrorLaneSums::Lanes& from)
    {
        for (std::size_t v = 0; v < vectors; ++v) {
            parts[v] = hn::LoadU(Doubles(), from.data() + v * width);
        }
    }
    void store(ErrorLaneSums::Lanes& to) const
    {
        for (std::size_t v = 0; v < vectors; ++v) {
            hn::StoreU(parts[v], Doubles(), to.data() + v * width);
        }
    }

    DoubleVector parts[vectors];
};

std::size_t AddErrors(const float* original, const float* quantized, std::size_t count, ErrorLaneSums& sums)
{
    const Doubles d;
    const HalfFloats df;
    Lanes error(sums.error);
    Lanes signal(sums.signal);
    Lanes quantizedSquares(sums.quantized);
    Lanes product(sums.product);
    Lanes largest(sums.largest);
    std::size_t i = 0;
    for (; i + errorLanes <= count; i += errorLanes) {
        for (std::size_t v = 0; v < vectors; ++v) {
            const auto x = hn::PromoteTo(d, hn::LoadU(df, original + i + v * width));
            const auto q = hn::PromoteTo(d, hn::LoadU(df, quantized + i + v * width));
            const auto difference = hn::Sub(q, x);
            const auto magnitude = hn::Abs(difference);
            error.parts[v] = hn::Add(error.parts[v], hn::Mul(difference, difference));
            signal.parts[v] = hn::Add(signal.parts[v], hn::Mul(x, x));
            quantizedSquares.parts[v] = hn::Add(quantizedSquares.parts[v], hn::Mul(q, q));
            product.parts[v] = hn::Add(product.parts[v], hn::Mul(q, x));
            largest.parts[v] = hn::IfThenElse(hn::Gt(magnitude, largest.parts[v]), magnitude, largest.parts[v]);
        }
    }
    error.store(sums.error);
    signal.store(sums.signal);
    quantizedSquares.store(sums.quantized);
    product.store(sums.product);
    largest.store(sums.largest);
    return i;
}

} // namespace
} // namespace bw::stats::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bw::stats {

HWY_EXPORT(AddErrors);

std::size_t addErrors(const float* original, const float* quantized, std::size_t count, ErrorLaneSums& sums)
{
    return simd::isScalar() ? 0 : BW_SIMD_CALL(AddErrors)(original, quantized, count, sums);
}

} // namespace bw::stats
#endif // HWY_ONCE
