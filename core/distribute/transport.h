#pragma once

#include <memory>
#include <optional>
#include <string>

namespace bw {

/// Several processes (ranks) that send one another messages. Used from one thread.
class Transport
{
public:
    virtual ~Transport() = default;
    virtual int rank() const = 0;
    virtual int size() const = 0;
    /// Hands a message over and does not wait for it to arrive. To a rank that is gone it may be lost.
    virtual void send(int to, std::string message) = 0;
    struct Message
    {
        int from = 0;
        std::string text; ///< bytes
    };
    /// The next message, in each sender's order; nothing if there is none now.
    virtual std::optional<Message> receive() = 0;
    /// A rank is gone: the end must not wait for it.
    virtual void leaveAlone() = 0;
};

/// The one function of the plug-in that speaks MPI.
extern "C" using MakeTransport = Transport * (*)();
inline constexpr const char* makeTransportSymbol = "bitwrightMakeTransport";

} // namespace bw
