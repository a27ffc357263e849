#include "core/model/loaders/hdf5_isolated.h"

#include "core/base/checked_math.h"
#include "core/base/isolated_process.h"
#include "core/model/loaders/hdf5_reply.h"
#include "core/report/hdf5_handle.h"

namespace bw {

namespace {

constexpr std::uint64_t mostHeadBytes = std::uint64_t { 256 } << 20;

herr_t callFork(hid_t, const char*, void* fork) noexcept
{
    (*static_cast<const std::function<void()>*>(fork))();
    return 1; // enough
}

/// HDF5 holds its one lock while it calls back, so no other thread has it and the child can go on using the library.
void holdingHdf5(const std::function<void()>& fork)
{
    H5Piterate(H5P_FILE_ACCESS, nullptr, callFork, const_cast<std::function<void()>*>(&fork));
}

} // namespace

Hdf5Tensors readIsolated(const std::function<Hdf5Tensors()>& read, const std::shared_ptr<const MappedFile>& mapped,
    int descriptor, std::uint64_t mostUnpacked, const JobContext& ctx)
{
    hdf5::beQuiet();
    const IsolatedLimits limits { checkedAdd(mostUnpacked, mostHeadBytes),
        checkedAdd(mostUnpacked, std::uint64_t { 4 } << 30), descriptor };
    const auto work = [&] { return packHdf5Tensors(read, mapped.get()); };
    return unpackHdf5Tensors(runIsolated(work, holdingHdf5, limits, ctx), mapped);
}

} // namespace bw
