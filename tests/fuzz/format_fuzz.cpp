#include "core/base/error.h"
#include "core/formats/quant_format.h"
#include "tests/fuzz/fuzz_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    bw::QuantFormat format;
    try {
        format = bw::parseFormat({ reinterpret_cast<const char*>(data), size });
        bw::validate(format);
    } catch (const bw::Error&) {
        return 0;
    }
    bw::fuzz::require(bw::parseFormat(bw::formatText(format)) == format);
    return 0;
}
