#include "core/torch/value_builder.h"

#include "core/base/checked_math.h"
#include "core/base/error.h"

#include <algorithm>
#include <array>

#include <ATen/ATen.h>
#include <ATen/core/class_type.h>
#include <c10/core/CPUAllocator.h>

namespace bw::torch_backend {

namespace {

using Kind = PickleValue::Kind;
using Items = std::vector<PicklePtr>;

struct StorageType
{
    std::string_view name;
    at::ScalarType type;
};

constexpr auto storageTypes = std::to_array<StorageType>({
    { "torch.FloatStorage", at::kFloat },
    { "torch.HalfStorage", at::kHalf },
    { "torch.BFloat16Storage", at::kBFloat16 },
    { "torch.DoubleStorage", at::kDouble },
    { "torch.LongStorage", at::kLong },
    { "torch.IntStorage", at::kInt },
    { "torch.ShortStorage", at::kShort },
    { "torch.CharStorage", at::kChar },
    { "torch.ByteStorage", at::kByte },
    { "torch.BoolStorage", at::kBool },
    { "torch.ComplexFloatStorage", at::kComplexFloat },
    { "torch.ComplexDoubleStorage", at::kComplexDouble },
});

Error misfit(const std::string& expected)
{
    return Error(ErrorKind::BadFile, BW_TR_NOOP("core", "The model's data does not fit its code: a value is no %1."),
        printable(expected));
}

const PickleValue& need(const PickleValue& value, Kind kind, const char* expected)
{
    if (value.kind != kind) {
        throw misfit(expected);
    }
    return value;
}

/// A list or dictionary without the calls torch.jit.save wraps it in to keep its type.
const PickleValue& unwrapped(const PickleValue& value)
{
    for (const auto* name :
        { "torch.jit._pickle.build_intlist", "torch.jit._pickle.build_doublelist", "torch.jit._pickle.build_boollist",
            "torch.jit._pickle.build_tensorlist", "torch.jit._pickle.restore_type_tag" }) {
        if (const auto* arguments = value.argumentsOf(name); arguments != nullptr && !arguments->empty()) {
            return *arguments->front();
        }
    }
    return value;
}

std::vector<std::int64_t> integers(const PickleValue& tuple)
{
    std::vector<std::int64_t> out;
    for (const auto* item : need(tuple, Kind::Tuple, "tuple").items) {
        out.push_back(need(*item, Kind::Int, "integer").number);
    }
    return out;
}

/// Elements of a storage from its first to one past the tensor's last; 0 for an empty tensor.
std::uint64_t reach(
    std::int64_t offset, const std::vector<std::int64_t>& sizes, const std::vector<std::int64_t>& strides)
{
    const auto isNegative = [](std::int64_t n) { return n < 0; };
    if (offset < 0 || sizes.size() != strides.size() || std::any_of(sizes.begin(), sizes.end(), isNegative)
        || std::any_of(strides.begin(), strides.end(), isNegative)) {
        throw misfit("tensor");
    }
    if (std::find(sizes.begin(), sizes.end(), 0) != sizes.end()) {
        return 0;
    }
    std::uint64_t last = static_cast<std::uint64_t>(offset);
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        last = checkedAdd(
            last, checkedMul(static_cast<std::uint64_t>(sizes[i] - 1), static_cast<std::uint64_t>(strides[i])));
    }
    return checkedAdd(last, 1);
}

std::uint64_t product(const std::vector<std::int64_t>& sizes)
{
    std::uint64_t out = 1;
    for (const auto size : sizes) {
        out = checkedMul(out, static_cast<std::uint64_t>(size));
    }
    return out;
}

bool isScalarOf(const PickleValue& value, const c10::TypePtr& type)
{
    switch (type->kind()) {
    case c10::TypeKind::IntType:
        return value.kind == Kind::Int;
    case c10::TypeKind::FloatType:
        return value.kind == Kind::Float;
    case c10::TypeKind::BoolType:
        return value.kind == Kind::Bool;
    case c10::TypeKind::StringType:
        return value.kind == Kind::String;
    case c10::TypeKind::NoneType:
        return value.kind == Kind::None;
    case c10::TypeKind::NumberType:
        return value.kind == Kind::Int || value.kind == Kind::Float;
    default:
        return false;
    }
}

c10::IValue scalar(const PickleValue& value)
{
    switch (value.kind) {
    case Kind::None:
        return {};
    case Kind::Bool:
        return value.number != 0;
    case Kind::Int:
        return value.number;
    case Kind::Float:
        return value.real;
    case Kind::String:
        return std::string(value.text);
    default:
        throw misfit("plain value");
    }
}

} // namespace

