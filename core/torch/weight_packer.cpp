#include "core/torch/weight_packer.h"

#include "core/base/error.h"
#include "core/torch/module_tensors.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/function_impl.h>
#include <torch/csrc/jit/frontend/resolver.h>
#include <torch/csrc/jit/ir/ir.h>

namespace bw::torch_backend {

namespace {

namespace jit = torch::jit;

constexpr const char* unpackPrefix = "__torch__.bitwright";
constexpr const char* unpackName = "unpack_weight";

/// `form`: bits, low, row length, group length, groups per row, table per row, type to round to (0: none), out axis,
/// shape. Types are c10::ScalarType's numbers (4 int64, 5 float16, 6 float32, 15 bfloat16). Sums of whole numbers are
/// exact in float32; the product with the scale is rounded once, as the engine's is.
constexpr const char* unpackSource = R"(
def unpack_weight(weight: Tensor, codes: Tensor, scales: Tensor, zero_points: Tensor, codebook: Tensor, form: List[int]) -> Tensor:
    if codes.numel() == 0:
        return weight
    bits, row_length, group_length, groups = form[0], form[2], form[3], form[4]
    shape: List[int] = []
    count = 1
    for i in range(8, len(form)):
        shape.append(form[i])
        count = count * form[i]
    mask = (1 << bits) - 1
    parts: List[Tensor] = []
    if 8 % bits == 0:
        for k in range(8 // bits):
            parts.append((codes >> (bits * k)) & mask)
    else:
        octets = codes.view(-1, bits)
        words = octets[:, 0].to(4)
        for i in range(1, bits):
            words = words | (octets[:, i].to(4) << (8 * i))
        for k in range(8):
            parts.append((words >> (bits * k)) & mask)
    index = torch.stack(parts, 1).reshape(-1)[:count]
    rows = (count + row_length - 1) // row_length
    if codebook.numel() == 0:
        values = index.to(6) + form[1]
        if zero_points.numel() > 0:
            zeros = zero_points.to(6).view(rows, groups, 1).expand(rows, groups, group_length)
            values = values - zeros.reshape(rows, -1)[:, :row_length].reshape(-1)
    else:
        index = index.to(4)
        tables = codebook.size(0)
        if tables > 1:
            starts = torch.arange(tables, dtype=4) * codebook.size(1)
            if form[5] != 0:
                index = index + starts.view(rows, 1).expand(rows, row_length).reshape(-1)
            else:
                places = starts.view(rows, groups, 1).expand(rows, groups, group_length)
                index = index + places.reshape(rows, -1)[:, :row_length].reshape(-1)
        values = torch.index_select(codebook.view(-1), 0, index)
    if scales.numel() > 0:
        factors = scales.to(6).view(rows, groups, 1).expand(rows, groups, group_length)
        values = values * factors.reshape(rows, -1)[:, :row_length].reshape(-1)
    if form[6] == 1:
        values = values.to(5)
    if form[6] == 2:
        values = values.to(15)
    matrix = [shape[form[7]]]
    for i in range(len(shape)):
        if i != form[7]:
            matrix.append(shape[i])
    return values.view(matrix).movedim(0, form[7]).contiguous().to(weight.dtype)
)";

/// One per type, so that archives hold one record of it.
at::Tensor noValues(at::ScalarType type)
{
    static std::map<at::ScalarType, at::Tensor> tensors; // used by the engine's one thread
    auto& tensor = tensors[type];
    if (!tensor.defined()) {
        tensor = at::empty({ 0 }, type);
    }
    return tensor;
}

at::Tensor tensorOf(const TensorView& view, at::ScalarType type)
{
    if (view.bytes.empty()) {
        return noValues(type);
    }
    const auto tensor = at::empty(view.shape, type);
    std::memcpy(tensor.data_ptr(), view.bytes.data(), view.bytes.size());
    return tensor;
}

at::ScalarType floatTypeOf(const TensorView& view)
{
    return view.dtype == DType::F16 ? at::kHalf : at::kFloat;
}

/// In whole groups of 8 codes, which the function takes at a time.
at::Tensor codesOf(const PackedWeight& weight)
{
    const auto bits = static_cast<std::int64_t>(weight.codeBits);
    const auto bytes = static_cast<std::int64_t>(weight.codes.bytes.size());
    const auto unit = 8 % bits == 0 ? 1 : bits;
    const auto tensor = at::zeros({ (bytes + unit - 1) / unit * unit }, at::kByte);
    std::memcpy(tensor.data_ptr(), weight.codes.bytes.data(), weight.codes.bytes.size());
    return tensor;
}

c10::List<std::int64_t> formOf(const PackedWeight& weight, at::ScalarType stored)
{
    c10::List<std::int64_t> form;
    for (const auto number :
        { static_cast<std::uint64_t>(weight.codeBits), static_cast<std::uint64_t>(weight.low), weight.rowLength,
            weight.groupLength, weight.groupsPerRow, std::uint64_t { weight.isTablePerRow ? 1U : 0U },
            std::uint64_t { stored == at::kHalf ? 1U
                    : stored == at::kBFloat16   ? 2U
                                                : 0U },
            static_cast<std::uint64_t>(weight.outAxis) }) {
        form.push_back(static_cast<std::int64_t>(number));
    }
    for (const auto size : weight.shape) {
        form.push_back(size);
    }
    return form;
}

[[noreturn]] void cannotPack(const std::string& name, const char* why)
{
    throw Error(ErrorKind::Unsupported,
        BW_TR_NOOP("core",
            "the weight %1 cannot be kept packed in this program: %2. Give it the format f32, or write the "
            "kind of file that holds plain values (--to torchscript)"),
        printable(name), why);
}

/// An attribute of one object that holds a weight.
struct Place
{
    c10::intrusive_ptr<c10::ivalue::Object> object;
    std::string attribute;
};

Place placeOf(const jit::Module& module, const std::string& name)
{
    Place place { module._ivalue(), name };
    for (auto dot = place.attribute.find('.'); dot != std::string::npos; dot = place.attribute.find('.')) {
        const auto part = place.attribute.substr(0, dot);
        if (place.object->type()->findAttributeSlot(part) == c10::nullopt || !place.object->getAttr(part).isObject()) {
            cannotPack(name, BW_TR_NOOP("core", "it is part of a list or a constant of the code"));
        }
        place.object = place.object->getAttr(part).toObject();
        place.attribute.erase(0, dot + 1);
    }
    if (place.object->type()->findAttributeSlot(place.attribute) == c10::nullopt
        || !place.object->getAttr(place.attribute).isTensor()) {
        cannotPack(name, BW_TR_NOOP("core", "it is part of a list or a constant of the code"));
    }
    return place;
}

using TypeAndName = std::pair<c10::ClassTypePtr, std::string>;

class Packer
{
public:
    explicit Packer(ScriptProgram& program)
        : m_program(program)
    {
        m_program.unit->define(c10::QualifiedName(unpackPrefix), unpackSource, jit::nativeResolver(), nullptr);
        m_unpack = m_program.unit->find_function(c10::QualifiedName(std::string(unpackPrefix) + "." + unpackName));
        for (const auto& module : m_program.module.modules()) {
            m_objects.push_back(module._ivalue());
        }
        for (auto& entry : collectTensors(m_program)) {
            for (const auto& name : entry.names) {
                m_names[name] = entry.names;
            }
        }
    }

