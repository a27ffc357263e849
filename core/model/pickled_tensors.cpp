#include "core/model/pickled_tensors.h"

#include "core/base/checked_math.h"
#include "core/base/error.h"
#include "core/model/strided_copy.h"

#include <algorithm>
#include <array>

namespace bw {

namespace {

using Kind = PickleValue::Kind;

struct TypeName
{
    std::string_view name;
    std::optional<DType> dtype;
};

constexpr auto storageTypes = std::to_array<TypeName>({
    { "FloatStorage", DType::F32 },
    { "HalfStorage", DType::F16 },
    { "BFloat16Storage", DType::BF16 },
    { "DoubleStorage", DType::F64 },
    { "LongStorage", DType::I64 },
    { "IntStorage", DType::I32 },
    { "ShortStorage", DType::I16 },
    { "CharStorage", DType::I8 },
    { "ByteStorage", DType::U8 },
    { "BoolStorage", DType::Bool },
    { "UntypedStorage", std::nullopt },
    { "_UntypedStorage", std::nullopt },
});

constexpr auto dtypeNames = std::to_array<TypeName>({
    { "torch.float32", DType::F32 },
    { "torch.float16", DType::F16 },
    { "torch.bfloat16", DType::BF16 },
    { "torch.float64", DType::F64 },
    { "torch.int64", DType::I64 },
    { "torch.int32", DType::I32 },
    { "torch.int16", DType::I16 },
    { "torch.int8", DType::I8 },
    { "torch.uint8", DType::U8 },
    { "torch.uint16", DType::U16 },
    { "torch.uint32", DType::U32 },
    { "torch.uint64", DType::U64 },
    { "torch.bool", DType::Bool },
    { "torch.float8_e4m3fn", DType::F8E4M3 },
    { "torch.float8_e5m2", DType::F8E5M2 },
});

constexpr auto otherGlobals = std::to_array<std::string_view>({
    "collections.OrderedDict",
    "torch.Size",
    "torch.device",
    "torch._tensor._rebuild_from_type_v2", // so that it can be named as unsupported
    "torch.per_tensor_affine",
    "torch.per_channel_affine",
    "torch.complex64",
    "torch.complex128",
    "_codecs.encode",
    "numpy.core.multiarray.scalar",
    "numpy._core.multiarray.scalar",
    "numpy.dtype",
});

constexpr std::string_view rebuildPrefix = "torch._utils._rebuild_";

/// "FloatStorage" of "torch.FloatStorage", "torch.cuda.FloatStorage" or "torch.storage.UntypedStorage"; else empty.
std::string_view storageName(std::string_view global)
{
    for (const std::string_view module : { "torch.storage.", "torch.cuda.", "torch." }) {
        if (global.starts_with(module)) {
            const auto name = global.substr(module.size());
            const bool isStorage = name.ends_with("Storage") && name.find('.') == std::string_view::npos;
            return isStorage ? name : std::string_view();
        }
    }
    return {};
}

Error misfit(const Text& what)
{
    return Error(ErrorKind::BadFile,
        BW_TR_NOOP("core", "the pickled data is not what torch writes: %1 is missing or of another kind"),
        what.english());
}

const PickleValue& need(const PickleValue& value, Kind kind, const Text& what)
{
    if (value.kind != kind) {
        throw misfit(what);
    }
    return value;
}

std::uint64_t natural(const PickleValue& value, const Text& what)
{
    if (need(value, Kind::Int, what).number < 0) {
        throw misfit(what);
    }
    return static_cast<std::uint64_t>(value.number);
}

/// A tuple of numbers ≥ 0, or torch.Size of one.
std::vector<std::int64_t> sizes(const PickleValue& value, const Text& what)
{
    constexpr std::size_t mostDimensions = 64; // LibTorch's own limit
    const auto* size = value.argumentsOf("torch.Size");
    const auto& tuple = size != nullptr && size->size() == 1 ? *size->front() : value;
    const bool isList = tuple.kind == Kind::List; // torch.Size([…])
    std::vector<std::int64_t> out;
    for (const auto* item : (isList ? tuple : need(tuple, Kind::Tuple, what)).items) {
        out.push_back(static_cast<std::int64_t>(natural(*item, what)));
    }
    if (out.size() > mostDimensions) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "it has %1 dimensions; at most %2 are read"),
            toText(out.size()), toText(mostDimensions));
    }
    return out;
}

