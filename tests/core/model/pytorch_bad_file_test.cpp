// Files of torch.save made wrong by hand, one defect each.

#include "tests/support/bad_files.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/pickle_builder.h"

#include <gtest/gtest.h>

namespace bw {
namespace {

using namespace std::string_literals;
using namespace test::pickle;
using test::BadFile;
using test::littleEndian;
using test::zipBytes;

/// A state_dict in a zip file with one thing changed about its tensor.
template <class F>
std::string changed(F&& change)
{
    Tensor parts;
    change(parts);
    return torchZipOf(parts);
}

std::string zipOf(const std::string& opcodes)
{
    return torchZip(proto() + opcodes + stop);
}

std::string repeated(const std::string& text, std::size_t count)
{
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
        out += text;
    }
    return out;
}

std::vector<BadFile> badTensors()
{
    constexpr std::int64_t large = std::int64_t { 1 } << 62;
    return {
        { "storage larger than its record", changed([](Tensor& t) { t.count = number(5); }), { "tensor w", "20", "16" } },
        { "storage smaller than its record", changed([](Tensor& t) { t.count = number(3); }), { "tensor w" } },
        { "storage of 2^62 elements", changed([](Tensor& t) { t.count = number(large); }), { "too large" } },
        { "storage of -1 elements", changed([](Tensor& t) { t.count = number(-1); }), { "tensor w", "storage" } },
        { "storage that is missing", changed([](Tensor& t) { t.key = text("1"); }), { "tensor w", "archive/data/1" } },
        { "storage outside of the folder", changed([](Tensor& t) { t.key = text("../version"); }),
            { "tensor w", "no record" } },
        { "storage key a number", changed([](Tensor& t) { t.key = number(0); }), { "tensor w", "storage" } },
        { "storage type a text", changed([](Tensor& t) { t.storageType = text("FloatStorage"); }), { "storage" } },
        { "storage type without elements", changed([](Tensor& t) {
             t.storageType = global("torch", "UntypedStorage");
             t.count = number(16);
         }),
            { "tensor w", "type" } },
        { "quantized storage", changed([](Tensor& t) { t.storageType = global("torch", "QInt8Storage"); }),
            { "tensor w", "QInt8Storage", "quantized" }, ErrorKind::Unsupported },
        { "complex storage", changed([](Tensor& t) { t.storageType = global("torch", "ComplexFloatStorage"); }),
            { "tensor w", "ComplexFloatStorage" }, ErrorKind::Unsupported },
        { "tensor on the device meta", changed([](Tensor& t) { t.place = text("meta"); }), { "tensor w", "meta" } },
        { "offset beyond the storage", changed([](Tensor& t) { t.offset = number(1); }), { "tensor w", "outside" } },
        { "offset of 2^62", changed([](Tensor& t) { t.offset = number(large); }), { "tensor w", "outside" } },
        { "offset of -1", changed([](Tensor& t) { t.offset = number(-1); }), { "tensor w", "offset" } },
        { "offset a text", changed([](Tensor& t) { t.offset = text("0"); }), { "tensor w", "offset" } },
        { "size beyond the storage", changed([](Tensor& t) { t.size = tuple({ number(3), number(2) }); }),
            { "tensor w", "outside" } },
        { "size that overflows", changed([](Tensor& t) { t.size = tuple({ number(large), number(large) }); }),
            { "tensor w", "too large" } },
        { "bytes that overflow", changed([](Tensor& t) {
             t.size = tuple({ number(large), number(1) });
             t.strides = tuple({ number(0), number(1) });
         }),
            { "tensor w", "too large" } },
        { "size of -1", changed([](Tensor& t) { t.size = tuple({ number(-1), number(2) }); }), { "tensor w", "size" } },
        { "size a number", changed([](Tensor& t) { t.size = number(4); }), { "tensor w", "size" } },
        { "size with a text", changed([](Tensor& t) { t.size = tuple({ text("2"), number(2) }); }),
            { "tensor w", "size" } },
        { "65 dimensions", changed([](Tensor& t) {
             t.size = tuple(std::vector<std::string>(65, number(1)));
             t.strides = tuple(std::vector<std::string>(65, number(1)));
         }),
            { "tensor w", "65 dimensions" } },
        { "strides beyond the storage", changed([](Tensor& t) { t.strides = tuple({ number(3), number(1) }); }),
            { "tensor w", "outside" } },
        { "strides of -1", changed([](Tensor& t) { t.strides = tuple({ number(-1), number(1) }); }),
            { "tensor w", "strides" } },
        { "strides that overflow", changed([](Tensor& t) { t.strides = tuple({ number(large), number(large) }); }),
            { "tensor w" } },
        { "fewer strides than sizes", changed([](Tensor& t) { t.strides = tuple({ number(1) }); }),
            { "tensor w", "strides" } },
        { "expanded without bound", changed([](Tensor& t) {
             t.size = tuple({ number(1000000), number(1000) });
             t.strides = tuple({ number(0), number(0) });
         }),
            { "tensor w", "unfold" } },
        { "negated view", changed([](Tensor& t) { t.more = dict({ text("neg"), "\x88" }); }),
            { "tensor w", "resolve_neg" }, ErrorKind::Unsupported },
        { "arguments missing", zipOf(dict({ text("w"), call("torch._utils", "_rebuild_tensor_v2", { none }) })),
            { "tensor w", "description" } },
        { "quantized tensor", zipOf(dict({ text("w"), call("torch._utils", "_rebuild_qtensor", { none }) })),
            { "tensor w", "_rebuild_qtensor" }, ErrorKind::Unsupported },
        { "sparse tensor", zipOf(dict({ text("w"), call("torch._utils", "_rebuild_sparse_tensor", { none }) })),
            { "tensor w", "_rebuild_sparse_tensor", "to_dense" }, ErrorKind::Unsupported },
        { "parameter of nothing", zipOf(dict({ text("w"), call("torch._utils", "_rebuild_parameter", { none }) })),
            { "tensor w", "description" } },
        { "parameter of a parameter",
            zipOf(dict({ text("w"),
                call("torch._utils", "_rebuild_parameter",
                    { call("torch._utils", "_rebuild_parameter", { tensor({}), no, none }), no, none }) })),
            { "tensor w", "description" } },
        { "type of the newest format unknown", changed([](Tensor& t) {
             t.rebuild = "_rebuild_tensor_v3";
             t.storageType = global("torch", "UntypedStorage");
             t.count = number(16);
             t.more = global("torch", "complex64");
         }),
            { "tensor w", "complex64" }, ErrorKind::Unsupported },
        { "two tensors of one name", zipOf(dict({ text("w"), tensor({}), text("w"), tensor({}) })),
            { "tensor w", "two tensors" } },
    };
}

std::vector<BadFile> badPickles()
{
    const std::string good = proto() + dict({ text("w"), tensor({}) }) + stop;
    return {
        { "empty pickle", torchZip(""), { "pickled data is broken" } },
        { "pickle without an end", torchZip(good.substr(0, good.size() - 1)), { "broken" } },
        { "pickle cut off", torchZip(good.substr(0, 30)), { "broken" } },
        { "bytes after the pickle", torchZip(good + "more"), { "4 bytes at the end" } },
        { "protocol 0", torchZip(proto(0) + "N."), { "protocol 0" }, ErrorKind::Unsupported },
        { "protocol 6", torchZip(proto(6) + "N."), { "protocol 6" }, ErrorKind::Unsupported },
        { "pickle of nothing", zipOf(none), { "holds no tensors" } },
        { "pickle of a number", zipOf(number(5)), { "holds no tensors" } },
        { "empty state_dict", zipOf(dict({})), { "holds no tensors" } },
        { "state_dict of numbers", zipOf(dict({ text("w"), number(1) })), { "holds no tensors" } },
        { "stack underflow", zipOf("a"), { "broken" } },
        { "end of an empty stack", torchZip(proto() + stop), { "broken" } },
        { "tuple without a mark", zipOf("t"), { "broken" } },
        { "items without a dictionary", zipOf(none + "(" + number(1) + number(1) + "u"), { "broken" } },
        { "odd number of items", zipOf("}(" + number(1) + "u"), { "broken" } },
        { "list into itself", zipOf("]q\0h\0a"s), { "broken" } },
        { "dictionary into itself", zipOf("}q\0"s + text("a") + "h\0s"s), { "broken" } },
        { "memory that was never set", zipOf("h\5"), { "broken" } },
        { "memory at 2^32-1", zipOf(none + "r\xff\xff\xff\xff"), { "broken" } },
        { "text of 4 GB", zipOf("X\xff\xff\xff\xff"), { "broken" } },
        { "text of 2^63 bytes", zipOf("\x8d" + littleEndian(std::uint64_t { 1 } << 63, 8)), { "broken" } },
        { "frame of 2^63 bytes", zipOf("\x95" + littleEndian(std::uint64_t { 1 } << 63, 8)), { "broken" } },
        { "number of 255 bytes", zipOf("\x8a\xff"), { "broken" } },
        { "nested 100000 deep", zipOf(")" + repeated("\x85", 100000)), { "broken" } },
        { "a million empty dictionaries", zipOf("]" + repeated("}a", 500000)), { "more parts" } },
        { "a million marks", zipOf(repeated("(", 1000000)), { "broken" } },
        { "a million Nones", zipOf(repeated("N", 1000000)), { "more parts" } },
        { "opcode POP", zipOf(none + none + "0"), { "opcode 48" }, ErrorKind::Refused },
        { "opcode INST", zipOf("(ios\nsystem\n"), { "opcode 105" }, ErrorKind::Refused },
        { "opcode EXT1", zipOf("\x82\1"), { "opcode 130" }, ErrorKind::Refused },
        { "lists of lists of lists, 2^60 in all",
            zipOf([] {
                std::string laughs = "](" + tensor({}) + "e";
                for (int i = 0; i < 60; ++i) {
                    laughs += "q\1](h\1h\1e\x86q\1"s;
                }
                return laughs;
            }()),
            { "more parts" } },
        { "call of a text", zipOf(text("os.system") + tuple({ text("true") }) + "R"), { "broken" } },
        { "call without a tuple", zipOf(global("collections", "OrderedDict") + none + "R"), { "broken" } },
        { "global without a line's end", zipOf("cos"), { "broken" } },
        { "global name of a megabyte", zipOf(global("torch", std::string(900000, 'x'))), { "torch.xxx" },
            ErrorKind::Refused },
        { "tensor's name of 5000 bytes", zipOf(dict({ text(std::string(5000, 'x')), tensor({}) })), { "5000" } },
        { "persistent number", zipOf(dict({ text("w"),
                                   call("torch._utils", "_rebuild_tensor_v2",
                                       { number(1) + "Q", number(0), tuple({}), tuple({}), no, none }) })),
            { "tensor w", "storage" } },
        { "not a storage", zipOf(dict({ text("w"),
                               call("torch._utils", "_rebuild_tensor_v2",
                                   { tuple({ text("module"), none, none, none, none }) + "Q", number(0), tuple({}),
                                       tuple({}), no, none }) })),
            { "tensor w", "storage" } },
        { "a whole module", zipOf(global("__main__", "Net") + ")\x81}b"), { "__main__.Net", "state_dict" },
            ErrorKind::Refused },
    };
}

std::vector<BadFile> badContainers()
{
    const std::string pickle = proto() + dict({ text("w"), tensor({}) }) + stop;
    const auto legacy = [](auto change) {
        Legacy file;
        change(file);
        return file.bytes();
    };
    const auto withView = [](const std::string& view) {
        Legacy file;
        Tensor parts;
        parts.view = view;
        file.object = proto() + dict({ text("w"), tensor(parts) }) + stop;
        return file.bytes();
    };
    std::string flipped = torchZip(pickle);
    flipped[flipped.find("archive/data/0") + 16] ^= 1;
    const std::string whole = Legacy().bytes();
    return {
        { "big-endian zip", torchZip(pickle, { { "archive/byteorder", "big" } }), { "big-endian" },
            ErrorKind::Unsupported },
        { "byte order unknown", torchZip(pickle, { { "archive/byteorder", "middle" } }), { "big-endian" },
            ErrorKind::Unsupported },
        { "two pickles", torchZip(pickle, { { "other/data.pkl", pickle } }), { "twice" } },
        { "storage with a wrong checksum", flipped, { "checksum" } },
        { "zip cut off", torchZip(pickle).substr(0, 300), { "zip archive" } },
        { "another zip", zipBytes({ { "readme.txt", "hello" } }), { "no data.pkl" } },
        { "zip without records", zipBytes({}), {} },
        { "legacy: only the magic number", whole.substr(0, 15), { "broken" } },
        { "legacy: cut in the object", whole.substr(0, 150), { "broken" } },
        { "legacy: other version", legacy([](Legacy& l) { l.protocol = proto() + number(1000) + stop; }), { "1001" },
            ErrorKind::Unsupported },
        { "legacy: version a text", legacy([](Legacy& l) { l.protocol = proto() + text("1001") + stop; }), { "1001" },
            ErrorKind::Unsupported },
        { "legacy: big-endian", legacy([](Legacy& l) {
             l.system = proto() + dict({ text("little_endian"), no }) + stop;
         }),
            { "big-endian" }, ErrorKind::Unsupported },
        { "legacy: no system", legacy([](Legacy& l) { l.system = proto() + none + stop; }), { "broken" } },
        { "legacy: no keys", legacy([](Legacy& l) { l.keys = proto() + none + stop; }), { "broken" } },
        { "legacy: key a number", legacy([](Legacy& l) { l.keys = proto() + "](" + number(0) + "e" + stop; }),
            { "no tensor uses" } },
        { "legacy: key of no tensor", legacy([](Legacy& l) { l.keys = proto() + "](" + text("7") + "e" + stop; }),
            { "no tensor uses the storage 7" } },
        { "legacy: key twice",
            legacy([](Legacy& l) {
                l.keys = proto() + "](" + text("0") + text("0") + "e" + stop;
                l.storages += l.storages;
            }),
            { "broken" } },
        { "legacy: key missing",
            legacy([](Legacy& l) {
                l.keys = proto() + "]" + stop;
                l.storages = "";
            }),
            { "tensor w", "storage 0" } },
        { "legacy: storage cut off", whole.substr(0, whole.size() - 1), { "truncated", "16", "15" } },
        { "legacy: count cut off", whole.substr(0, whole.size() - 20), { "truncated" } },
        { "legacy: storage of 2^62 elements",
            legacy([](Legacy& l) { l.storages = littleEndian(std::uint64_t { 1 } << 62, 8); }), { "too large" } },
        { "legacy: storage of another size",
            legacy([](Legacy& l) { l.storages = littleEndian(3, 8) + std::string(12, '\0'); }),
            { "tensor w", "16", "12" } },
        { "legacy: bytes at the end", whole + "more", { "4 bytes at the end" } },
        { "legacy: view outside of its storage", withView(tuple({ text("v"), number(3), number(4) })), { "outside" } },
        { "legacy: view smaller than the tensor", withView(tuple({ text("v"), number(0), number(3) })),
            { "tensor w", "outside" } },
        { "legacy: view of two numbers", withView(tuple({ number(3), number(4) })), { "storage" } },
        { "legacy: view that overflows", withView(tuple({ text("v"), number(std::int64_t { 1 } << 62), number(4) })),
            { "outside" } },
    };
}

TEST(PytorchBadFiles, EachIsRefusedWithItsCause)
{
    auto files = badTensors();
    for (auto& list : { badPickles(), badContainers() }) {
        files.insert(files.end(), list.begin(), list.end());
    }
    EXPECT_GE(files.size(), 60U);
    test::expectAllRefused("PyTorch", "m.pt", files);
}

} // namespace
} // namespace bw
