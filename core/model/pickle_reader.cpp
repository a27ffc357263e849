#include "core/model/pickle_reader.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <deque>
#include <map>
#include <span>

namespace bw {

namespace {

// Modules of real models nest less than 50 deep; what is made of the values recurses.
constexpr int deepest = 1000;
// A real state_dict has one value per 10 bytes of pickle or less.
constexpr std::size_t valuesOfSmallPickle = 100'000;
constexpr std::size_t smallPickle = std::size_t { 1 } << 20;
constexpr std::size_t bytesPerValue = 6;
constexpr std::int64_t smallNumbers = 256;

using Kind = PickleValue::Kind;

Error broken()
{
    return Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the pickled data is broken")));
}

/// The values of a pickle and the texts that are not in its bytes.
struct Store
{
    std::deque<PickleValue> values;
    std::map<std::string, PickleValue, std::less<>> globals;
    std::array<PickleValue, 3> constants; ///< None, False, True
    std::array<PickleValue, smallNumbers> numbers;
    PickleValue emptyTuple;
};

/// The stack machine of Python's pickletools.py, cut down to what has no effect outside.
class Machine
{
public:
    Machine(std::string_view bytes, AllowsGlobal allows)
        : m_rest(bytes)
        , m_allows(allows)
        , m_store(std::make_shared<Store>())
        , m_mostValues(valuesOfSmallPickle + (bytes.size() > smallPickle ? bytes.size() / bytesPerValue : 0))
    {
        for (std::size_t i = 0; i < smallNumbers; ++i) {
            m_store->numbers[i].kind = Kind::Int;
            m_store->numbers[i].number = static_cast<std::int64_t>(i);
        }
        m_store->constants[1].kind = m_store->constants[2].kind = Kind::Bool;
        m_store->constants[2].number = 1;
        m_store->emptyTuple.kind = Kind::Tuple;
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
    std::vector<PicklePtr> takePersistent() { return std::move(m_persistent); }
    std::size_t valueCount() const { return m_count; }
    std::size_t bytesLeft() const { return m_rest.size(); }
    std::shared_ptr<const void> store() const { return m_store; }

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
        if (count > m_rest.size()) {
            throw broken();
        }
        const auto out = m_rest.substr(0, static_cast<std::size_t>(count));
        m_rest.remove_prefix(out.size());
        return out;
    }

    std::string_view takeLine()
    {
        const auto end = m_rest.find('\n');
        if (end == std::string_view::npos) {
            throw broken();
        }
        const auto out = m_rest.substr(0, end);
        m_rest.remove_prefix(end + 1);
        return out;
    }

    void countValue()
    {
        if (++m_count > m_mostValues) {
            throw Error(ErrorKind::BadFile,
                Text(BW_TR_NOOP("core", "the pickled data has more parts than that of any real model of its size")));
        }
    }

    PickleValue* make(Kind kind)
    {
        countValue();
        auto& value = m_store->values.emplace_back();
        value.kind = kind;
        return &value;
    }

    void pushNumber(std::int64_t number)
    {
        if (number >= 0 && number < smallNumbers) {
            push(&m_store->numbers[static_cast<std::size_t>(number)]);
            return;
        }
        auto* value = make(Kind::Int);
        value->number = number;
        push(value);
    }

    void pushText(Kind kind, std::string_view text)
    {
        auto* value = make(kind);
        value->text = text;
        push(value);
    }

    /// Adds parts to a value that is not yet part of another one: so depths stay true and nothing contains itself.
    void addTo(PickleValue& whole, std::span<PickleValue* const> parts)
    {
        if (whole.isUsed) {
            throw broken();
        }
        for (auto* part : parts) {
            part->isUsed = true;
            whole.depth = std::max(whole.depth, part->depth + 1);
            if (part == &whole || whole.depth > deepest) {
                throw broken();
            }
            whole.items.push_back(part);
        }
    }

    void push(PickleValue* value)
    {
        if (m_stack.size() >= m_mostValues) {
            countValue(); // the count has a limit, so the stack has
        }
        m_stack.push_back(value);
    }

