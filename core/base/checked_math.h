#pragma once

#include "core/base/error.h"

#include <cstdint>

namespace bw {

/// a·b and a+b of numbers read from a file; Error{BadFile} on overflow of 64 bits.
inline std::uint64_t checkedMul(std::uint64_t a, std::uint64_t b)
{
    std::uint64_t result = 0;
    if (__builtin_mul_overflow(a, b, &result)) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "a size in the file is too large to be true")));
    }
    return result;
}

inline std::uint64_t checkedAdd(std::uint64_t a, std::uint64_t b)
{
    std::uint64_t result = 0;
    if (__builtin_add_overflow(a, b, &result)) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "an offset in the file is too large to be true")));
    }
    return result;
}

} // namespace bw
