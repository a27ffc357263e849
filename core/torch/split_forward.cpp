#include "core/torch/split_forward.h"

#include <algorithm>
#include <set>

#include "core/torch/checkpoints.h"
#include <torch/csrc/jit/ir/alias_analysis.h>
#include <torch/csrc/jit/ir/constants.h>

namespace bw::torch_backend {

namespace {

namespace jit = torch::jit;

const void* memoryOf(const at::Tensor& tensor)
{
    return tensor.defined() && tensor.has_storage() ? tensor.storage().data() : nullptr;
}

/// Tensors, and values that nothing can overwrite.
bool canBeKept(const c10::Type& type)
{
    switch (type.kind()) {
    case c10::TypeKind::TensorType:
    case c10::TypeKind::IntType:
    case c10::TypeKind::FloatType:
    case c10::TypeKind::BoolType:
    case c10::TypeKind::NumberType:
    case c10::TypeKind::StringType:
    case c10::TypeKind::NoneType:
    case c10::TypeKind::DeviceObjType:
        return true;
    case c10::TypeKind::ListType:
        return type.containedType(0)->kind() != c10::TypeKind::TensorType && canBeKept(*type.containedType(0));
    default:
        return false;
    }
}

bool isTensor(const jit::Value* value)
{
    return value->type()->kind() == c10::TypeKind::TensorType;
}

/// The node or one inside of it writes what `value` may point to.
bool writesTo(jit::Node* node, jit::Value* value, const jit::AliasDb& aliases)
{
    bool isWritten = aliases.writesToAlias(node, { value });
    for (auto* block : node->blocks()) {
        forEachNode(block, [&](jit::Node* inner) { isWritten = isWritten || aliases.writesToAlias(inner, { value }); });
    }
    return isWritten;
}

bool isRandom(const jit::Graph& graph)
{
    bool isFound = false;
    forEachNode(const_cast<jit::Block*>(graph.block()),
        [&](jit::Node* node) { isFound = isFound || node->isNondeterministic(); });
    return isFound;
}

} // namespace

SplitForward::SplitForward(const jit::Module& module, const std::vector<at::Tensor>& weights)
    : m_module(module)
    , m_forward(prepareForward(module))
{
    if (m_forward.isStateful || isRandom(*m_forward.graph)) {
        return;
    }
    m_known = knownValues(*m_forward.graph, module);
    for (auto* node : m_forward.graph->nodes()) {
        m_places.emplace(node, m_nodes.size());
        m_nodes.push_back(node);
    }
    findUses(weights);
    std::set<std::size_t> cuts;
    for (const auto& weight : weights) {
        const auto use = m_firstUse.find(memoryOf(weight));
        cuts.insert(use == m_firstUse.end() ? 0 : std::min(use->second, m_allWeights));
    }
    cuts.insert(0);
    const jit::AliasDb aliases(m_forward.graph);
    for (const auto cut : cuts) {
        Segment segment;
        segment.firstNode = cut;
        segment.inputs = aliveAt(cut);
        for (auto* value : segment.inputs) {
            const bool isOverwritten = aliases.hasWriters(value)
                && std::any_of(m_nodes.begin() + static_cast<std::ptrdiff_t>(cut), m_nodes.end(),
                    [&](jit::Node* node) { return writesTo(node, value, aliases); });
            segment.isOverwritten.push_back(isOverwritten);
        }
        const auto overlaps = [&](std::size_t i) {
            return segment.isOverwritten[i]
                && std::any_of(segment.inputs.begin(), segment.inputs.end(), [&](const jit::Value* other) {
                       return other != segment.inputs[i] && aliases.mayAlias(segment.inputs[i], other);
                   });
        };
        bool hasOverlap = false;
        for (std::size_t i = 0; i < segment.inputs.size(); ++i) {
            hasOverlap = hasOverlap || overlaps(i);
        }
        if (cut == 0 || (canCutAt(segment) && !hasOverlap)) {
            m_segments.push_back(std::move(segment));
        }
    }
    for (std::size_t i = 0; i < m_segments.size(); ++i) {
        const bool isLast = i + 1 == m_segments.size();
        const auto outputs = m_forward.graph->outputs();
        compile(m_segments[i], isLast ? m_nodes.size() : m_segments[i + 1].firstNode,
            isLast ? std::vector<jit::Value*>(outputs.begin(), outputs.end()) : m_segments[i + 1].inputs);
    }
}

/// Constants and what GetAttr reads of the module: each segment reads them itself.
bool SplitForward::isShared(const jit::Value* value) const
{
    const auto kind = value->node()->kind();
    return kind == jit::prim::Constant || (kind == jit::prim::GetAttr && m_known.contains(value));
}

void SplitForward::findUses(const std::vector<at::Tensor>& weights)
{
    std::set<const void*> wanted;
    for (const auto& weight : weights) {
        wanted.insert(memoryOf(weight));
    }
    m_allWeights = m_nodes.size();
    const auto note = [&](const at::Tensor& tensor, std::size_t place) {
        if (wanted.contains(memoryOf(tensor))) {
            m_firstUse.emplace(memoryOf(tensor), place);
        }
    };
    for (std::size_t place = 0; place < m_nodes.size(); ++place) {
        const auto visit = [&](jit::Node* node) {
            const bool isRead = node->kind() == jit::prim::GetAttr && m_known.contains(node->output());
            for (const auto* input : isRead ? at::ArrayRef<jit::Value*>() : node->inputs()) {
                const auto known = m_known.find(input);
                const auto value
                    = known != m_known.end() ? c10::optional<c10::IValue>(known->second) : jit::toIValue(input);
                if (!value.has_value()) {
                    continue;
                }
                if (value->isTensor()) {
                    note(value->toTensor(), place);
                } else if (value->isTensorList()) {
                    for (const auto& tensor : value->toTensorVector()) {
                        note(tensor, place);
                    }
                } else if (value->isObject() || value->isList() || value->isTuple() || value->isGenericDict()) {
                    m_allWeights = value->isIntList() || value->isDoubleList() || value->isBoolList()
                        ? m_allWeights
                        : std::min(m_allWeights, place);
                }
            }
        };
        visit(m_nodes[place]);
        for (auto* block : m_nodes[place]->blocks()) {
            forEachNode(block, visit);
        }
    }
}

/// The last node of the outermost block that needs a value; the number of nodes if forward returns it.
std::size_t SplitForward::lastUseOf(const jit::Value* value) const
{
    std::size_t last = 0;
    for (const auto& use : value->uses()) {
        auto* node = use.user;
        while (node->owningBlock() != m_forward.graph->block() && node->owningBlock()->owningNode() != nullptr) {
            node = node->owningBlock()->owningNode();
        }
        const auto place = m_places.find(node);
        last = std::max(last, place == m_places.end() ? m_nodes.size() : place->second);
    }
    return last;
}

std::vector<jit::Value*> SplitForward::aliveAt(std::size_t firstNode) const
{
    const auto arguments = m_forward.graph->inputs().slice(1);
    if (firstNode == 0) {
        return { arguments.begin(), arguments.end() };
    }
    std::vector<jit::Value*> alive;
    const auto add = [&](jit::Value* value) {
        if (!isShared(value) && lastUseOf(value) >= firstNode && value->hasUses()) {
            alive.push_back(value);
        }
    };
    std::for_each(arguments.begin(), arguments.end(), add);
    for (std::size_t i = 0; i < firstNode; ++i) {
        std::for_each(m_nodes[i]->outputs().begin(), m_nodes[i]->outputs().end(), add);
    }
    return alive;
}

bool SplitForward::canCutAt(const Segment& segment) const
{
    for (std::size_t i = 0; i < segment.inputs.size(); ++i) {
        if (!canBeKept(*segment.inputs[i]->type()) || (segment.isOverwritten[i] && !isTensor(segment.inputs[i]))) {
            return false;
        }
    }
    return true;
}

void SplitForward::compile(Segment& segment, std::size_t lastNode, const std::vector<jit::Value*>& outputs) const
{
    auto graph = std::make_shared<jit::Graph>();
    std::unordered_map<jit::Value*, jit::Value*> copies;
    auto* self = m_forward.graph->inputs()[0];
    copies.emplace(self, graph->addInput()->setType(self->type()));
    for (auto* value : segment.inputs) {
        copies.emplace(value, graph->addInput()->setType(value->type()));
    }
    const std::function<jit::Value*(jit::Value*)> copyOf = [&](jit::Value* value) {
        if (const auto known = copies.find(value); known != copies.end()) {
            return known->second;
        }
        // Only shared ones are missing: everything else is alive at the cut.
        auto* copy = graph->insertNode(graph->createClone(value->node(), copyOf));
        copies.emplace(value, copy->output());
        return copy->output();
    };
    for (auto i = segment.firstNode; i < lastNode; ++i) {
        auto* node = m_nodes[i];
        if (node->outputs().size() == 1 && isShared(node->output())) {
            continue;
        }
        auto* copy = graph->insertNode(graph->createClone(node, copyOf));
        for (std::size_t o = 0; o < node->outputs().size(); ++o) {
            copies.emplace(node->output(o), copy->output(o));
        }
    }
    for (auto* value : outputs) {
        graph->registerOutput(copyOf(value));
    }
    graph->lint();
    insertCheckpoints(*graph);
    segment.code = jit::Code(graph, "forward");
}

std::size_t SplitForward::segmentOf(const at::Tensor& weight) const
{
    const auto use = m_firstUse.find(memoryOf(weight));
    const auto place = use == m_firstUse.end() ? 0 : std::min(use->second, m_allWeights);
    std::size_t segment = 0;
    while (segment + 1 < m_segments.size() && m_segments[segment + 1].firstNode <= place) {
        ++segment;
    }
    return segment;
}

double SplitForward::shareFrom(std::size_t segment) const
{
    const auto count = [&](std::size_t from) {
        return std::count_if(m_nodes.begin() + static_cast<std::ptrdiff_t>(from), m_nodes.end(),
            [](const jit::Node* node) { return node->kind().is_aten(); });
    };
    const auto all = count(0);
    return all == 0 ? 1 : static_cast<double>(count(m_segments.at(segment).firstNode)) / static_cast<double>(all);
}

SplitForward::Values SplitForward::run(std::size_t segment, Values values) const
{
    jit::Stack stack;
    stack.reserve(values.size() + 1);
    stack.emplace_back(m_module._ivalue());
    std::move(values.begin(), values.end(), std::back_inserter(stack));
    jit::InterpreterState(m_segments.at(segment).code).run(stack);
    return stack;
}

SplitForward::Values SplitForward::copyOf(std::size_t segment, const Values& values) const
{
    const auto& isOverwritten = m_segments.at(segment).isOverwritten;
    Values copies = values;
    for (std::size_t i = 0; i < copies.size(); ++i) {
        if (isOverwritten[i] && copies[i].isTensor() && copies[i].toTensor().defined()) {
            copies[i] = copies[i].toTensor().clone();
        }
    }
    return copies;
}

} // namespace bw::torch_backend
