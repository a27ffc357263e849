#pragma once

#include "core/base/error.h"
#include "core/formats/group_scales.h"

#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bw {

/// A part that holds whole numbers as they are; `dtype` is the type of T.
template <class T>
TensorPart numbersPart(std::string name, DType dtype, std::span<const T> numbers)
{
    std::vector<std::byte> bytes(numbers.size_bytes());
    if (!bytes.empty()) {
        std::memcpy(bytes.data(), numbers.data(), bytes.size());
    }
    return { std::move(name), makeTensor(dtype, { static_cast<std::int64_t>(numbers.size()) }, std::move(bytes)) };
}

/// How many numbers such a part holds. Error{BadFile}: it is absent, of another type, or does not hold `count` numbers.
template <class T>
std::uint64_t numberCount(
    std::span<const TensorPart> parts, const char* name, DType dtype, std::optional<std::uint64_t> count = {})
{
    const auto* part = findPart(parts, name);
    if (part == nullptr) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the quantized tensor has no \"%1\""), name);
    }
    const auto bytes = part->data.bytes;
    const std::uint64_t wanted = count.value_or(bytes.size() / sizeof(T));
    if (part->data.dtype != dtype || bytes.size() % sizeof(T) != 0 || bytes.size() / sizeof(T) != wanted) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "\"%1\" of the quantized tensor must be %2 values of type %3"), name, toText(wanted),
            std::string(info(dtype).name));
    }
    return wanted;
}

/// What such a part holds; errors as above.
template <class T>
std::vector<T> readNumbers(
    std::span<const TensorPart> parts, const char* name, DType dtype, std::optional<std::uint64_t> count = {})
{
    numberCount<T>(parts, name, dtype, count);
    const auto bytes = findPart(parts, name)->data.bytes;
    std::vector<T> numbers(bytes.size() / sizeof(T));
    if (!numbers.empty()) {
        std::memcpy(numbers.data(), bytes.data(), bytes.size());
    }
    return numbers;
}

} // namespace bw
