#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace bw {

/// How stored numbers become what a model takes: (x / divisor · factor - mean) / std, in float32 and in this order.
struct Normalization
{
    float divisor = 1;
    float factor = 1;
    std::vector<float> mean { 0 }; ///< one for all channels, or one per channel
    std::vector<float> std { 1 };
};

enum class SampleLayout
{
    ChannelsFirst,
    ChannelsLast
};

/// What a dataset.json says; fields it lacks are empty.
struct DatasetDescription
{
    std::filesystem::path file;
    std::string name;
    std::string inputsTensor;
    std::string labelsTensor;
    std::optional<SampleLayout> layout;
    std::optional<bool> isGray;
    bool isBgr = false;
    std::vector<std::string> classes;
    bool hasScale = false;
    Normalization normalization;
};

/// Reads `folder`/dataset.json; nothing if there is none. Error{BadFile} names the file and the entry.
std::optional<DatasetDescription> readDatasetDescription(const std::filesystem::path& folder);

} // namespace bw