/// Elements from the tensor's first to one past its last; 0 for an empty tensor.
std::uint64_t reach(const Shape& shape, const std::vector<std::int64_t>& strides)
{
    if (std::find(shape.begin(), shape.end(), 0) != shape.end()) {
        return 0;
    }
    std::uint64_t last = 0;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        last = checkedAdd(
            last, checkedMul(static_cast<std::uint64_t>(shape[i] - 1), static_cast<std::uint64_t>(strides[i])));
    }
    return checkedAdd(last, 1);
}

bool isDense(const Shape& shape, const std::vector<std::int64_t>& strides)
{
    std::int64_t expected = 1;
    for (std::size_t i = shape.size(); i-- > 0;) {
        if (shape[i] != 1 && strides[i] != expected) {
            return false;
        }
        expected *= shape[i]; // the product fits, as elementCount() has seen
    }
    return true;
}

Error notPlain(std::string_view made)
{
    return Error(ErrorKind::Unsupported,
        BW_TR_NOOP("core",
            "it is made by %1 (quantized, sparse or of a class of its own); only plain tensors are read. In Python, "
            "call dequantize() or to_dense() before saving"),
        printable(made));
}

} // namespace

bool allowsWeightGlobal(std::string_view name)
{
    const auto isNamed = [&](const TypeName& type) { return type.name == name; };
    return name.starts_with(rebuildPrefix) || !storageName(name).empty()
        || std::any_of(dtypeNames.begin(), dtypeNames.end(), isNamed)
        || std::find(otherGlobals.begin(), otherGlobals.end(), name) != otherGlobals.end();
}

bool allowsScriptGlobal(std::string_view name)
{
    return name.starts_with("__torch__.") || name.starts_with("torch.jit._pickle.") || allowsWeightGlobal(name);
}

StorageId storageId(const PickleValue& persistent)
{
    const Text what = BW_TR_NOOP("core", "a tensor's storage");
    const auto& parts = need(*need(persistent, Kind::Persistent, what).items[0], Kind::Tuple, what).items;
    if ((parts.size() != 5 && parts.size() != 6) || !parts[0]->isText("storage")) {
        throw misfit(what);
    }
    const auto name = storageName(need(*parts[1], Kind::Global, what).text);
    const auto type
        = std::find_if(storageTypes.begin(), storageTypes.end(), [&](const auto& t) { return t.name == name; });
    if (type == storageTypes.end()) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core",
                "its values are of the type of %1; quantized and complex numbers are not read. In Python, call "
                "dequantize() before saving"),
            printable(parts[1]->text));
    }
    if (parts[3]->isText("meta")) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "it was on the device \"meta\" and has no values")));
    }
    StorageId id { std::string(need(*parts[2], Kind::String, what).text), type->dtype, natural(*parts[4], what), 0, 0 };
    id.viewCount = id.count;
    if (parts.size() == 6 && parts[5]->kind != Kind::None) {
        const auto& view = need(*parts[5], Kind::Tuple, what).items;
        if (view.size() != 3) {
            throw misfit(what);
        }
        id.viewFirst = natural(*view[1], what);
        id.viewCount = natural(*view[2], what);
        if (checkedAdd(id.viewFirst, id.viewCount) > id.count) {
            throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "its storage is a part outside of another one")));
        }
    }
    checkedMul(id.count, id.elementBytes());
    return id;
}

bool isPickledTensor(const PickleValue& value)
{
    return value.kind == Kind::Call
        && (value.items[0]->text.starts_with(rebuildPrefix)
            || value.items[0]->text == "torch._tensor._rebuild_from_type_v2");
}

PickledTensors::PickledTensors(Source source, std::uint64_t mostCopied, const JobContext& ctx)
    : m_source(std::move(source))
    , m_mostCopied(mostCopied)
    , m_ctx(ctx)
{
}

