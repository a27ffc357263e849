#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

struct PickleValue;
using PicklePtr = const PickleValue*;

/// A value of a pickle, before anything has been made of it. Nothing is ever called or looked up while it is read.
struct PickleValue
{
    enum class Kind : std::uint8_t
    {
        None,
        Bool, ///< number
        Int, ///< number
        Float, ///< real
        String, ///< text
        Bytes, ///< text
        List, ///< items
        Tuple, ///< items
        Dict, ///< items: key, value, key, value, …; also of collections.OrderedDict
        Global, ///< text: "module.name"
        Persistent, ///< items[0]: what stands for something outside (a storage)
        Call, ///< items[0] called with the tuple items[1]; items[2] the state if it was set
        Object ///< items[0] the class, items[1] the state if it was set
    };
    Kind kind = Kind::None;
    bool isUsed = false; ///< part of another value: may not change any more
    int depth = 0; ///< of nesting below
    union
    {
        std::int64_t number = 0;
        double real;
    };
    std::string_view text; ///< into the pickle's bytes, or kept by the Pickle
    std::vector<PicklePtr> items;

    /// As a call of the global `name`: its arguments, else nullptr.
    const std::vector<PicklePtr>* argumentsOf(std::string_view name) const;
    bool isGlobal(std::string_view name) const { return kind == Kind::Global && text == name; }
    bool isText(std::string_view other) const { return kind == Kind::String && text == other; }
};

/// All values of one pickle.
struct Pickle
{
    PicklePtr root = nullptr;
    std::vector<PicklePtr> persistent; ///< all values of that kind, in the order in which they were met
    std::size_t valueCount = 0; ///< distinct values, about
    std::size_t bytesRead = 0; ///< up to and with the STOP opcode
    std::shared_ptr<const void> owner; ///< of the values
};

/// Which globals a pickle may name. Others are refused by name as soon as they are met.
using AllowsGlobal = bool (*)(std::string_view name);

/// Reads the opcodes that torch.save and torch.jit.save write (protocols 2 to 5), with bounded depth, count and memory
/// (about 10 MB for pickles up to 1 MB). Values that occur twice are the same object. `bytes` must outlive the result.
/// Error{BadFile}: broken; Error{Refused}: an opcode that could run code, or a global that is not allowed, named.
Pickle readPickle(std::string_view bytes, AllowsGlobal allows);

} // namespace bw
