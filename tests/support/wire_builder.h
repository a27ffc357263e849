#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bw::test {

/// Protobuf messages put together by hand, right or wrong.

std::string varint(std::uint64_t value);
std::string wireNumber(std::uint32_t field, std::uint64_t value);
std::string wireBytes(std::uint32_t field, std::string_view bytes);

/// TensorProto without its values.
std::string onnxTensorHead(std::string_view name, const std::vector<std::int64_t>& dims, int type);
/// The same with raw_data.
std::string onnxTensor(
    std::string_view name, const std::vector<std::int64_t>& dims, int type, std::string_view rawData);
/// The same with its values in another file.
std::string onnxExternalTensor(std::string_view name, const std::vector<std::int64_t>& dims, int type,
    std::string_view location, std::string_view offset = {}, std::string_view length = {});
std::string onnxAttribute(std::string_view name, std::int64_t value);
std::string onnxNode(std::string_view op, const std::vector<std::string>& inputs, std::string_view output,
    const std::vector<std::string>& attributes = {});
/// A ModelProto with a graph of these.
std::string onnxModel(const std::vector<std::string>& initializers, const std::vector<std::string>& nodes = {});

} // namespace bw::test
