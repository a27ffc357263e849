#pragma once

#include "core/model/model.h"

#include <cstdint>

namespace bw {

/// The sizes at the start of a llama2.c checkpoint.
struct Llama2cSizes
{
    std::uint64_t dim = 0;
    std::uint64_t hidden = 0;
    std::uint64_t layers = 0;
    std::uint64_t heads = 0;
    std::uint64_t keyHeads = 0;
    std::uint64_t vocabulary = 0;
    std::uint64_t context = 0;
};

struct Llama2cDetails : FormatDetails, Llama2cSizes
{
};

} // namespace bw
