#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace bw {

/// A record that says how the arrays beside it stand for quantized layers (core/export/array_contents.h).
inline constexpr const char* arraysDescription = "bitwright.json";

/// What a zip file's records say it is.
enum class ZipContents
{
    NoZip,
    TorchScript, ///< a program with its weights
    PytorchWeights, ///< what torch.save writes
    NumpyArrays, ///< .npz
    KerasModel, ///< .keras
    Other,
    Broken ///< begins like a zip file, but cannot be read as one
};

/// By content alone; `head` are the file's first bytes. Never throws for what is in the file.
ZipContents zipContents(const std::filesystem::path& path, std::span<const std::byte> head);

} // namespace bw