ValueBuilder::ValueBuilder(
    const ZipArchive& archive, std::string storagePrefix, ClassResolver resolver, const JobContext& ctx)
    : m_archive(archive)
    , m_prefix(std::move(storagePrefix))
    , m_resolver(std::move(resolver))
    , m_ctx(ctx)
{
}

c10::IValue ValueBuilder::build(PicklePtr value, const c10::TypePtr& type)
{
    if (const auto found = m_shared.find(value); found != m_shared.end()) {
        if (!found->second.type()->isSubtypeOf(*type)) {
            throw misfit(type->str());
        }
        return found->second;
    }
    auto built = buildNew(value, type);
    if (built.isTensor() || built.isObject()) {
        m_shared.emplace(value, built);
    }
    return built;
}

c10::IValue ValueBuilder::buildNew(PicklePtr value, const c10::TypePtr& type)
{
    if (isScalarOf(*value, type)) {
        return scalar(*value);
    }
    switch (type->kind()) {
    case c10::TypeKind::OptionalType:
        return value->kind == Kind::None ? c10::IValue()
                                         : build(value, type->castRaw<c10::OptionalType>()->getElementType());
    case c10::TypeKind::TensorType:
        return buildTensor(*value);
    case c10::TypeKind::ListType:
        return buildList(unwrapped(*value), type);
    case c10::TypeKind::DictType:
        return buildDict(unwrapped(*value), type);
    case c10::TypeKind::TupleType:
        return buildTuple(*value, type);
    case c10::TypeKind::AnyType:
    case c10::TypeKind::UnionType:
        return buildAny(value);
    case c10::TypeKind::ClassType:
    case c10::TypeKind::InterfaceType: {
        auto object = buildObject(value);
        if (!object.type()->isSubtypeOf(*type)) {
            throw misfit(type->str());
        }
        return object;
    }
    case c10::TypeKind::DeviceObjType:
        return c10::IValue(at::Device(at::kCPU));
    case c10::TypeKind::IntType:
    case c10::TypeKind::FloatType:
    case c10::TypeKind::BoolType:
    case c10::TypeKind::StringType:
    case c10::TypeKind::NoneType:
    case c10::TypeKind::NumberType:
        throw misfit(type->str());
    default:
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core", "The model keeps a value of type %1, which Bitwright does not read."),
            printable(type->str()));
    }
}

c10::IValue ValueBuilder::buildAny(PicklePtr value)
{
    if (value->kind == Kind::Object) {
        return buildObject(value);
    }
    return value->argumentsOf("torch._utils._rebuild_tensor_v2") != nullptr ? c10::IValue(buildTensor(*value))
                                                                            : scalar(*value);
}

c10::IValue ValueBuilder::buildList(const PickleValue& value, const c10::TypePtr& type)
{
    const auto element = type->castRaw<c10::ListType>()->getElementType();
    c10::impl::GenericList list(element);
    for (const auto* item : need(value, Kind::List, "list").items) {
        list.push_back(build(item, element));
    }
    return list;
}

c10::IValue ValueBuilder::buildDict(const PickleValue& value, const c10::TypePtr& type)
{
    const auto* declared = type->castRaw<c10::DictType>();
    c10::impl::GenericDict dict(declared->getKeyType(), declared->getValueType());
    const Items& items = need(value, Kind::Dict, "dictionary").items;
    for (std::size_t i = 0; i < items.size(); i += 2) {
        dict.insert(build(items[i], declared->getKeyType()), build(items[i + 1], declared->getValueType()));
    }
    return dict;
}

c10::IValue ValueBuilder::buildTuple(const PickleValue& value, const c10::TypePtr& type)
{
    const auto types = type->castRaw<c10::TupleType>()->elements();
    if (value.kind != Kind::Tuple || value.items.size() != types.size()) {
        throw misfit(type->str());
    }
    std::vector<c10::IValue> elements;
    for (std::size_t i = 0; i < types.size(); ++i) {
        elements.push_back(build(value.items[i], types[i]));
    }
    return c10::ivalue::Tuple::create(std::move(elements));
}

