#pragma once
// A model as one C header (C99 and C++): arrays of codes, scales and codebooks, a table of tensors, and a function that
// gives the value of a weight. For devices without a file system.

#include "core/export/exporter.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

/// An array of the header.
struct CArray
{
    enum class Type
    {
        U8,
        U16,
        I64,
        Float
    };
    std::string name; ///< a C identifier
    Type type = Type::U8;
    TensorView data; ///< of that type
};

/// A tensor of the header: its arrays, and how codes become values (CodeValues). Positions are those of the
/// output-channels-first matrix.
struct CTensor
{
    std::string name; ///< as in the model
    Shape shape; ///< of the matrix's dimensions, output channels first
    int outAxis = 0;
    std::uint64_t count = 0;
    int codeBits = 0; ///< 0: plain values
    int low = 0;
    std::uint64_t rowLength = 0;
    std::uint64_t groupLength = 0;
    std::uint64_t groupsPerRow = 0;
    std::uint64_t levelsPerTable = 0;
    std::uint64_t tables = 0;
    bool isTablePerRow = false;
    std::vector<std::pair<std::string, CArray>> arrays; ///< by their member: "codes", "scales", "zeros", "levels",
                                                        ///< "values", "integers"
};

/// Why a layer cannot be said with arrays; empty if it can. `tensor`: its codes, null if float values are written.
Text cHeaderObstacle(const LayerInfo& layer, const QuantizedTensor* tensor);
/// All tensors of a model that has no obstacles. `dequantized`: float values in place of codes.
std::vector<CTensor> cTensors(const QuantizedModel& model, bool dequantized, const JobContext& ctx);
/// Writes over the existing file. `notes`: lines of the comment at the top. The last line is a comment with the SHA-256
/// of all before it.
void writeCHeader(const std::vector<CTensor>& tensors, const std::vector<std::string>& notes,
    const std::filesystem::path& path, const JobContext& ctx);
inline constexpr const char* cHeaderStart = "/* A neural network's weights, written by Bitwright.\n";
inline constexpr std::string_view cHeaderHashStart = "/* bitwright sha256 ";
inline constexpr std::string_view cHeaderHashEnd = " */\n";
/// Reads the arrays back as a compiler would and compares every element. Error{Verification}.
void checkCHeader(const std::vector<CTensor>& tensors, const std::filesystem::path& path, const JobContext& ctx);

} // namespace bw
