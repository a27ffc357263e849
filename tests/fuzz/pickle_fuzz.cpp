// Pickles alone: the checksums of zip archives would hide them from the fuzzer.

#include "core/base/error.h"
#include "core/model/pickled_tensors.h"
#include "tests/fuzz/fuzz_file.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {
constexpr std::uint64_t mostBytes = 1 << 20;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    try {
        const auto pickle = bw::readPickle({ reinterpret_cast<const char*>(data), size }, bw::allowsScriptGlobal);
        const auto storage = [](const std::string&, std::uint64_t bytes) {
            const auto made
                = std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(std::min(bytes, mostBytes)));
            return bw::StorageBytes { *made, made };
        };
        const bw::JobContext ctx;
        bw::PickledTensors tensors(storage, mostBytes, ctx);
        for (const auto& entry : bw::findStateDict(pickle).tensors) {
            try {
                bw::toFloats(tensors.make(*entry.tensor).view);
            } catch (const bw::Error&) {
            }
        }
    } catch (const bw::Error&) {
    }
    return 0;
}
