#include "core/torch/graph_scan.h"

#include "core/base/error.h"
#include "core/torch/operator_allow_list.h"

#include <limits>
#include <unordered_map>
#include <unordered_set>

#include <torch/csrc/jit/api/function_impl.h>
#include <torch/csrc/jit/ir/ir.h>

namespace bw::torch_backend {

namespace {

namespace jit = torch::jit;

// ResNet-1001 unfolds to about 30 thousand nodes.
constexpr std::uint64_t mostNodes = 3'000'000;

constexpr std::string_view outsideClasses = "__torch__.torch.classes";

/// "__torch__.___torch_mangle_3.Net" as its author wrote it: LibTorch numbers classes of the same name.
std::string unmangled(std::string name)
{
    constexpr std::string_view mark = "___torch_mangle_";
    for (auto at = name.find(mark); at != std::string::npos; at = name.find(mark)) {
        const auto end = name.find('.', at);
        name.erase(at, end == std::string::npos ? end : end + 1 - at);
    }
    return name;
}

class Scanner
{
public:
    Scanner(const ScriptProgram& program, std::string fileName, const JobContext& ctx)
        : m_program(program)
        , m_fileName(std::move(fileName))
        , m_ctx(ctx)
    {
    }

    void scan()
    {
        for (auto* function : m_program.unit->get_functions()) {
            m_ctx.checkpoint();
            scanBlock(graphOf(*function).block(), *function);
        }
        for (auto* function : m_program.unit->get_functions()) {
            unfoldedNodes(*function);
        }
    }

private:
    const jit::Graph& graphOf(jit::Function& function) const
    {
        auto* own = jit::tryToGraphFunction(function);
        if (own == nullptr) {
            refuse("prim::PythonOp", function);
        }
        return *own->graph();
    }

    void scanBlock(const jit::Block* block, const jit::Function& function)
    {
        for (const auto* node : block->nodes()) {
            const std::string name = node->kind().toQualString();
            if (!isAllowedOperator(name)) {
                refuse(name, function);
            }
            for (const auto* value : node->outputs()) {
                checkType(value->type(), function);
            }
            for (const auto* inner : node->blocks()) {
                scanBlock(inner, function);
            }
        }
    }

    /// No value may be, or hold, an object whose methods are C++ or Python.
    void checkType(const c10::TypePtr& type, const jit::Function& function)
    {
        if (!m_checkedTypes.insert(type.get()).second) {
            return;
        }
        m_keptTypes.push_back(type);
        if (const auto* named = type->castRaw<c10::ClassType>(); named != nullptr && named->name().has_value()) {
            const auto name = named->name()->qualifiedName();
            if (name.starts_with(outsideClasses)) {
                refuse(name, function);
            }
        }
        if (type->kind() == c10::TypeKind::CapsuleType || type->kind() == c10::TypeKind::PyObjectType
            || type->kind() == c10::TypeKind::FutureType || type->kind() == c10::TypeKind::RRefType) {
            refuse(type->str(), function);
        }
        for (const auto& part : type->containedTypes()) {
            checkType(part, function);
        }
    }

    /// Nodes of a function with all calls put in place of themselves.
    std::uint64_t unfoldedNodes(jit::Function& function)
    {
        const auto [known, isNew] = m_nodes.emplace(&function, std::numeric_limits<std::uint64_t>::max());
        if (!isNew) {
            if (known->second == std::numeric_limits<std::uint64_t>::max()) {
                throw Error(ErrorKind::Unsupported, BW_TR_NOOP("core", "The model's function %1 calls itself."),
                    printable(function.qualname().qualifiedName()));
            }
            return known->second;
        }
        const auto count = countBlock(graphOf(function).block());
        if (count > mostNodes) {
            throw Error(ErrorKind::Unsupported,
                BW_TR_NOOP("core", "The model's function %1 unfolds to more than %2 steps."),
                printable(function.qualname().qualifiedName()), toText(mostNodes));
        }
        m_nodes[&function] = count;
        return count;
    }

    std::uint64_t countBlock(const jit::Block* block)
    {
        std::uint64_t count = 0;
        for (const auto* node : block->nodes()) {
            ++count;
            if (auto* callee = calleeOf(*node)) {
                count += unfoldedNodes(*callee);
            }
            for (const auto* inner : node->blocks()) {
                count += countBlock(inner);
            }
            if (count > mostNodes) {
                break;
            }
        }
        return count;
    }

    static jit::Function* calleeOf(const jit::Node& node)
    {
        if (node.kind() == jit::prim::CallFunction) {
            const auto type = node.input(0)->type()->cast<c10::FunctionType>();
            return type == nullptr ? nullptr : type->function();
        }
        if (node.kind() == jit::prim::CallMethod) {
            const auto type = node.input(0)->type()->cast<c10::ClassType>();
            return type == nullptr ? nullptr : type->findMethod(node.s(jit::attr::name));
        }
        return nullptr;
    }

    [[noreturn]] void refuse(const std::string& name, const jit::Function& function) const
    {
        const auto& place = function.qualname();
        throw Error(ErrorKind::Refused,
            BW_TR_NOOP("core", "%1 runs %2 in %3 of %4: it could %5; Bitwright does not open it."),
            printable(m_fileName), printable(name), printable(place.name()), printable(unmangled(place.prefix())),
            dangerOf(name).english());
    }

    const ScriptProgram& m_program;
    std::string m_fileName;
    const JobContext& m_ctx;
    std::unordered_map<const jit::Function*, std::uint64_t> m_nodes;
    std::unordered_set<const c10::Type*> m_checkedTypes;
    std::vector<c10::TypePtr> m_keptTypes; ///< so that addresses in m_checkedTypes are not used again
};

} // namespace

void scanProgram(const ScriptProgram& program, const std::string& fileName, const JobContext& ctx)
{
    Scanner(program, fileName, ctx).scan();
}

std::string dangerOfClass(const std::string& name)
{
    return dangerOf(name).english();
}

} // namespace bw::torch_backend
