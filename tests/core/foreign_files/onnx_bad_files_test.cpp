// ONNX models made wrong by hand, one defect each.

#include "core/model/loader.h"
#include "tests/support/bad_files.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/damaged_files.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wire_builder.h"

#include <limits>

#include <gtest/gtest.h>

namespace bw {
namespace {

using test::BadFile;
using test::onnxAttribute;
using test::onnxModel;
using test::onnxNode;
using test::onnxTensor;
using test::onnxTensorHead;
using test::varint;
using test::wireBytes;
using test::wireNumber;

constexpr std::uint64_t huge = ~std::uint64_t { 0 };
const std::string sixteen(16, '\1');

std::string good()
{
    return onnxModel({ onnxTensor("w", { 2, 2 }, 1, sixteen), onnxTensor("q", { 2, 2 }, 3, "abcd"),
                         onnxTensor("s", {}, 1, test::floatBytes(std::vector<float> { 0.5F })) },
        { onnxNode("MatMul", { "x", "w" }, "y"), onnxNode("DequantizeLinear", { "q", "s" }, "d"),
            onnxNode("Gemm", { "y", "d" }, "z", { onnxAttribute("transB", 1) }) });
}

std::string withTensor(const std::string& tensor)
{
    return onnxModel({ tensor });
}

/// A model whose graph is these bytes.
std::string withGraph(const std::string& graph)
{
    return wireNumber(1, 8) + wireBytes(7, graph);
}

std::string nested(int depth)
{
    std::string graph = wireBytes(2, "innermost");
    for (int i = 0; i < depth; ++i) {
        graph = wireBytes(1, wireBytes(4, "If") + wireBytes(5, wireBytes(1, "then_branch") + wireBytes(6, graph)));
    }
    return graph;
}

std::vector<BadFile> badMessages()
{
    const std::string start = wireNumber(1, 8);
    const char* cut = "ends in the middle of a field";
    const auto whole = good();
    return {
        { "version alone", start, { "no graph" } },
        { "half a version", "\x08", { cut } },
        { "cut in a length", start + "\x3a\x80", { cut } },
        { "cut in the graph", whole.substr(0, 40), { cut } },
        { "last byte missing", whole.substr(0, whole.size() - 1), { cut } },
        { "no graph", start + wireBytes(2, "pytorch"), { "no graph" } },
        { "two graphs", whole + wireBytes(7, ""), { "two graphs" } },
        { "graph a number", start + wireNumber(7, 1), { "a number where bytes belong" } },
        { "version of bytes", wireBytes(1, "x") + wireBytes(7, ""), { "bytes where a number belongs" } },
        { "producer a number", start + wireNumber(2, 1) + wireBytes(7, ""), { "a number where bytes belong" } },
        { "operator set a number", start + wireNumber(8, 1) + wireBytes(7, ""), { "a number where bytes belong" } },
        { "operator set cut off", start + wireBytes(8, "\x10"), { cut } },
        { "field number 0", start + std::string("\x02\x00", 2), { "number out of range" } },
        { "field number of 2^32", start + varint((std::uint64_t { 1 } << 35) | 2), { "number out of range" } },
        { "group", start + "\x3b", { "kind that ONNX does not use" } },
        { "end of a group", start + "\x3c", { "kind that ONNX does not use" } },
        { "wire type 6", start + "\x3e", { "kind that ONNX does not use" } },
        { "wire type 7", start + "\x3f", { "kind that ONNX does not use" } },
        { "number of eleven bytes", "\x08" + std::string(11, '\xff'), { "longer than 64 bits" } },
        { "number of 65 bits", "\x08" + std::string(9, '\xff') + "\x02", { "longer than 64 bits" } },
        { "length of 2^64-1", start + "\x3a" + varint(huge), { cut } },
        { "length of 2^63", start + "\x3a" + varint(huge / 2 + 1), { cut } },
        { "length of one byte too many", start + "\x3a" + varint(3) + "ab", { cut } },
        { "fixed number cut off", start + "\x0d\x01\x02", { cut } },
        { "long fixed number cut off", start + "\x09\x01\x02\x03\x04", { cut } },
        { "text file", "this is no model at all\n", { "protobuf" } },
        { "zeros", std::string(100, '\0'), { "number out of range" } },
        { "graphs nested 17 deep", withGraph(nested(17)), { "nested more than 16 deep" } },
        { "graphs nested 1000 deep", withGraph(nested(1000)), { "nested more than 16 deep" } },
        { "graphs nested 20000 deep", withGraph(nested(20000)), { "nested more than 16 deep" } },
        { "node a number", withGraph(wireNumber(1, 5)), { "a number where bytes belong" } },
        { "node cut off", withGraph(wireBytes(1, "\x0a\x05x")), { cut } },
        { "initializer a number", withGraph(wireNumber(5, 5)), { "a number where bytes belong" } },
        { "attribute cut off", withGraph(wireBytes(1, wireBytes(4, "Conv") + wireBytes(5, "\x0a\x7f"))), { cut } },
        { "name a number", withGraph(wireBytes(5, wireNumber(8, 3))), { "a number where bytes belong" } },
    };
}

std::vector<BadFile> badTensors()
{
    const std::string packed = wireBytes(4, sixteen);
    const auto head = [](int type) { return onnxTensorHead("w", { 2, 2 }, type); };
    const auto unsupported = ErrorKind::Unsupported;
    const std::int64_t big = std::int64_t { 1 } << 62;
    return {
        { "no name", withTensor(onnxTensorHead("", { 2, 2 }, 1) + wireBytes(9, sixteen)), { "has no name" } },
        { "name twice", onnxModel({ onnxTensor("w", { 1 }, 3, "x"), onnxTensor("w", { 1 }, 3, "y") }),
            { "two tensors are called w" } },
        { "no type", withTensor(onnxTensorHead("w", { 2, 2 }, 0) + wireBytes(9, sixteen)), { "tensor w", "number 0" } },
        { "type 99", withTensor(head(99) + wireBytes(9, sixteen)), { "tensor w", "number 99" } },
        { "type -1", withTensor(head(-1) + wireBytes(9, sixteen)), { "tensor w", "number -1" } },
        { "type of bytes", withTensor(wireBytes(2, "x") + wireBytes(8, "w")), { "tensor w", "bytes where a number" } },
        { "segment", withTensor(head(1) + wireBytes(3, "") + wireBytes(9, sixteen)), { "tensor w", "segment" },
            unsupported },
        { "negative dimension", withTensor(onnxTensor("w", { -1, 2 }, 1, sixteen)), { "tensor w", "negative" } },
        { "least dimension", withTensor(onnxTensor("w", { std::numeric_limits<std::int64_t>::min() }, 1, sixteen)),
            { "tensor w", "negative" } },
        { "two negative dimensions", withTensor(onnxTensor("w", { -2, -2 }, 1, sixteen)), { "tensor w", "negative" } },
        { "product over 2^64", withTensor(onnxTensor("w", { big, 8 }, 1, sixteen)), { "tensor w", "too large" } },
        { "product that wraps to 4", withTensor(onnxTensor("w", { big, 4, 1 }, 1, sixteen)),
            { "tensor w", "too large" } },
        { "bits over 2^64", withTensor(onnxTensor("w", { big }, 1, sixteen)), { "tensor w", "too large" } },
        { "65 dimensions", withTensor(onnxTensor("w", std::vector<std::int64_t>(65, 1), 1, "abcd")),
            { "tensor w", "more than 64 dimensions" } },
        { "a million dimensions", withTensor(wireBytes(1, std::string(900'000, '\1')) + wireBytes(8, "w")),
            { "tensor w", "more than 64 dimensions" } },
        { "packed dimension cut off", withTensor(wireBytes(1, "\x80") + wireBytes(8, "w")), { "tensor w", "middle" } },
        { "too few raw bytes", withTensor(onnxTensor("w", { 2, 2 }, 1, "abc")),
            { "tensor w", "3 bytes of values", "ask for 16" } },
        { "too many raw bytes", withTensor(onnxTensor("w", { 2, 2 }, 3, sixteen)), { "16 bytes", "ask for 4" } },
        { "raw bytes of an empty tensor", withTensor(onnxTensor("w", { 0, 2 }, 1, "abcd")), { "ask for 0" } },
        { "no values", withTensor(head(1)), { "tensor w", "0 bytes of values", "ask for 16" } },
        { "a terabyte without values", withTensor(onnxTensorHead("w", { 1 << 20, 1 << 20 }, 3)),
            { "0 bytes of values" } },
        { "values twice", withTensor(head(1) + wireBytes(9, sixteen) + packed), { "tensor w", "given twice" } },
        { "values in two fields", withTensor(head(1) + packed + wireBytes(7, "ab")), { "given twice" } },
        { "floats in the field of integers", withTensor(head(1) + wireBytes(5, "\1\2\3\4")), { "does not fit" } },
        { "integers in the field of floats", withTensor(head(6) + packed), { "tensor w", "does not fit" } },
        { "long integers in the field of short ones", withTensor(head(7) + wireBytes(5, "\1\2\3\4")),
            { "does not fit" } },
        { "doubles in the field of floats", withTensor(head(11) + packed), { "does not fit" } },
        { "three typed values for four", withTensor(head(6) + wireBytes(5, "\1\2\3")), { "another number of values" } },
        { "five typed values for four", withTensor(head(6) + wireBytes(5, "\1\2\3\4\5")),
            { "another number of values" } },
        { "typed value cut off", withTensor(head(6) + wireBytes(5, "\1\2\3\x80")), { "tensor w", "middle" } },
        { "three floats for four", withTensor(head(1) + wireBytes(4, sixteen.substr(4))), { "12 bytes of values" } },
        { "values one by one", withTensor(head(6) + wireNumber(5, 1) + wireNumber(5, 2)), { "not packed" },
            unsupported },
        { "half of the 4-bit numbers", withTensor(onnxTensor("w", { 2, 2 }, 22, "a")), { "1 bytes", "ask for 2" } },
        { "place of storage 2", withTensor(head(1) + wireNumber(14, 2)), { "place that ONNX does not define" } },
        { "external without a place", withTensor(head(1) + wireNumber(14, 1)), { "\"\"", "own folder" },
            ErrorKind::Refused },
        { "external and here", withTensor(test::onnxExternalTensor("w", { 1 }, 1, "m.onnx") + wireBytes(9, "abcd")),
            { "both in this file and in another" } },
        { "external entry cut off", withTensor(head(1) + wireBytes(13, "\x0a\x09l")), { "tensor w", "middle" } },
        { "external beyond the end", withTensor(test::onnxExternalTensor("w", { 1000 }, 1, "m.onnx")),
            { "beyond the end of \"m.onnx\"" } },
    };
}

std::string quantized(const std::string& scale, const std::string& zero, std::int64_t axis, std::int64_t block = 0)
{
    std::vector<std::string> tensors { onnxTensor("w", { 2, 3 }, 3, "abcdef"), scale };
    std::vector<std::string> inputs { "w", "s" };
    if (!zero.empty()) {
        tensors.push_back(zero);
        inputs.emplace_back("z");
    }
    return onnxModel(tensors,
        { onnxNode(
            "DequantizeLinear", inputs, "d", { onnxAttribute("axis", axis), onnxAttribute("block_size", block) }) });
}

std::vector<BadFile> badScales()
{
    const auto scales = [](std::int64_t count) {
        return onnxTensor("s", { count }, 1, std::string(static_cast<std::size_t>(4 * count), '\1'));
    };
    return {
        { "scales along a dimension that is not there", quantized(scales(3), "", 2), { "tensor w", "dimension 2" } },
        { "scales along dimension -3", quantized(scales(3), "", -3), { "tensor w", "dimension -3" } },
        { "scales along dimension 2^62", quantized(scales(3), "", std::int64_t { 1 } << 62),
            { "tensor w", "dimension" } },
        { "too few scales", quantized(scales(2), "", 1), { "tensor w", "shape 2, where 3 belongs" } },
        { "too many scales", quantized(scales(4), "", 1), { "tensor w", "shape 4, where 3 belongs" } },
        { "no scales", quantized(scales(0), "", 1), { "tensor w", "shape 0, where 3 belongs" } },
        { "scales of two dimensions", quantized(onnxTensor("s", { 1, 3 }, 1, std::string(12, '\1')), "", 1),
            { "tensor w", "shape 1×3" } },
        { "blocks of one", quantized(scales(3), "", 1, 1), { "blocks of one value" }, ErrorKind::Unsupported },
        { "scales of the wrong blocks", quantized(scales(3), "", 1, 2), { "shape 3, where 2×2 belongs" } },
        { "block of 2^62", quantized(scales(3), "", 1, std::int64_t { 1 } << 62), { "where 2×1 belongs" } },
        { "too few zero points", quantized(scales(3), onnxTensor("z", { 2 }, 3, "ab"), 1),
            { "tensor w", "3 scales, but 2 zero points" } },
        { "too many zero points", quantized(onnxTensor("s", {}, 1, "abcd"), onnxTensor("z", { 2 }, 3, "ab"), 1),
            { "tensor w", "1 scales, but 2 zero points" } },
    };
}

/// An export's weight w of 2×3 whose nodes are these.
std::string derived(const std::vector<std::string>& nodes)
{
    return onnxModel(
               { onnxTensor("q", { 2, 3 }, 2, std::string("\0\1\2\0\1\2", 6)),
                   onnxTensor("s", { 2, 1 }, 1, test::floatBytes(std::vector<float> { 0.5F, 2 })),
                   onnxTensor("t", { 3 }, 1, test::floatBytes(std::vector<float> { -1, 0, 1 })),
                   onnxTensor("n", { 2 }, 7, std::string("\0\0\0\0\1\0\0\0\2\0\0\0\0\0\0\0", 16)),
                   onnxTensor("one", { 1, 1 }, 1, "abcd"), onnxTensor("minus", { 1 }, 7, std::string(8, '\xFF')) },
               nodes)
        + wireBytes(14, wireBytes(1, "bitwright.layers") + wireBytes(2, "w\tkmeans2/c\tlookup\tq\n\t\n\n1"));
}

std::vector<BadFile> badExpressions()
{
    const auto toFloat = onnxNode("Cast", { "q" }, "f", { onnxAttribute("to", 1) });
    const auto toInt = onnxNode("Cast", { "q" }, "i", { onnxAttribute("to", 6) });
    const char* unfit = "do not fit together";
    const auto unsupported = ErrorKind::Unsupported;
    std::vector<std::string> doubling { toFloat };
    for (int i = 0; i < 20; ++i) {
        const std::string from = i == 0 ? "f" : "d" + std::to_string(i);
        doubling.push_back(onnxNode("Add", { from, from }, i == 19 ? "w" : "d" + std::to_string(i + 1)));
    }
    return {
        { "made of itself", derived({ onnxNode("Identity", { "w" }, "w") }), { "tensor w", "64 steps" } },
        { "a circle of two", derived({ onnxNode("Identity", { "a" }, "w"), onnxNode("Cast", { "w" }, "a") }),
            { "tensor w", "64 steps" } },
        { "twice as many steps each time", derived(doubling), { "tensor w", "64 steps" } },
        { "made of nothing", derived({ onnxNode("Identity", { "absent" }, "w") }), { "\"absent\"" } },
        { "no input", derived({ onnxNode("Cast", {}, "w") }), { "operator Cast" }, unsupported },
        { "another operator", derived({ onnxNode("Sqrt", { "q" }, "w") }), { "operator Sqrt" }, unsupported },
        { "codes in place of floats", derived({ onnxNode("Mul", { "q", "s" }, "w") }), { "tensor w", unfit } },
        { "scales of another shape", derived({ toFloat, onnxNode("Mul", { "f", "n" }, "w") }), { unfit } },
        { "a scale for each of two columns", derived({ toFloat, onnxNode("Mul", { "f", "t2" }, "w") }), { "\"t2\"" } },
        { "floats as indices", derived({ toFloat, onnxNode("Gather", { "t", "f" }, "w") }), { unfit } },
        { "a table of two dimensions", derived({ toInt, onnxNode("Gather", { "s", "i" }, "w") }), { unfit } },
        { "a table that is computed",
            derived({ toFloat, onnxNode("Mul", { "f", "s" }, "p"), toInt, onnxNode("Gather", { "p", "i" }, "w") }),
            { unfit } },
        { "blown up", derived({ toFloat, onnxNode("Expand", { "one", "n" }, "w") }), { "values" } },
        { "blown up by a computed shape",
            derived({ onnxNode("Add", { "n", "n" }, "m"), onnxNode("Expand", { "s", "m" }, "w") }), { unfit } },
        { "a negative shape", derived({ onnxNode("Reshape", { "q", "minus" }, "w") }), { "negative" } },
        { "a shape of other size", derived({ onnxNode("Reshape", { "q", "n" }, "w") }), { unfit } },
        { "a scale for each of no channels",
            derived({ onnxNode("DequantizeLinear", { "q", "t" }, "w", { onnxAttribute("axis", 0) }) }), { unfit } },
        { "along a dimension that is not there",
            derived({ onnxNode("DequantizeLinear", { "q", "t" }, "w", { onnxAttribute("axis", 7) }) }), { unfit } },
        { "zero points of another shape",
            derived({ onnxNode("DequantizeLinear", { "q", "t", "n" }, "w", { onnxAttribute("axis", 1) }) }),
            { unfit } },
        { "rounded", derived({ toFloat, onnxNode("Cast", { "f" }, "w", { onnxAttribute("to", 6) }) }), { "rounding" },
            unsupported },
    };
}

TEST(OnnxBadFiles, ACodeBeyondTheTableIsFoundWhenItIsRead)
{
    const test::TempDir dir;
    auto bytes = derived(
        { onnxNode("Cast", { "q" }, "i", { onnxAttribute("to", 6) }), onnxNode("Gather", { "t", "i" }, "w") });
    test::writeFile(dir / "m.onnx", bytes);
    const auto good = openModel(dir / "m.onnx");
    EXPECT_EQ(toFloats(good->layer(good->find("w")).view), (std::vector<float> { -1, 0, 1, -1, 0, 1 }));
    bytes[bytes.find(std::string("\0\1\2\0\1\2", 6)) + 4] = '\3';
    test::writeFile(dir / "m.onnx", bytes);
    const auto model = openModel(dir / "m.onnx");
    EXPECT_THROW(toFloats(model->layer(model->find("w")).view), Error);
}

TEST(OnnxBadFiles, AreRefusedWithTheirCause)
{
    auto files = badMessages();
    for (const auto& more : { badTensors(), badScales(), badExpressions() }) {
        files.insert(files.end(), more.begin(), more.end());
    }
    EXPECT_GE(files.size(), 60U);
    test::expectAllRefused("ONNX", "m.onnx", files);
}

TEST(OnnxBadFiles, TheGoodOneOpens)
{
    const test::TempDir dir;
    test::writeFile(dir / "m.onnx", good());
    EXPECT_EQ(openModel(dir / "m.onnx")->layers().size(), 3U);
}

TEST(OnnxBadFiles, DamageIsNeverASurprise)
{
    test::expectNoSurprises(good(), "m.onnx", 1);
    test::expectNoSurprises(derived({ onnxNode("Cast", { "q" }, "i", { onnxAttribute("to", 6) }),
                                onnxNode("Gather", { "t", "i" }, "g"), onnxNode("Mul", { "g", "s" }, "w") }),
        "m.onnx", 1);
}

TEST(OnnxBadFiles, MegabytesOfSmallThingsAreCheap)
{
    const test::TempDir dir;
    std::vector<std::string> tensors;
    for (int i = 0; i < 50'000; ++i) {
        tensors.push_back(onnxTensor(std::to_string(i), {}, 3, "x"));
    }
    test::writeFile(dir / "tensors.onnx", onnxModel(tensors));
    test::expectCheapToOpen(dir / "tensors.onnx", "many tensors");
    tensors.resize(15'000);
    test::writeFile(dir / "fewer.onnx", onnxModel(tensors));
    test::expectCheapToOpen(dir / "fewer.onnx", "tensors");

    std::vector<std::string> nodes;
    for (int i = 0; i < 45'000; ++i) {
        nodes.push_back(onnxNode("Identity", { "w" }, std::to_string(i)));
    }
    test::writeFile(dir / "nodes.onnx", onnxModel({ onnxTensor("w", { 2, 2 }, 1, sixteen) }, nodes));
    test::expectCheapToOpen(dir / "nodes.onnx", "many nodes");

    test::writeFile(dir / "empty.onnx", withGraph([] {
        std::string graph;
        for (int i = 0; i < 480'000; ++i) {
            graph += std::string("\x0a\x00", 2);
        }
        return graph;
    }()));
    test::expectCheapToOpen(dir / "empty.onnx", "empty nodes");

    std::string inputs;
    for (int i = 0; i < 300'000; ++i) {
        inputs += "\x0a\x01x";
    }
    test::writeFile(dir / "inputs.onnx", withGraph(wireBytes(1, inputs)));
    test::expectCheapToOpen(dir / "inputs.onnx", "a node of many inputs");

    std::string attributes;
    for (int i = 0; i < 240'000; ++i) {
        attributes += std::string("\x2a\x00", 2);
    }
    test::writeFile(dir / "attributes.onnx",
        withGraph(wireBytes(1, wireBytes(1, "w") + attributes) + wireBytes(5, onnxTensor("w", { 1 }, 3, "x"))));
    test::expectCheapToOpen(dir / "attributes.onnx", "a node of many attributes");

    std::string entries;
    for (int i = 0; i < 20'000; ++i) {
        entries += std::to_string(i) + "\tint4/c\tdequantize\tq\n";
    }
    test::writeFile(dir / "layers.onnx",
        onnxModel({ onnxTensor("q", { 1 }, 3, "x") })
            + wireBytes(14, wireBytes(1, "bitwright.layers") + wireBytes(2, entries)));
    test::expectCheapToOpen(dir / "layers.onnx", "many weights that are said to be there");

    std::vector<std::string> parts;
    for (int i = 0; i < 25'000; ++i) {
        parts.push_back(onnxNode("Identity", { "q" }, std::to_string(i)));
    }
    test::writeFile(dir / "parts.onnx", derived(parts));
    test::expectCheapToOpen(dir / "parts.onnx", "many nodes of an export");

    test::writeFile(dir / "typed.onnx",
        onnxModel({ onnxTensorHead("w", { 900'000 }, 7) + wireBytes(7, std::string(900'000, '\1')) }));
    test::expectCheapToOpen(dir / "typed.onnx", "long integers of a byte each");
}

} // namespace
} // namespace bw
