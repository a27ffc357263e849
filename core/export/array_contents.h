#pragma once
// A quantized model as named arrays of plain numbers, for files that any numerical program reads (NumPy, HDF5), and a
// description in JSON.
//
// Arrays of a quantized layer NAME, whose weights are a matrix with the output channels first, row-major:
//   NAME.codes        one code per weight: U8 (8 bits) or U16 (16 bits) of the matrix's shape; of other widths U8, one
//                     dimension, codes of `code_bits` bits one after another, least significant bit first
//   NAME.scales       F16 if the format stores them so, else F32; one per group. Absent: all 1
//   NAME.zero_points  U8 or U16, one per group. Absent: all 0
//   NAME.codebook     F32, tables × levels. Absent: codes are integers
//   NAME              the values themselves, of formats that are floats (f16) and of layers that are kept. bfloat16 and
//                     float8, which NumPy does not know, become F32, which holds them exactly.
// The value of weight i, a float32 product:
//   group = i // row_length * groups_per_row + i % row_length // group_length
//   table = 0 if there is one, i // row_length if table_per_row, else group
//   value = (codebook[table][code] or code + low - zero_points[group]) * scales[group]
// Then the matrix gets the layer's dimensions (`shape` with dimension `out_axis` moved to the front), and that
// dimension is moved back to its place.
//
// Description: JSON object of the entries of provenanceMetadata(), of
//   bitwright.layers           {"layer": {"format", "method", "dtype" (before), "shape", "out_axis", "bits_per_weight",
//                              "rmse_over_rms", "arrays": {"codes": "array", …} or {"values": "array"}, and with codes
//                              "code_bits", "low", "row_length", "group_length", "groups_per_row", "table_per_row"}}
//   bitwright.kept_dtypes      {"array": "BF16"} where a kept layer has become F32, if there are any
//   bitwright.ties             {"other name": "layer"}, if there are any
//   bitwright.source_metadata  of the model it was made from, if it had any
//   bitwright.decode           the rule above, for people

#include "core/export/content.h"
#include "core/export/exporter.h"
#include "core/export/quantized_layout.h"
#include "core/model/zip_contents.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace bw {

/// How the arrays of one layer stand for its values.
struct ArrayLayer
{
    std::string name;
    LayerOutline outline; ///< parts are not used
    DType dtype = DType::F32; ///< before quantization
    Shape shape; ///< the layer's own
    std::vector<std::pair<std::string, std::string>> arrays; ///< "codes" … → name of the array
    int low = 0;
    std::uint64_t rowLength = 0;
    std::uint64_t groupLength = 0;
    std::uint64_t groupsPerRow = 0;
    bool isTablePerRow = false;

    bool isCoded() const { return rowLength != 0; }
};

struct ArrayContents
{
    std::vector<ContentTensor> tensors; ///< in model order
    std::vector<ArrayLayer> layers; ///< quantized ones
    std::map<std::string, std::string> provenance; ///< "bitwright.*"
    std::map<std::string, std::string> keptDtypes;
    std::map<std::string, std::string> ties;
    std::map<std::string, std::string> sourceMetadata;

    std::string description() const;
};

/// NAME.codes, or in files with groups NAME/codes.
enum class ArrayNames
{
    Dotted,
    Grouped
};

namespace array_layout {
inline constexpr const char* hdf5Schema = "bitwright-model";
inline constexpr const char* codesKind = "arrays";
inline constexpr const char* floatKind = "arrays-float";
inline constexpr const char* descriptionName = arraysDescription;
inline constexpr const char* decodeRule
    = "Weight i of the matrix (output channels first, row-major) has the code in bits i*code_bits to (i+1)*code_bits "
      "of "
      "codes, least significant bit first. group = i // row_length * groups_per_row + i % row_length // group_length. "
      "table = 0 if there is one, i // row_length if table_per_row, else group. value = (codebook[table][code], or "
      "without a codebook code + low - zero_points[group]) * scales[group], a float32 product; no zero_points: 0, no "
      "scales: 1. Give the matrix the layer's shape with dimension out_axis moved to the front, and move it back.";
} // namespace array_layout

/// Why a layer cannot be said with arrays; empty if it can.
Text arrayObstacle(const QuantizedTensor& tensor);
/// The first layer that has an obstacle, in a sentence; nothing if there is none. `target`: "a NumPy archive".
std::vector<Problem> arrayProblems(const QuantizedModel& model, const ExportOptions& options, const Text& target,
    Text (*obstacle)(const QuantizedTensor&) = arrayObstacle);
/// All such layers before anything is quantized, from a few rows of each.
std::vector<Problem> arrayPlanProblems(const Model& model, const Plan& plan, const ExportOptions& options,
    const Text& target, Text (*obstacle)(const QuantizedTensor&) = arrayObstacle);

/// Of a model without problems.
ArrayContents arrayContents(
    const QuantizedModel& model, const ExportOptions& options, ArrayNames names, const JobContext& ctx);
/// For sizes only: with any hash in place of the source's.
ArrayContents arrayContentsForSizes(
    const QuantizedModel& model, const ExportOptions& options, ArrayNames names, const JobContext& ctx);

/// A model none of whose layers is quantized, without those that could be.
ArrayContents fixedArrayContents(const Model& model);
/// Names and bytes of the arrays of one layer with such parts (ExportSizes::layerBytes), and the bytes of its entry in
/// the description.
struct ArraySizes
{
    std::vector<std::pair<std::string, std::uint64_t>> arrays;
    std::uint64_t descriptionBytes = 0;
};
ArraySizes arraySizes(const LayerInfo& layer, const LayerOutline& outline);
/// The type a kept layer's values are written in.
DType arrayDType(DType dtype);

} // namespace bw