    void pack(const PackedWeight& weight)
    {
        const auto names = m_names.find(weight.name);
        if (names == m_names.end()) {
            throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "The model has no weight %1 that could be replaced."),
                printable(weight.name));
        }
        std::vector<c10::IValue> parts;
        for (const auto& name : names->second) {
            const Place place = placeOf(m_program.module, name);
            const auto original = place.object->getAttr(place.attribute).toTensor();
            if (parts.empty()) {
                parts = partsOf(weight, original.scalar_type());
                tryOut(weight, original, parts);
            }
            addAttributes(place);
            place.object->setAttr(place.attribute, noValues(original.scalar_type()));
            setParts(*place.object, place.attribute, parts);
        }
    }

    /// After all weights: methods call the function.
    void rewriteMethods()
    {
        std::set<c10::ClassType*> done;
        for (const auto& object : m_objects) {
            if (done.insert(object->type().get()).second) {
                for (auto* method : object->type()->methods()) {
                    rewrite(*jit::toGraphFunction(*method).graph()->block());
                }
            }
        }
    }

private:
    static std::vector<c10::IValue> partsOf(const PackedWeight& weight, at::ScalarType stored)
    {
        return { codesOf(weight), tensorOf(weight.scales, floatTypeOf(weight.scales)),
            tensorOf(weight.zeroPoints, at::kByte), tensorOf(weight.codebook, at::kFloat), formOf(weight, stored) };
    }

