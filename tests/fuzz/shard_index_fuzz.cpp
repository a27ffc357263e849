#include "core/base/error.h"
#include "core/model/shard_index.h"
#include "tests/fuzz/fuzz_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    try {
        bw::parseShardIndex({ reinterpret_cast<const char*>(data), size });
    } catch (const bw::Error&) {
    }
    return 0;
}
