#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bw::torch_backend {

struct PickleValue;
using PicklePtr = std::shared_ptr<PickleValue>;

/// A value of a pickle, before anything has been made of it. Nothing is ever called or looked up while it is read.
struct PickleValue
{
    enum class Kind
    {
        None,
        Bool, ///< number
        Int, ///< number
        Float, ///< real
        String, ///< text
        List, ///< items
        Tuple, ///< items
        Dict, ///< items: key, value, key, value, …
        Global, ///< text: "module.name"
        Persistent, ///< items[0]: what stands for something outside (a storage)
        Call, ///< items[0] called with the tuple items[1]
        Object ///< items[0] the class, items[1] the state if it was set
    };
    Kind kind = Kind::None;
    std::int64_t number = 0;
    double real = 0;
    std::string text;
    std::vector<PicklePtr> items;
    int depth = 0; ///< of nesting below
    bool isUsed = false; ///< part of another value: may not change any more

    /// As a call of the global `name`: its arguments, else nullptr.
    const std::vector<PicklePtr>* argumentsOf(std::string_view name) const;
    bool isGlobal(std::string_view name) const { return kind == Kind::Global && text == name; }
};

/// Reads the opcodes torch.jit.save writes (protocol 2), with bounded depth and count. Values that occur twice are the
/// same object. Error{BadFile}: broken; Error{Refused}: opcodes that TorchScript does not use.
PicklePtr readPickle(std::string_view bytes);

} // namespace bw::torch_backend
