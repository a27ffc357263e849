#include "core/base/error.h"
#include "core/base/zip_archive.h"
#include "tests/fuzz/fuzz_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    try {
        const bw::ZipArchive archive(bw::fuzz::fileOf({ data, size }));
        for (const auto& name : archive.names()) {
            try {
                archive.content(name);
            } catch (const bw::Error&) {
            }
        }
    } catch (const bw::Error&) {
    }
    return 0;
}
