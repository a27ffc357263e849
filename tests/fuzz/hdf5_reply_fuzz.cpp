// What the process that reads HDF5 files sends back: a file could have taken that process over.

#include "core/base/error.h"
#include "core/model/loaders/hdf5_reply.h"
#include "tests/fuzz/fuzz_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto bytes = std::as_bytes(std::span(data, size));
    try {
        const auto found = bw::unpackHdf5Tensors({ bytes.begin(), bytes.end() }, nullptr);
        for (const auto& tensor : found.tensors) {
            bw::toFloats(tensor.view);
        }
    } catch (const bw::Error&) {
    }
    return 0;
}