PickledTensors::Made PickledTensors::make(const PickleValue& value)
{
    const Text what = BW_TR_NOOP("core", "a tensor's description");
    if (value.kind != Kind::Call) {
        throw misfit(what);
    }
    const auto name = value.items[0]->text;
    const auto& arguments = value.items[1]->items;
    if (name == "torch._utils._rebuild_parameter" || name == "torch._utils._rebuild_parameter_with_state") {
        if (arguments.empty() || arguments[0]->kind != Kind::Call
            || arguments[0]->items[0]->text.starts_with("torch._utils._rebuild_parameter")) {
            throw misfit(what);
        }
        return make(*arguments[0]);
    }
    const bool hasDtype = name == "torch._utils._rebuild_tensor_v3";
    const std::size_t plain = hasDtype ? 7 : name == "torch._utils._rebuild_tensor_v2" ? 6 : 4;
    if (!hasDtype && plain == 4 && name != "torch._utils._rebuild_tensor") {
        throw notPlain(name);
    }
    if (arguments.size() < plain) {
        throw misfit(what);
    }
    // What may follow marks values as to be negated or conjugated when they are read.
    if (plain > 4 && arguments.size() > plain && !arguments[plain]->items.empty()) {
        throw Error(ErrorKind::Unsupported,
            Text(BW_TR_NOOP("core", "it is a negated or conjugated view; in Python, call resolve_neg() before saving")));
    }
    if (!hasDtype) {
        return makePlain(arguments, std::nullopt);
    }
    const auto known = std::find_if(
        dtypeNames.begin(), dtypeNames.end(), [&](const auto& t) { return arguments[6]->isGlobal(t.name); });
    if (known == dtypeNames.end()) {
        throw Error(ErrorKind::Unsupported, BW_TR_NOOP("core", "its values are of type %1, which is not read"),
            printable(arguments[6]->text));
    }
    return makePlain(arguments, known->dtype);
}

PickledTensors::Made PickledTensors::makePlain(std::span<const PicklePtr> arguments, std::optional<DType> dtype)
{
    const auto id = storageId(*arguments[0]);
    if (!dtype && !id.dtype) {
        throw misfit(BW_TR_NOOP("core", "a tensor's type"));
    }
    const DType type = dtype ? *dtype : *id.dtype;
    const auto elementBytes = info(type).size;
    const auto offset = natural(*arguments[1], BW_TR_NOOP("core", "a tensor's offset"));
    const Shape shape = sizes(*arguments[2], BW_TR_NOOP("core", "a tensor's size"));
    const auto strides = sizes(*arguments[3], BW_TR_NOOP("core", "a tensor's strides"));
    if (shape.size() != strides.size()) {
        throw misfit(BW_TR_NOOP("core", "a tensor's strides"));
    }
    const auto bytesNeeded = checkedMul(elementCount(shape), elementBytes);
    const auto available = checkedMul(id.viewCount, id.elementBytes()) / elementBytes;
    const auto end = reach(shape, strides);
    if (end > 0 && checkedAdd(offset, end) > available) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "its values %1 to %2 lie outside of its storage, which has %3"), toText(offset),
            toText(offset + end - 1), toText(available));
    }
    Made made;
    const auto firstByte = checkedMul(id.viewFirst, id.elementBytes()) + (end > 0 ? offset * elementBytes : 0);
    made.identity = { end > 0 ? id.key : std::string(), type, firstByte, shape, strides };
    const auto& all = storage(id);
    const auto bytes
        = all.bytes.subspan(static_cast<std::size_t>(end > 0 ? firstByte : 0), end * elementBytes);
    made.view = bytesNeeded == 0 || (bytesNeeded == bytes.size() && isDense(shape, strides))
        ? TensorView { type, shape, bytes, all.owner }
        : unfolded(type, shape, strides, bytes);
    return made;
}

const StorageBytes& PickledTensors::storage(const StorageId& id)
{
    const auto bytes = checkedMul(id.count, id.elementBytes());
    auto known = m_storages.find(id.key);
    if (known == m_storages.end()) {
        m_ctx.checkpoint();
        known = m_storages.emplace(id.key, bytes == 0 ? StorageBytes {} : m_source(id.key, bytes)).first;
    }
    if (known->second.bytes.size() != bytes) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "its storage %1 is said to have %2 bytes but has %3"),
            printable(id.key), toText(bytes), toText(known->second.bytes.size()));
    }
    return known->second;
}

/// Values that do not follow each other in memory (transposed, expanded), copied into a row.
TensorView PickledTensors::unfolded(
    DType dtype, const Shape& shape, const std::vector<std::int64_t>& strides, std::span<const std::byte> bytes)
{
    const auto size = checkedMul(elementCount(shape), info(dtype).size);
    if (size > m_mostCopied) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "it would unfold from %1 to %2, more than a file of this size may"),
            sizeText(bytes.size()), sizeText(size));
    }
    m_mostCopied -= size;
    return copyStrided(dtype, shape, strides, bytes, m_ctx);
}

} // namespace bw
