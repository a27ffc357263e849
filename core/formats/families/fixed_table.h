#pragma once

#include "core/formats/families/family_support.h"

#include <array>

namespace bw {

/// What families of one published table of 16 levels have in common.
template <const std::array<float, 16>& levels>
struct FixedTable
{
    static constexpr int bits = 4;
    static UnitGrid grid() { return UnitGrid::codebook({ levels.begin(), levels.end() }); }
    static int codeBits(const ParamValues&) { return bits; }
    static std::shared_ptr<const Codec> fit(const QuantFormat& format, const TensorView& matrix, const JobContext& ctx)
    {
        return fitGridCodec(format, grid(), bits, matrix, ctx);
    }
    static std::shared_ptr<const Codec> restore(
        const QuantFormat& format, const Shape& shape, std::span<const TensorPart> sideParts)
    {
        return restoreGridCodec(format, grid(), bits, shape, sideParts);
    }
};

} // namespace bw
