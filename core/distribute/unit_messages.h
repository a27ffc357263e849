#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

enum class MessageKind : std::uint8_t
{
    Ready, ///< a rank began this run; text: hash of the units it knows
    Beat, ///< still there
    Take, ///< do `unit`
    Done, ///< text: the unit's result
    UnitFailed, ///< text: why
    Finished, ///< text: all results
    Failed, ///< unit: ErrorKind, text: why; no text: canceled
    Bye ///< a rank is at its end
};

struct UnitMessage
{
    MessageKind kind = MessageKind::Beat;
    std::uint64_t run = 0; ///< counts the calls of run()
    std::uint64_t unit = 0;
    std::string text;
};

/// As bytes between processes of one program on machines of one kind.
std::string messageText(const UnitMessage& message);
/// Error{Backend}: not such a message.
UnitMessage parseMessage(std::string_view bytes);

std::string packTexts(const std::vector<std::string>& texts);
/// Error{Backend}: not such a list.
std::vector<std::string> unpackTexts(std::string_view bytes);

} // namespace bw
