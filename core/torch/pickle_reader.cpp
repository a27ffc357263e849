#include "core/torch/pickle_reader.h"

#include "core/base/error.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace bw::torch_backend {

namespace {

// Modules of real models nest less than 50 deep; values are read and freed recursively.
constexpr int deepest = 1000;
constexpr std::size_t mostValues = 5'000'000;

using Kind = PickleValue::Kind;

Error broken()
{
    return Error(ErrorKind::BadFile, BW_TR_NOOP("core", "The model's pickled data is broken."));
}

/// The stack machine of Python's pickletools.py, cut down to what has no effect outside.
class Machine
{
public:
    explicit Machine(std::string_view bytes)
        : m_bytes(bytes)
    {
    }

    PicklePtr run()
    {
        for (;;) {
            const auto opcode = take<std::uint8_t>();
            if (opcode == '.') {
                return pop();
            }
            step(opcode);
        }
    }

private:
    template <class T>
    T take()
    {
        T value {};
        std::memcpy(&value, takeBytes(sizeof(T)).data(), sizeof(T));
        return value;
    }

    std::string_view takeBytes(std::uint64_t count)
    {
        if (count > m_bytes.size()) {
            throw broken();
        }
        const auto out = m_bytes.substr(0, static_cast<std::size_t>(count));
        m_bytes.remove_prefix(out.size());
        return out;
    }

    std::string_view takeLine()
    {
        const auto end = m_bytes.find('\n');
        if (end == std::string_view::npos) {
            throw broken();
        }
        const auto out = m_bytes.substr(0, end);
        m_bytes.remove_prefix(end + 1);
        return out;
    }

    PicklePtr make(Kind kind)
    {
        if (++m_count > mostValues) {
            throw Error(
                ErrorKind::BadFile, BW_TR_NOOP("core", "The model's pickled data has more parts than any real model."));
        }
        auto value = std::make_shared<PickleValue>();
        value->kind = kind;
        return value;
    }

    PicklePtr makeNumber(Kind kind, std::int64_t number)
    {
        auto value = make(kind);
        value->number = number;
        return value;
    }

    PicklePtr makeText(Kind kind, std::string_view text)
    {
        auto value = make(kind);
        value->text = text;
        return value;
    }

    /// Adds parts to a value that is not yet part of another one: so depths stay true and nothing contains itself.
    static void addTo(PickleValue& whole, std::vector<PicklePtr> parts)
    {
        if (whole.isUsed) {
            throw broken();
        }
        for (auto& part : parts) {
            part->isUsed = true;
            whole.depth = std::max(whole.depth, part->depth + 1);
            if (part.get() == &whole || whole.depth > deepest) {
                throw broken();
            }
            whole.items.push_back(std::move(part));
        }
    }

    PicklePtr makeOf(Kind kind, std::vector<PicklePtr> parts)
    {
        auto value = make(kind);
        addTo(*value, std::move(parts));
        return value;
    }

    void push(PicklePtr value) { m_stack.push_back(std::move(value)); }

    PicklePtr pop()
    {
        if (m_stack.empty() || (!m_marks.empty() && m_marks.back() == m_stack.size())) {
            throw broken();
        }
        auto value = std::move(m_stack.back());
        m_stack.pop_back();
        return value;
    }

    std::vector<PicklePtr> pop(std::size_t count)
    {
        std::vector<PicklePtr> out(count);
        for (auto value = out.rbegin(); value != out.rend(); ++value) {
            *value = pop();
        }
        return out;
    }

    std::vector<PicklePtr> popToMark()
    {
        if (m_marks.empty()) {
            throw broken();
        }
        const auto first = m_stack.begin() + static_cast<std::ptrdiff_t>(m_marks.back());
        std::vector<PicklePtr> out(std::make_move_iterator(first), std::make_move_iterator(m_stack.end()));
        m_stack.erase(first, m_stack.end());
        m_marks.pop_back();
        return out;
    }

    /// Items into the list or dictionary below them.
    void extend(Kind kind, std::vector<PicklePtr> parts)
    {
        const auto whole = pop();
        if (whole->kind != kind || (kind == Kind::Dict && parts.size() % 2 != 0)) {
            throw broken();
        }
        addTo(*whole, std::move(parts));
        push(whole);
    }

    void build()
    {
        auto state = pop();
        const auto object = pop();
        if (object->kind != Kind::Object || object->items.size() != 1) {
            throw broken();
        }
        addTo(*object, { std::move(state) });
        push(object);
    }

    void makeObject()
    {
        auto arguments = pop();
        auto type = pop();
        if (type->kind != Kind::Global || arguments->kind != Kind::Tuple || !arguments->items.empty()) {
            throw broken();
        }
        push(makeOf(Kind::Object, { std::move(type) }));
    }

