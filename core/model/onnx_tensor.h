#pragma once

#include "core/base/mapped_file.h"
#include "core/model/model.h"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

/// Element types of onnx.proto, TensorProto.DataType, as far as they are asked for by name.
namespace onnx_type {
inline constexpr int text = 8;
inline constexpr int uint4 = 21;
inline constexpr int int4 = 22;
} // namespace onnx_type

/// A tensor of an ONNX model.
struct OnnxTensor
{
    std::string name;
    int dataType = 0;
    TensorView view; ///< 4-bit numbers as U8 or I8, one each
    TensorView stored; ///< as the file has them, U8
};

/// Files that tensors of a model may lie in, beside it: only files in the model's own folder or below, no links.
class OnnxExternalFiles
{
public:
    explicit OnnxExternalFiles(std::filesystem::path model)
        : m_model(std::move(model))
    {
    }
    /// Error{Refused}: the location leads out of the model's folder, or through a link; {NotFound|BadFile}.
    std::shared_ptr<const MappedFile> open(const std::string& location);
    const std::map<std::string, std::shared_ptr<const MappedFile>>& files() const { return m_files; }
    std::filesystem::path pathOf(const std::string& location) const;

private:
    std::filesystem::path m_model;
    std::map<std::string, std::shared_ptr<const MappedFile>> m_files;
};

/// Reads a TensorProto. `owner` keeps the message's bytes alive. Nothing if it holds no numbers this program knows
/// (texts, complex numbers …): `whyNot` then says so. Error{BadFile|Refused|Unsupported}, without the tensor's name.
std::optional<OnnxTensor> readOnnxTensor(
    std::string_view message, const std::shared_ptr<const void>& owner, OnnxExternalFiles& external, Text& whyNot);
/// Its name alone.
std::string_view onnxTensorName(std::string_view message);

} // namespace bw
