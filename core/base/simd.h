#pragma once

#include <optional>
#include <string>
#include <vector>

/// Which instruction set the vector kernels (Google Highway) use. The environment variable BITWRIGHT_SIMD, read once,
/// limits it: "scalar" runs the plain code that every kernel is tested against, a name such as "avx2" that set at most.
/// Results are the same bytes whatever is chosen.
namespace bw::simd {

/// The set in use: "avx3" (AVX-512), "avx2", "sse4", "ssse3", "neon", …, or "scalar".
std::string targetName();
/// The sets this machine and this build have, best first; "scalar" is the last.
std::vector<std::string> targetNames();
/// What BITWRIGHT_SIMD says, if that is none of targetNames(). Kernels then run as if it was not set: programs should
/// refuse to start.
std::optional<std::string> unknownChoice();
/// Was "scalar" asked for? Kernels with a plain twin call it then.
bool isScalar();
/// Reads the environment if that has not been done.
void prepare();

} // namespace bw::simd

/// HWY_DYNAMIC_DISPATCH that heeds the environment: BW_SIMD_CALL(Kernel)(arguments).
#define BW_SIMD_CALL(kernel) (::bw::simd::prepare(), HWY_DYNAMIC_DISPATCH(kernel))
