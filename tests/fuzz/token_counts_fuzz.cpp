#include "core/base/error.h"
#include "core/sensitivity/token_counts.h"
#include "tests/fuzz/fuzz_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    try {
        for (const float count : bw::readTokenCounts(bw::fuzz::fileOf({ data, size }), {})) {
            bw::fuzz::require(count >= 0);
        }
    } catch (const bw::Error&) {
    }
    return 0;
}
