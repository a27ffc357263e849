#pragma once

#include "core/entropy/entropy_coder.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace bw::entropy {

/// Tables of rANS with 32-bit states and a slot for each share have at most 2^16 slots; beyond, states are 64 bits and
/// shares are searched.
constexpr int mostSlotBits = 16;
constexpr int mostLongBits = 24;

/// rANS for alphabets of thousands of used symbols, whose shares need more digits than 16 bits: any sum 2^tableBits with
/// tableBits in 17 … 24. Some five times slower to decode than the usual tables. `modelBytes` is what bytes() returns.
std::shared_ptr<const EntropyModel> makeLongRansModel(
    std::vector<std::uint32_t> frequencies, int tableBits, int symbolBits, std::vector<std::byte> modelBytes);

} // namespace bw::entropy
