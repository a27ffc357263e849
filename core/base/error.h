#pragma once
// value header

#include "core/base/text.h"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace bw {

/// What went wrong, as far as the reaction to it differs. Exit codes: contract §2.
enum class ErrorKind
{
    BadInput, ///< the user asked for something impossible or misspelt (2)
    NotFound, ///< a model or data file is missing (3)
    BadFile, ///< malformed or truncated (3)
    Refused, ///< refused for safety (3)
    Unsupported, ///< recognised, but this build cannot do it (4)
    Io, ///< writing failed (5)
    Verification, ///< something read back differs (6)
    OutOfMemory, ///< would exceed, or exceeded, memory (7)
    Backend, ///< the inference engine failed (3)
    Internal, ///< a fault of this program (1)
};

/// Stable lower-case name, as in JSON error documents: "bad_file".
const char* errorKindName(ErrorKind kind);
int exitCode(ErrorKind kind);

/// An expected user mistake, as data: shown beside `field`.
struct Problem
{
    std::string field;
    Text message;
    friend bool operator==(const Problem&, const Problem&) = default;
};

/// The one exception of core. `message` says what and why; `context` says where, innermost first ("tensor
/// conv1.weight", "file a.safetensors").
class Error : public std::runtime_error
{
public:
    Error(ErrorKind kind, Text message);
    /// As above with slots: Error(kind, BW_TR_NOOP("core", "…%1…"), name)
    template <class... Args>
    requires(sizeof...(Args) > 0) Error(ErrorKind kind, const char* source, Args&&... args)
        : Error(kind, Text(source, { std::string(std::forward<Args>(args))... }))
    {
    }

    ErrorKind kind() const { return m_kind; }
    const Text& message() const { return m_message; }
    const std::vector<Text>& context() const { return m_context; }
    /// Adds where it happened; call with the nearest place first.
    Error& in(Text place) &;
    Error&& in(Text place) &&;
    /// "file a.safetensors: tensor w: the sentence": everything in one line of English.
    std::string fullEnglish() const;
    const char* what() const noexcept override { return m_what.c_str(); }

private:
    ErrorKind m_kind;
    Text m_message;
    std::vector<Text> m_context;
    std::string m_what;
};

/// Runs `f`; an Error that leaves it says it happened in `place`.
template <class F>
decltype(auto) withContext(const Text& place, F&& f)
{
    try {
        return std::forward<F>(f)();
    } catch (Error& error) {
        error.in(place);
        throw;
    }
}

} // namespace bw
