#include "core/torch/code_guard.h"

#include "core/base/error.h"
#include "core/torch/torch_errors.h"

#include <algorithm>
#include <array>
#include <vector>

#include <torch/csrc/jit/frontend/parser.h>
#include <torch/csrc/jit/frontend/tree_views.h>

namespace bw::torch_backend {

namespace {

namespace jit = torch::jit;

// Real code nests its brackets less than 50 deep and joins less than 100 things in one expression.
constexpr std::size_t deepestBrackets = 500;
constexpr std::size_t longestChain = 5000;
constexpr std::size_t deepestIndent = 1000; // columns
constexpr std::size_t mostBranches = 1000; // each elif nests in the one before

Error tooDeep(const std::string& file)
{
    return Error(ErrorKind::BadFile, BW_TR_NOOP("core", "The model's code in %1 is nested deeper than any real model."),
        printable(file));
}

/// Measures nesting without parsing: brackets, operators joined at one level, indentation, else-if chains.
class NestingMeter
{
public:
    NestingMeter(const std::string& file, std::string_view code)
        : m_file(file)
        , m_code(code)
    {
    }

    void check()
    {
        for (m_at = 0; m_at < m_code.size(); ++m_at) {
            step(m_code[m_at]);
        }
    }

private:
    void step(char c)
    {
        switch (c) {
        case '"':
        case '\'':
            skipString(c);
            break;
        case '#':
            skipComment();
            break;
        case '\n':
            countIndent();
            break;
        case '(':
        case '[':
        case '{':
            joined();
            m_chains.push_back(0);
            limit(m_chains.size(), deepestBrackets);
            break;
        case ')':
        case ']':
        case '}':
            if (m_chains.size() > 1) {
                m_chains.pop_back();
            }
            break;
        case ',':
            m_chains.back() = 0;
            break;
        default:
            countWord(c);
        }
    }

    void countWord(char c)
    {
        if (std::string_view(".+-*/%<>=!&|^~@:").find(c) != std::string_view::npos) {
            joined();
        } else if (c == ' ') {
            const auto rest = m_code.substr(m_at + 1, 5);
            for (const std::string_view word : { "and ", "or ", "not ", "is ", "in ", "if ", "else " }) {
                if (rest.starts_with(word)) {
                    joined();
                }
            }
        } else if (c == 'e' && m_code.substr(m_at, 5) == "elif ") {
            limit(++m_branches, mostBranches);
        }
    }

    void skipString(char quote)
    {
        const std::string triple(3, quote);
        const bool isTriple = m_code.substr(m_at, 3) == triple;
        m_at += isTriple ? 3 : 1;
        while (m_at < m_code.size() && (isTriple ? m_code.substr(m_at, 3) != triple : m_code[m_at] != quote)) {
            m_at += m_code[m_at] == '\\' ? 2 : 1;
        }
        m_at += isTriple ? 2 : 0;
    }

    /// Type comments are code.
    void skipComment()
    {
        if (!m_code.substr(m_at).starts_with("# type:")) {
            m_at = std::min(m_code.find('\n', m_at), m_code.size()) - 1;
        }
    }

    void countIndent()
    {
        if (m_chains.size() == 1) {
            m_chains.back() = 0;
        }
        const auto end = m_code.find_first_not_of(" \t", m_at + 1);
        limit((end == std::string_view::npos ? m_code.size() : end) - m_at, deepestIndent);
    }

    void joined() { limit(++m_chains.back(), longestChain); }

    void limit(std::size_t value, std::size_t most) const
    {
        if (value > most) {
            throw tooDeep(m_file);
        }
    }

