// A recipe's "match": the first line is the pattern, the rest a layer's name.

#include "core/base/error.h"
#include "core/recipe/layer_pattern.h"
#include "tests/fuzz/fuzz_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto line = text.substr(0, text.find('\n'));
    const auto name = text.substr(line.size());
    try {
        const bw::LayerPattern pattern(line);
        bw::fuzz::require(pattern.matches(name) == pattern.captures(name).has_value());
        if (const auto names = bw::namesOfPattern(line)) {
            bw::fuzz::require(names->empty() || pattern.matches(names->front()));
        }
    } catch (const bw::Error&) {
    }
    return 0;
}
