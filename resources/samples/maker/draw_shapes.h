#pragma once

#include "canvas.h"

#include <cstdint>
#include <vector>

namespace bw {

struct LabelledImages
{
    std::vector<std::uint8_t> pixels; // [N, 1, imageSide, imageSide]
    std::vector<std::int64_t> labels; // [N]
};

/// The shape that image `index` of the family `seed` shows: every run of shapeCount images holds each shape once.
int shapeOfImage(std::uint64_t seed, std::uint64_t index);

/// One shape with its jitter, stray marks and noise; depends on nothing but the three numbers.
Image drawShape(int shape, std::uint64_t seed, std::uint64_t index);

/// Images first .. first + count - 1 of the family `seed`.
LabelledImages drawImages(std::uint64_t seed, std::uint64_t first, int count);

} // namespace bw