    void tryOut(const PackedWeight& weight, const at::Tensor& original, const std::vector<c10::IValue>& parts) const
    {
        std::vector<c10::IValue> arguments { noValues(original.scalar_type()) };
        arguments.insert(arguments.end(), parts.begin(), parts.end());
        const at::NoGradGuard noGrad;
        const auto found = (*m_unpack)(arguments).toTensor();
        auto floats = toFloats(weight.values);
        const auto expected = at::from_blob(floats.data(), weight.values.shape, at::kFloat).to(original.scalar_type());
        const bool isSame = found.sizes() == original.sizes() && found.scalar_type() == original.scalar_type()
            && found.is_contiguous() && expected.nbytes() == found.nbytes()
            && std::memcmp(found.data_ptr(), expected.data_ptr(), found.nbytes()) == 0;
        if (!isSame) {
            throw Error(ErrorKind::Verification,
                BW_TR_NOOP("core", "the program unpacks the weight %1 to other values than were packed"),
                printable(weight.name));
        }
    }

    /// To the class, and so to all its objects.
    void addAttributes(const Place& place)
    {
        const auto type = place.object->type();
        if (!m_packed.insert({ type, place.attribute }).second) {
            return;
        }
        for (const char* part : packedWeightParts) {
            addAttribute(*type, place.attribute + part, c10::TensorType::get());
        }
        addAttribute(*type, place.attribute + packedWeightForm, c10::ListType::ofInts());
        const c10::IValue noBytes = noValues(at::kByte);
        const c10::IValue noFloats = noValues(at::kFloat);
        for (const auto& object : m_objects) {
            if (object->type() == type) {
                setParts(*object, place.attribute, { noBytes, noFloats, noBytes, noFloats, c10::List<std::int64_t>() });
            }
        }
    }

    static void addAttribute(c10::ClassType& type, const std::string& name, const c10::TypePtr& kind)
    {
        if (type.findAttributeSlot(name) != c10::nullopt || type.findMethod(name) != nullptr) {
            cannotPack(name, BW_TR_NOOP("core", "the program has something of that name already"));
        }
        type.addAttribute(name, kind, /*is_parameter=*/false, /*is_buffer=*/kind == c10::TensorType::get());
    }

    static void setParts(c10::ivalue::Object& object, const std::string& name, const std::vector<c10::IValue>& parts)
    {
        for (std::size_t i = 0; i < std::size(packedWeightParts); ++i) {
            object.setAttr(name + packedWeightParts[i], parts.at(i));
        }
        object.setAttr(name + packedWeightForm, parts.back());
    }

    bool isPacked(const jit::Node& node) const
    {
        const auto type = node.input(0)->type()->cast<c10::ClassType>();
        return type != nullptr && m_packed.contains({ type, node.s(jit::attr::name) });
    }

    void rewrite(jit::Block& block) const
    {
        for (auto it = block.nodes().begin(); it != block.nodes().end();) {
            jit::Node* node = *it++;
            for (auto* inner : node->blocks()) {
                rewrite(*inner);
            }
            if (node->kind() == jit::prim::SetAttr && isPacked(*node)) {
                cannotPack(node->s(jit::attr::name), BW_TR_NOOP("core", "a method of the program changes it"));
            }
            if (node->kind() == jit::prim::GetAttr && isPacked(*node)) {
                insertCall(*node);
            }
        }
    }

    void insertCall(jit::Node& get) const
    {
        auto& graph = *get.owningGraph();
        const auto name = get.s(jit::attr::name);
        auto* const object = get.input(0);
        auto* const weight = get.output();
        const auto uses = weight->uses();
        const jit::WithInsertPoint here(get.next());
        auto* const function = graph.insertNode(graph.create(jit::prim::Constant))->output();
        function->node()->s_(jit::attr::name, unpackName);
        function->setType(c10::FunctionType::create(m_unpack));
        std::vector<jit::Value*> inputs { function, weight };
        for (const char* part : packedWeightParts) {
            inputs.push_back(graph.insertGetAttr(object, name + part));
        }
        inputs.push_back(graph.insertGetAttr(object, name + packedWeightForm));
        auto* const unpacked = graph.insertNode(graph.create(jit::prim::CallFunction, inputs))->output();
        unpacked->setType(c10::TensorType::get());
        for (const auto& use : uses) {
            use.user->replaceInput(use.offset, unpacked);
        }
    }

    ScriptProgram& m_program;
    jit::Function* m_unpack = nullptr;
    std::vector<c10::intrusive_ptr<c10::ivalue::Object>> m_objects;
    std::map<std::string, std::vector<std::string>> m_names; ///< any name of a tensor → all of them
    std::set<TypeAndName> m_packed;
};

} // namespace

void packWeights(ScriptProgram& program, const std::vector<PackedWeight>& weights)
{
    if (weights.empty()) {
        return;
    }
    Packer packer(program);
    for (const auto& weight : weights) {
        packer.pack(weight);
    }
    packer.rewriteMethods();
}

} // namespace bw::torch_backend