    PickleValue* pop()
    {
        if (m_stack.empty() || (!m_marks.empty() && m_marks.back() == m_stack.size())) {
            throw broken();
        }
        auto* value = m_stack.back();
        m_stack.pop_back();
        return value;
    }

    /// The topmost `count` values, until the stack changes.
    std::span<PickleValue* const> top(std::size_t count) const
    {
        if (m_stack.size() - (m_marks.empty() ? 0 : m_marks.back()) < count) {
            throw broken();
        }
        return std::span(m_stack).last(count);
    }

    std::size_t countToMark()
    {
        if (m_marks.empty()) {
            throw broken();
        }
        return m_stack.size() - m_marks.back();
    }

    void pushTupleOf(std::size_t count, bool hasMark)
    {
        const auto parts = top(count);
        auto* tuple = parts.empty() ? &m_store->emptyTuple : make(Kind::Tuple);
        if (!parts.empty()) {
            tuple->items.reserve(count);
            addTo(*tuple, parts);
        }
        m_stack.resize(m_stack.size() - count);
        if (hasMark) {
            m_marks.pop_back();
        }
        push(tuple);
    }

    /// Items into the list or dictionary below them.
    void extend(Kind kind, std::size_t count, bool hasMark)
    {
        const auto parts = top(count);
        const auto below = m_stack.size() - count;
        const auto floor = hasMark && m_marks.size() > 1 ? m_marks[m_marks.size() - 2] : hasMark || m_marks.empty()
            ? 0
            : m_marks.back();
        if (below <= floor || m_stack[below - 1]->kind != kind || (kind == Kind::Dict && count % 2 != 0)) {
            throw broken();
        }
        addTo(*m_stack[below - 1], parts);
        m_stack.resize(below);
        if (hasMark) {
            m_marks.pop_back();
        }
    }

    /// State is kept beside what was made; nobody's __setstate__ is called.
    void build()
    {
        auto* state = pop();
        auto* object = pop();
        const bool isNew = (object->kind == Kind::Object && object->items.size() == 1)
            || (object->kind == Kind::Call && object->items.size() == 2);
        if (isNew) {
            addTo(*object, std::array { state });
        } else if (object->kind != Kind::Dict) { // attributes of an OrderedDict, such as _metadata, are dropped
            throw broken();
        }
        push(object);
    }

    void makeObject()
    {
        const auto parts = top(2);
        if (parts[0]->kind != Kind::Global || parts[1]->kind != Kind::Tuple || !parts[1]->items.empty()) {
            throw broken();
        }
        auto* object = make(Kind::Object);
        addTo(*object, parts.first(1));
        m_stack.resize(m_stack.size() - 2);
        push(object);
    }

    void call()
    {
        const auto parts = top(2);
        if (parts[0]->kind != Kind::Global || parts[1]->kind != Kind::Tuple) {
            throw broken();
        }
        PickleValue* made = nullptr;
        if (parts[0]->text == "collections.OrderedDict") {
            made = make(Kind::Dict);
            fillOrderedDict(*made, *parts[1]);
        } else {
            made = make(Kind::Call);
            made->items.reserve(2);
            addTo(*made, parts);
        }
        m_stack.resize(m_stack.size() - 2);
        push(made);
    }

    /// OrderedDict() or, from Python 2, OrderedDict([[key, value], …]).
    void fillOrderedDict(PickleValue& dict, const PickleValue& arguments)
    {
        if (arguments.items.empty()) {
            return;
        }
        if (arguments.items.size() != 1 || arguments.items[0]->kind != Kind::List) {
            throw broken();
        }
        dict.depth = arguments.depth;
        for (const auto* pair : arguments.items[0]->items) {
            if ((pair->kind != Kind::List && pair->kind != Kind::Tuple) || pair->items.size() != 2) {
                throw broken();
            }
            countValue();
            dict.items.insert(dict.items.end(), pair->items.begin(), pair->items.end());
        }
    }

