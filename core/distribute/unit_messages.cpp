#include "core/distribute/unit_messages.h"

#include "core/base/error.h"

#include <cstring>

namespace bw {

namespace {
void putNumber(std::string& out, std::uint64_t number)
{
    char bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    out.append(bytes, sizeof number);
}

[[noreturn]] void refuse()
{
    throw Error(ErrorKind::Backend, BW_TR_NOOP("core", "Another process sent a message this one does not understand."));
}

std::uint64_t takeNumber(std::string_view& bytes)
{
    std::uint64_t number = 0;
    if (bytes.size() < sizeof number) {
        refuse();
    }
    std::memcpy(&number, bytes.data(), sizeof number);
    bytes.remove_prefix(sizeof number);
    return number;
}
} // namespace

std::string messageText(const UnitMessage& message)
{
    std::string out;
    putNumber(out, static_cast<std::uint64_t>(message.kind));
    putNumber(out, message.run);
    putNumber(out, message.unit);
    return out + message.text;
}

UnitMessage parseMessage(std::string_view bytes)
{
    const auto kind = takeNumber(bytes);
    if (kind > static_cast<std::uint64_t>(MessageKind::Bye)) {
        refuse();
    }
    UnitMessage message;
    message.kind = static_cast<MessageKind>(kind);
    message.run = takeNumber(bytes);
    message.unit = takeNumber(bytes);
    message.text = bytes;
    return message;
}

std::string packTexts(const std::vector<std::string>& texts)
{
    std::string out;
    for (const auto& text : texts) {
        putNumber(out, text.size());
        out += text;
    }
    return out;
}

std::vector<std::string> unpackTexts(std::string_view bytes)
{
    std::vector<std::string> texts;
    while (!bytes.empty()) {
        const auto size = takeNumber(bytes);
        if (size > bytes.size()) {
            refuse();
        }
        texts.emplace_back(bytes.substr(0, size));
        bytes.remove_prefix(size);
    }
    return texts;
}

} // namespace bw
