// Whole HDF5 files. They are read in the fuzzer's own process: a child would be copied, with the sanitizer's memory,
// for every file, and show nothing of what it covers. What breaks the library (which is not ours, and breaks) is a
// finding only if it breaks hdf5_isolated_fuzz too, which reads as the program does; see packaging/fuzz.sh.

#include "core/base/error.h"
#include "core/model/loaders/hdf5_isolated.h"
#include "core/model/loaders/hdf5_reply.h"
#include "core/report/hdf5_handle.h"
#include "tests/fuzz/fuzz_file.h"

namespace bw {

/// In the place of the core's, which starts a child.
Hdf5Tensors readIsolated(const std::function<Hdf5Tensors()>& read, const std::shared_ptr<const MappedFile>& mapped, int,
    std::uint64_t, const JobContext&)
{
    hdf5::beQuiet();
    const auto packed = packHdf5Tensors(read, mapped.get());
    std::vector<std::byte> bytes;
    for (const auto piece : packed.pieces) {
        bytes.insert(bytes.end(), piece.begin(), piece.end());
    }
    return unpackHdf5Tensors(std::move(bytes), mapped);
}

} // namespace bw

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    bw::fuzz::openWith("hdf5", { data, size });
    return 0;
}
