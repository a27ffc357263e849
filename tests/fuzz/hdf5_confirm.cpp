// HDF5 files that broke hdf5_fuzz, read as the program reads them: in a process of their own each.

#include "tests/fuzz/fuzz_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    bw::fuzz::openWith("hdf5", { data, size });
    return 0;
}
