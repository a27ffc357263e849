#include "core/base/error.h"
#include "core/sensitivity/importance_matrix.h"
#include "tests/fuzz/fuzz_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    try {
        bw::readImportanceMatrix(bw::fuzz::fileOf({ data, size }), {});
    } catch (const bw::Error&) {
    }
    return 0;
}
