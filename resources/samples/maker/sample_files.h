#pragma once

#include "draw_shapes.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace bw {

/// Which images make up which part of the sample. The seeds share nothing.
struct ImageSet
{
    const char* fileName;
    std::uint64_t seed;
    int count;
};

inline constexpr ImageSet testSet { "shapes_test2000.safetensors", 20261, 2000 };
inline constexpr ImageSet calibrationSet { "shapes_calib1000.safetensors", 20262, 1000 };
inline constexpr std::uint64_t trainingSeed = 20263;
inline constexpr const char* modelFileName = "shapes.pt";
inline constexpr const char* datasetFileName = "dataset.json";

/// The network sees (x / 255 - mean) / std.
inline constexpr double pixelMean = 0.15;
inline constexpr double pixelStd = 0.25;

/// A whole safetensors file with `images` U8 [N, 1, H, W] and `labels` I64 [N].
std::string safetensorsBytes(const LabelledImages& set);
/// The text of dataset.json.
std::string datasetText();

std::string readBytes(const std::filesystem::path& file);
void writeBytes(const std::filesystem::path& file, const std::string& bytes);

/// Draws both image sets and writes them and dataset.json into `folder`.
void writeImageFiles(const std::filesystem::path& folder);

} // namespace bw