c10::IValue ValueBuilder::buildObject(PicklePtr value)
{
    m_ctx.checkpoint();
    if (need(*value, Kind::Object, "module").items.size() != 2) {
        throw misfit("module");
    }
    const std::string name(value->items[0]->text);
    const auto type = m_resolver(name);
    for (const auto* method : { "__setstate__", "__getstate__" }) {
        if (type->hasMethod(method)) {
            throw Error(ErrorKind::Refused,
                BW_TR_NOOP("core",
                    "The model runs code of its own while it is opened (%1 of %2); Bitwright does not open it."),
                method, printable(name));
        }
    }
    const Items& state = need(*value->items[1], Kind::Dict, "module").items;
    auto object
        = c10::ivalue::Object::create(c10::StrongTypePtr(type->compilation_unit(), type), type->numAttributes());
    for (std::size_t slot = 0; slot < type->numAttributes(); ++slot) {
        const auto& attribute = type->getAttributeName(slot);
        const auto isKey = [&](std::size_t i) { return state[i]->kind == Kind::String && state[i]->text == attribute; };
        std::size_t at = 0;
        while (at < state.size() && !isKey(at)) {
            at += 2;
        }
        if (at >= state.size()) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "The model's data has no %1 of %2."),
                printable(attribute), printable(name));
        }
        withContext(Text(BW_TR_NOOP("core", "attribute %1"), { printable(attribute) }),
            [&] { object->setSlot(slot, build(state[at + 1], type->getAttribute(slot))); });
    }
    return object;
}

at::Tensor ValueBuilder::buildTensor(const PickleValue& value)
{
    const auto* arguments = value.argumentsOf("torch._utils._rebuild_tensor_v2");
    if (arguments == nullptr && value.kind == Kind::Call) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core",
                "The model holds a tensor made by %1 (a sparse or already quantized one); Bitwright reads plain "
                "tensors."),
            printable(value.items[0]->text));
    }
    if (arguments == nullptr || arguments->size() < 5) {
        throw misfit("tensor");
    }
    at::ScalarType type = at::kFloat;
    const auto data = storage(*(*arguments)[0], type);
    const auto offset = need(*(*arguments)[1], Kind::Int, "integer").number;
    const auto sizes = integers(*(*arguments)[2]);
    const auto strides = integers(*(*arguments)[3]);
    const std::uint64_t available = data.nbytes() / c10::elementSize(type);
    // Expanded tensors repeat elements, but no real one repeats them without bound.
    if (reach(offset, sizes, strides) > available || product(sizes) > 16 * available + 1024) {
        throw misfit("tensor");
    }
    auto tensor = at::empty({ 0 }, at::TensorOptions(type)).set_(data, offset, sizes, strides);
    tensor.set_requires_grad(
        (*arguments)[4]->kind == Kind::Bool && (*arguments)[4]->number != 0 && at::isFloatingType(type));
    return tensor;
}

/// ("storage", type, key, place, number of elements): torch.save's stand-in for a block of memory.
at::Storage ValueBuilder::storage(const PickleValue& id, at::ScalarType& type)
{
    const auto& parts = need(*need(id, Kind::Persistent, "storage").items[0], Kind::Tuple, "storage").items;
    if (parts.size() != 5 || parts[2]->kind != Kind::String || parts[4]->kind != Kind::Int || parts[4]->number < 0) {
        throw misfit("storage");
    }
    const auto found = std::find_if(
        storageTypes.begin(), storageTypes.end(), [&](const auto& t) { return parts[1]->isGlobal(t.name); });
    if (found == storageTypes.end()) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core", "The model holds data of type %1, which Bitwright does not read."),
            printable(parts[1]->text));
    }
    type = found->type;
    const auto bytes = checkedMul(static_cast<std::uint64_t>(parts[4]->number), c10::elementSize(type));
    const std::string key(parts[2]->text);
    const auto known = m_storages.find(key);
    if (known != m_storages.end()) {
        if (known->second.nbytes() != bytes) {
            throw misfit("storage");
        }
        return known->second;
    }
    const auto record = m_prefix + key;
    if (bytes > 0 && m_archive.size(record) != bytes) {
        throw misfit("storage");
    }
    m_ctx.checkpoint();
    auto memory = c10::GetCPUAllocator()->allocate(static_cast<std::size_t>(bytes));
    if (bytes > 0) {
        m_archive.read(record, { static_cast<std::byte*>(memory.get()), static_cast<std::size_t>(bytes) });
    }
    at::Storage made(
        c10::Storage::use_byte_size_t(), static_cast<std::int64_t>(bytes), std::move(memory), nullptr, false);
    return m_storages.emplace(key, std::move(made)).first->second;
}

} // namespace bw::torch_backend
