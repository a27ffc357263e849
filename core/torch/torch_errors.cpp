#include "core/torch/torch_errors.h"

#include <algorithm>

#include <c10/util/Exception.h>

namespace bw::torch_backend {

namespace {
std::string cutAt(std::string text, std::string_view end)
{
    return text.substr(0, text.find(end));
}

std::string oneLine(std::string text)
{
    std::replace(text.begin(), text.end(), '\n', ' ');
    while (!text.empty() && std::string_view(" .:").find(text.back()) != std::string_view::npos) {
        text.pop_back();
    }
    return text;
}
/// Without what is for the program's author and differs from run to run.
std::string withoutAsides(std::string text)
{
    constexpr std::string_view unit = " (of Python compilation unit at: ";
    for (auto at = text.find(unit); at != std::string::npos; at = text.find(unit)) {
        const auto end = text.find(')', at);
        text.erase(at, end == std::string::npos ? std::string::npos : end + 1 - at);
    }
    return cutAt(text, " Did you forget to initialize an attribute in __init__()?");
}

/// The first line that says something; with the next one if that is only announced ("f(Tensor) -> Tensor:").
std::string firstSentence(const std::string& text)
{
    const auto first = text.find_first_not_of('\n');
    if (first == std::string::npos) {
        return text;
    }
    const auto end = text.find('\n', first);
    auto line = text.substr(first, end == std::string::npos ? end : end - first);
    if (line.ends_with(':') && end != std::string::npos) {
        const auto next = std::min(text.find_first_not_of(" \n", end), text.size());
        line += " " + cutAt(text.substr(next), "\n");
    }
    return line;
}
} // namespace

std::string engineWords(const std::exception& error)
{
    const auto* own = dynamic_cast<const c10::Error*>(&error);
    std::string words = own != nullptr ? own->what_without_backtrace() : error.what();
    words = cutAt(words, "\nException raised from");
    // The interpreter puts the way to the failing line first and the failure last, after its type; source excerpts of
    // the compiler come after the sentence.
    if (const auto last = words.rfind("\nRuntimeError: "); last != std::string::npos) {
        words = words.substr(last + 15);
    } else if (words.find("Traceback of TorchScript") != std::string::npos) {
        words = oneLine(words);
        words = words.substr(words.rfind("builtins.") == std::string::npos ? 0 : words.rfind("builtins.") + 9);
    } else {
        words = firstSentence(words);
    }
    return printable(oneLine(withoutAsides(words)), 400);
}

Error translated(const std::exception& error)
{
    const auto words = engineWords(error);
    if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr
        || words.find("can't allocate memory") != std::string::npos) {
        return Error(
            ErrorKind::OutOfMemory, BW_TR_NOOP("core", "There is not enough memory to open or run the model."));
    }
    return Error(ErrorKind::Backend, BW_TR_NOOP("core", "LibTorch says: %1."), words);
}

} // namespace bw::torch_backend
