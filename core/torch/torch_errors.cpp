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
        const auto first = words.find_first_not_of('\n');
        words = first == std::string::npos ? words : cutAt(words.substr(first), "\n");
    }
    return printable(oneLine(words), 400);
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
