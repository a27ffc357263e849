#include "tests/support/wire_builder.h"

namespace bw::test {

std::string varint(std::uint64_t value)
{
    std::string out;
    while (value >= 0x80) {
        out += static_cast<char>(value | 0x80);
        value >>= 7;
    }
    return out + static_cast<char>(value);
}
std::string wireNumber(std::uint32_t field, std::uint64_t value)
{
    return varint(std::uint64_t { field } << 3) + varint(value);
}
std::string wireBytes(std::uint32_t field, std::string_view bytes)
{
    return varint(std::uint64_t { field } << 3 | 2) + varint(bytes.size()) + std::string(bytes);
}

std::string onnxTensorHead(std::string_view name, const std::vector<std::int64_t>& dims, int type)
{
    std::string out;
    for (const auto size : dims) {
        out += wireNumber(1, static_cast<std::uint64_t>(size));
    }
    return out + wireNumber(2, static_cast<std::uint64_t>(type)) + wireBytes(8, name);
}
std::string onnxTensor(std::string_view name, const std::vector<std::int64_t>& dims, int type, std::string_view rawData)
{
    return onnxTensorHead(name, dims, type) + wireBytes(9, rawData);
}
std::string onnxExternalTensor(std::string_view name, const std::vector<std::int64_t>& dims, int type,
    std::string_view location, std::string_view offset, std::string_view length)
{
    const auto pair = [](std::string_view key, std::string_view value) {
        return wireBytes(13, wireBytes(1, key) + wireBytes(2, value));
    };
    auto out = onnxTensorHead(name, dims, type) + pair("location", location);
    out += offset.empty() ? "" : pair("offset", offset);
    out += length.empty() ? "" : pair("length", length);
    return out + wireNumber(14, 1);
}
std::string onnxAttribute(std::string_view name, std::int64_t value)
{
    return wireBytes(1, name) + wireNumber(3, static_cast<std::uint64_t>(value)) + wireNumber(20, 2);
}
std::string onnxNode(std::string_view op, const std::vector<std::string>& inputs, std::string_view output,
    const std::vector<std::string>& attributes)
{
    std::string out;
    for (const auto& input : inputs) {
        out += wireBytes(1, input);
    }
    out += wireBytes(2, output) + wireBytes(4, op);
    for (const auto& attribute : attributes) {
        out += wireBytes(5, attribute);
    }
    return out;
}
std::string onnxModel(const std::vector<std::string>& initializers, const std::vector<std::string>& nodes)
{
    std::string graph;
    for (const auto& node : nodes) {
        graph += wireBytes(1, node);
    }
    graph += wireBytes(2, "g");
    for (const auto& tensor : initializers) {
        graph += wireBytes(5, tensor);
    }
    return wireNumber(1, 8) + wireBytes(2, "pytorch") + wireBytes(7, graph) + wireBytes(8, wireNumber(2, 13));
}

} // namespace bw::test