    void remember(std::size_t index)
    {
        if (m_stack.empty() || index > m_memo.size() + m_mostValues) {
            throw broken();
        }
        if (index >= m_memo.size()) {
            if (index >= 2 * m_mostValues) {
                throw broken();
            }
            m_memo.resize(index + 1);
        }
        m_memo[index] = m_stack.back();
    }

    void recall(std::size_t index)
    {
        if (index >= m_memo.size() || m_memo[index] == nullptr) {
            throw broken();
        }
        push(m_memo[index]);
    }

    void pushGlobal(std::string_view module, std::string_view name)
    {
        const auto full = std::string(module.substr(0, 1000)) + "." + std::string(name.substr(0, 1000));
        auto found = m_store->globals.find(full);
        if (found == m_store->globals.end()) {
            if (!m_allows(full)) {
                throw Error(ErrorKind::Refused,
                    BW_TR_NOOP("core",
                        "the pickled data refers to %1, which is not on the short list of what weights need; nothing "
                        "was run. Where you trust the file, load it in Python and save its state_dict() alone"),
                    printable(full));
            }
            countValue();
            found = m_store->globals.emplace(full, PickleValue {}).first;
            found->second.kind = Kind::Global;
            found->second.text = found->first;
        }
        push(&found->second);
    }

    void pushStackGlobal()
    {
        const auto parts = top(2);
        if (parts[0]->kind != Kind::String || parts[1]->kind != Kind::String) {
            throw broken();
        }
        const auto module = parts[0]->text;
        const auto name = parts[1]->text;
        m_stack.resize(m_stack.size() - 2);
        pushGlobal(module, name);
    }

    /// Two's complement, little-endian, of up to 8 bytes. Longer ones (torch's magic number) only as a text.
    void pushLong(std::uint64_t count)
    {
        const auto bytes = takeBytes(count);
        if (bytes.size() > 8) {
            pushText(Kind::Bytes, bytes);
            return;
        }
        std::uint64_t bits
            = !bytes.empty() && (static_cast<unsigned char>(bytes.back()) & 0x80U) != 0 ? ~std::uint64_t { 0 } : 0;
        std::memcpy(&bits, bytes.data(), bytes.size());
        pushNumber(static_cast<std::int64_t>(bits));
    }

    void pushFloat()
    {
        auto* value = make(Kind::Float);
        value->real = std::bit_cast<double>(__builtin_bswap64(take<std::uint64_t>()));
        push(value);
    }

    void checkProtocol()
    {
        const auto version = take<std::uint8_t>();
        if (version < 2 || version > 5) {
            throw Error(ErrorKind::Unsupported,
                BW_TR_NOOP("core", "the pickled data is of protocol %1; protocols 2 to 5 are read"), toText(version));
        }
    }

    void step(std::uint8_t opcode);
    bool pushAtom(std::uint8_t opcode);
    bool pushWhole(std::uint8_t opcode);
    bool useMemo(std::uint8_t opcode);

