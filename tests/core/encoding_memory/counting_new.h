#pragma once

#include <cstdint>

namespace bw::test {

/// This program's operator new counts. Sanitizers have one of their own: then nothing is counted.
bool countsMemory();
/// Bytes allocated now.
std::uint64_t allocatedBytes();
/// The most since the last call of this function.
std::uint64_t takeAllocatedPeak();

} // namespace bw::test