    const std::string& m_file;
    std::string_view m_code;
    std::size_t m_at = 0;
    std::vector<std::size_t> m_chains { 0 }; ///< operators seen at each open bracket since the last comma
    std::size_t m_branches = 0;
};

bool isName(const jit::TreeRef& tree, std::string_view name)
{
    return tree->kind() == jit::TK_VAR && jit::Var(tree).name().name() == name;
}

/// CONSTANTS.c0, __torch__.some.Enum.value: looked up, not computed.
bool isPath(const jit::TreeRef& tree)
{
    if (tree->kind() == '.') {
        return isPath(tree->tree(0));
    }
    return isName(tree, "CONSTANTS") || isName(tree, "__torch__");
}

bool isPlainValue(const jit::TreeRef& tree);

bool arePlainValues(const jit::TreeList& trees)
{
    return std::all_of(trees.begin(), trees.end(), isPlainValue);
}

/// annotate(List[int], []) and torch.device("cpu").
bool isPlainCall(const jit::Apply& call)
{
    if (call.attributes().size() != 0) {
        return false;
    }
    const jit::TreeRef callee = call.callee().tree();
    const auto& arguments = call.inputs().tree()->trees();
    if (isName(callee, "annotate")) {
        return arguments.size() == 2 && isPlainValue(arguments[1]);
    }
    return callee->kind() == '.' && isName(callee->tree(0), "torch")
        && jit::Select(callee).selector().name() == "device" && arePlainValues(arguments);
}

bool isPlainValue(const jit::TreeRef& tree)
{
    switch (tree->kind()) {
    case jit::TK_CONST:
    case jit::TK_STRINGLITERAL:
    case jit::TK_TRUE:
    case jit::TK_FALSE:
    case jit::TK_NONE:
        return true;
    case jit::TK_UNARY_MINUS:
    case jit::TK_LIST:
    case jit::TK_LIST_LITERAL:
    case jit::TK_TUPLE_LITERAL:
    case jit::TK_DICT_LITERAL:
        return arePlainValues(tree->trees());
    case jit::TK_VAR:
        return isName(tree, "inf") || isName(tree, "nan") || isName(tree, "infj") || isName(tree, "nanj");
    case jit::TK_APPLY:
        return isPlainCall(jit::Apply(tree));
    case '.':
        return isPath(tree);
    default:
        return false;
    }
}

[[noreturn]] void refuse(const std::string& file, const std::string& what)
{
    throw Error(ErrorKind::Refused,
        BW_TR_NOOP("core", "The model computes the default of %1 (%2) while it is opened; Bitwright does not open it."),
        printable(what), printable(file));
}

/// Parameters, of methods and of functions inside them.
void checkDefaults(const std::string& file, const jit::TreeRef& tree)
{
    if (tree->kind() == jit::TK_PARAM) {
        const jit::Param param(tree);
        if (param.defaultValue().present() && !isPlainValue(param.defaultValue().get().tree())) {
            refuse(file, param.ident().name());
        }
    }
    for (const auto& child : tree->trees()) {
        checkDefaults(file, child);
    }
}

/// Lists of names that the compiler takes apart without asking what they are.
bool isNameList(const std::string& name)
{
    return name == "__parameters__" || name == "__buffers__" || name == "__forward_pre_hooks__"
        || name == "__forward_hooks__";
}

bool isEnumeration(const jit::ClassDef& type)
{
    return type.superclass().present() && isName(type.superclass().get().tree(), "Enum");
}

/// The forms "x : T", "x : Final[T] = value", "__annotations__["x"] = T" name lists, and
/// "X = value" in enumerations. The compiler reads the parts of
/// an assignment without looking whether they are there (importClass and parseClassConstant).
bool isWellFormed(const jit::Assign& assign, bool isEnum)
{
    if (assign.lhs_list().size() != 1) {
        return false;
    }
    const jit::TreeRef target = assign.lhs_list()[0].tree();
    if (target->kind() == jit::TK_SUBSCRIPT) {
        const auto keys = jit::Subscript(target).subscript_exprs();
        return keys.size() == 1 && keys[0].kind() == jit::TK_STRINGLITERAL && assign.rhs().present();
    }
    if (target->kind() != jit::TK_VAR) {
        return false;
    }
    const auto& name = jit::Var(target).name().name();
    if (isEnum) {
        return assign.rhs().present();
    }
    if (!isNameList(name)) {
        return name == "__annotations__" || assign.type().present();
    }
    if (!assign.rhs().present() || assign.rhs().get().kind() != jit::TK_LIST_LITERAL) {
        return false;
    }
    const auto& items = jit::ListLiteral(assign.rhs().get()).inputs().tree()->trees();
    return std::all_of(
        items.begin(), items.end(), [](const auto& item) { return item->kind() == jit::TK_STRINGLITERAL; });
}

void checkClass(const std::string& file, const jit::ClassDef& type)
{
    for (const auto& statement : type.body()) {
        if (statement.kind() != jit::TK_ASSIGN) {
            continue;
        }
        const jit::Assign assign(statement);
        if (!isWellFormed(assign, isEnumeration(type))) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core", "The model's code in %1 assigns something in the class %2 that no class has."),
                printable(file), printable(type.name().name()));
        }
        if (assign.rhs().present() && !isPlainValue(assign.rhs().get().tree())) {
            refuse(file, type.name().name());
        }
    }
}

} // namespace

void checkCode(const std::string& file, const std::string& code)
{
    NestingMeter(file, code).check();
    jit::Parser parser(std::make_shared<jit::Source>(code, file));
    while (parser.lexer().cur().kind != jit::TK_EOF) {
        const int kind = parser.lexer().cur().kind;
        if (kind != jit::TK_CLASS_DEF && kind != jit::TK_DEF) {
            throw Error(ErrorKind::Unsupported,
                BW_TR_NOOP("core",
                    "The model's code in %1 is of a form that only PyTorch before 1.4 wrote; save it again with a "
                    "newer one."),
                printable(file));
        }
        const auto tree = kind == jit::TK_CLASS_DEF ? parser.parseClass() : parser.parseFunction(/*is_method=*/false);
        if (kind == jit::TK_CLASS_DEF) {
            checkClass(file, jit::ClassDef(tree));
        }
        checkDefaults(file, tree);
    }
}

} // namespace bw::torch_backend