    std::string_view m_rest;
    AllowsGlobal m_allows;
    std::shared_ptr<Store> m_store;
    std::size_t m_mostValues;
    std::size_t m_count = 0;
    std::vector<PickleValue*> m_stack;
    std::vector<std::size_t> m_marks;
    std::vector<PickleValue*> m_memo;
    std::vector<PicklePtr> m_persistent;
};

/// Numbers, texts and the like. True if the opcode is one of them.
bool Machine::pushAtom(std::uint8_t opcode)
{
    switch (opcode) {
    case 'N':
        push(m_store->constants.data());
        return true;
    case 0x89: // NEWFALSE
        push(&m_store->constants[1]);
        return true;
    case 0x88: // NEWTRUE
        push(&m_store->constants[2]);
        return true;
    case 'K':
        pushNumber(take<std::uint8_t>());
        return true;
    case 'M':
        pushNumber(take<std::uint16_t>());
        return true;
    case 'J':
        pushNumber(take<std::int32_t>());
        return true;
    case 0x8a: // LONG1
        pushLong(take<std::uint8_t>());
        return true;
    case 'G':
        pushFloat();
        return true;
    case 'X':
        pushText(Kind::String, takeBytes(take<std::uint32_t>()));
        return true;
    case 0x8c: // SHORT_BINUNICODE
        pushText(Kind::String, takeBytes(take<std::uint8_t>()));
        return true;
    case 0x8d: // BINUNICODE8
        pushText(Kind::String, takeBytes(take<std::uint64_t>()));
        return true;
    case 'U': // SHORT_BINSTRING, of Python 2
        pushText(Kind::String, takeBytes(take<std::uint8_t>()));
        return true;
    case 'T': // BINSTRING
        pushText(Kind::String, takeBytes(take<std::uint32_t>()));
        return true;
    case 'C': // SHORT_BINBYTES
        pushText(Kind::Bytes, takeBytes(take<std::uint8_t>()));
        return true;
    case 'B': // BINBYTES
        pushText(Kind::Bytes, takeBytes(take<std::uint32_t>()));
        return true;
    default:
        return false;
    }
}

/// Lists, tuples, dictionaries and what is made of them.
bool Machine::pushWhole(std::uint8_t opcode)
{
    switch (opcode) {
    case ']':
        push(make(Kind::List));
        return true;
    case '}':
        push(make(Kind::Dict));
        return true;
    case ')':
        push(&m_store->emptyTuple);
        return true;
    case 't':
        pushTupleOf(countToMark(), true);
        return true;
    case 0x85: // TUPLE1 to TUPLE3
    case 0x86:
    case 0x87:
        pushTupleOf(opcode - 0x84U, false);
        return true;
    case 'a':
        extend(Kind::List, 1, false);
        return true;
    case 'e':
        extend(Kind::List, countToMark(), true);
        return true;
    case 's':
        extend(Kind::Dict, 2, false);
        return true;
    case 'u':
        extend(Kind::Dict, countToMark(), true);
        return true;
    case 'Q': {
        auto* value = make(Kind::Persistent);
        addTo(*value, top(1));
        m_stack.pop_back();
        m_persistent.push_back(value);
        push(value);
        return true;
    }
    default:
        return false;
    }
}

bool Machine::useMemo(std::uint8_t opcode)
{
    switch (opcode) {
    case 'q':
        remember(take<std::uint8_t>());
        return true;
    case 'r':
        remember(take<std::uint32_t>());
        return true;
    case 0x94: // MEMOIZE
        remember(m_memo.size());
        return true;
    case 'h':
        recall(take<std::uint8_t>());
        return true;
    case 'j':
        recall(take<std::uint32_t>());
        return true;
    default:
        return false;
    }
}

void Machine::step(std::uint8_t opcode)
{
    if (pushAtom(opcode) || pushWhole(opcode) || useMemo(opcode)) {
        return;
    }
    switch (opcode) {
    case 0x80: // PROTO
        checkProtocol();
        break;
    case 0x95: // FRAME
        if (take<std::uint64_t>() > m_rest.size()) {
            throw broken();
        }
        break;
    case '(':
        if (m_marks.size() > m_mostValues) {
            throw broken();
        }
        m_marks.push_back(m_stack.size());
        break;
    case 'c': {
        const auto module = takeLine();
        pushGlobal(module, takeLine());
        break;
    }
    case 0x93:
        pushStackGlobal();
        break;
    case 'R':
        call();
        break;
    case 0x81: // NEWOBJ
        makeObject();
        break;
    case 'b':
        build();
        break;
    default:
        throw Error(ErrorKind::Refused,
            BW_TR_NOOP("core", "the pickled data uses opcode %1, which files of weights never need"),
            std::to_string(opcode));
    }
}

} // namespace

const std::vector<PicklePtr>* PickleValue::argumentsOf(std::string_view name) const
{
    return kind == Kind::Call && items[0]->isGlobal(name) ? &items[1]->items : nullptr;
}

Pickle readPickle(std::string_view bytes, AllowsGlobal allows)
{
    Machine machine(bytes, allows);
    const auto* root = machine.run();
    return { root, machine.takePersistent(), machine.valueCount(), bytes.size() - machine.bytesLeft(), machine.store() };
}

} // namespace bw