    void call()
    {
        auto parts = pop(2);
        if (parts[0]->kind != Kind::Global || parts[1]->kind != Kind::Tuple) {
            throw broken();
        }
        push(makeOf(Kind::Call, std::move(parts)));
    }

    void remember(std::size_t index)
    {
        if (index > mostValues || m_stack.empty()) {
            throw broken();
        }
        m_memo.resize(std::max(m_memo.size(), index + 1));
        m_memo[index] = m_stack.back();
    }

    void recall(std::size_t index)
    {
        if (index >= m_memo.size() || m_memo[index] == nullptr) {
            throw broken();
        }
        push(m_memo[index]);
    }

    void pushGlobal()
    {
        const auto module = takeLine();
        const auto name = takeLine();
        push(makeText(Kind::Global, std::string(module) + "." + std::string(name)));
    }

    /// Two's complement, little-endian, of up to 8 bytes.
    void pushLong()
    {
        const auto bytes = takeBytes(take<std::uint8_t>());
        if (bytes.size() > 8) {
            throw broken();
        }
        std::uint64_t bits
            = !bytes.empty() && (static_cast<unsigned char>(bytes.back()) & 0x80U) != 0 ? ~std::uint64_t { 0 } : 0;
        std::memcpy(&bits, bytes.data(), bytes.size());
        push(makeNumber(Kind::Int, static_cast<std::int64_t>(bits)));
    }

    void pushFloat()
    {
        auto value = make(Kind::Float);
        value->real = std::bit_cast<double>(__builtin_bswap64(take<std::uint64_t>()));
        push(value);
    }

    void step(std::uint8_t opcode)
    {
        switch (opcode) {
        case 0x80: // PROTO
            if (take<std::uint8_t>() != 2) {
                throw broken();
            }
            break;
        case '(':
            m_marks.push_back(m_stack.size());
            break;
        case 'N':
            push(make(Kind::None));
            break;
        case 0x88:
            push(makeNumber(Kind::Bool, 1));
            break;
        case 0x89:
            push(makeNumber(Kind::Bool, 0));
            break;
        case 'K':
            push(makeNumber(Kind::Int, take<std::uint8_t>()));
            break;
        case 'M':
            push(makeNumber(Kind::Int, take<std::uint16_t>()));
            break;
        case 'J':
            push(makeNumber(Kind::Int, take<std::int32_t>()));
            break;
        case 0x8a:
            pushLong();
            break;
        case 'G':
            pushFloat();
            break;
        case 'X':
            push(makeText(Kind::String, takeBytes(take<std::uint32_t>())));
            break;
        case 'c':
            pushGlobal();
            break;
        case 'q':
            remember(take<std::uint8_t>());
            break;
        case 'r':
            remember(take<std::uint32_t>());
            break;
        case 'h':
            recall(take<std::uint8_t>());
            break;
        case 'j':
            recall(take<std::uint32_t>());
            break;
        case ']':
            push(make(Kind::List));
            break;
        case '}':
            push(make(Kind::Dict));
            break;
        case ')':
            push(make(Kind::Tuple));
            break;
        default:
            stepOnParts(opcode);
        }
    }

    void stepOnParts(std::uint8_t opcode)
    {
        switch (opcode) {
        case 't':
            push(makeOf(Kind::Tuple, popToMark()));
            break;
        case 0x85:
            push(makeOf(Kind::Tuple, pop(1)));
            break;
        case 0x86:
            push(makeOf(Kind::Tuple, pop(2)));
            break;
        case 0x87:
            push(makeOf(Kind::Tuple, pop(3)));
            break;
        case 'a':
            extend(Kind::List, pop(1));
            break;
        case 'e':
            extend(Kind::List, popToMark());
            break;
        case 's':
            extend(Kind::Dict, pop(2));
            break;
        case 'u':
            extend(Kind::Dict, popToMark());
            break;
        case 'Q':
            push(makeOf(Kind::Persistent, pop(1)));
            break;
        case 'R':
            call();
            break;
        case 0x81:
            makeObject();
            break;
        case 'b':
            build();
            break;
        default:
            throw Error(ErrorKind::Refused,
                BW_TR_NOOP("core",
                    "The model's pickled data uses opcode %1, which TorchScript files never need; Bitwright does not "
                    "open it."),
                std::to_string(opcode));
        }
    }

    std::string_view m_bytes;
    std::vector<PicklePtr> m_stack;
    std::vector<std::size_t> m_marks;
    std::vector<PicklePtr> m_memo;
    std::size_t m_count = 0;
};

} // namespace

const std::vector<PicklePtr>* PickleValue::argumentsOf(std::string_view name) const
{
    return kind == Kind::Call && items[0]->isGlobal(name) ? &items[1]->items : nullptr;
}

PicklePtr readPickle(std::string_view bytes)
{
    return Machine(bytes).run();
}

} // namespace bw::torch_backend
