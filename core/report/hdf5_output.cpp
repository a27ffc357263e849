#include "core/report/hdf5_output.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace bw::hdf5 {

namespace {
/// What HDF5 sees as its file. Begins with HDF5's own part, as its drivers must.
struct Output
{
    H5FD_t base;
    int fd;
    int reason; ///< errno of the first write that failed; 0 if none did
    haddr_t allocated; ///< end of what HDF5 has given out
    haddr_t end; ///< of what was written
};

Output& outputOf(H5FD_t* file)
{
    return *reinterpret_cast<Output*>(file);
}

const Output& outputOf(const H5FD_t* file)
{
    return *reinterpret_cast<const Output*>(file);
}

H5FD_t* open(const char* name, unsigned, hid_t, haddr_t) noexcept
{
    auto* output = new (std::nothrow) Output {};
    if (output != nullptr) {
        output->fd = ::open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        output->reason = output->fd < 0 ? errno : 0;
    }
    return reinterpret_cast<H5FD_t*>(output);
}

herr_t close(H5FD_t* file) noexcept
{
    ::close(outputOf(file).fd);
    delete &outputOf(file);
    return 0;
}

herr_t query(const H5FD_t*, unsigned long* flags) noexcept
{
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE
        | H5FD_FEAT_AGGREGATE_SMALLDATA;
    return 0;
}

haddr_t allocatedEnd(const H5FD_t* file, H5FD_mem_t) noexcept
{
    return outputOf(file).allocated;
}

herr_t setAllocatedEnd(H5FD_t* file, H5FD_mem_t, haddr_t end) noexcept
{
    outputOf(file).allocated = end;
    return 0;
}

haddr_t writtenEnd(const H5FD_t* file, H5FD_mem_t) noexcept
{
    return outputOf(file).end;
}

herr_t handle(H5FD_t* file, hid_t, void** out) noexcept
{
    *out = file;
    return 0;
}

herr_t read(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t at, std::size_t size, void* buffer) noexcept
{
    auto* out = static_cast<char*>(buffer);
    while (size > 0) {
        const auto count = ::pread(outputOf(file).fd, out, size, static_cast<off_t>(at));
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            std::memset(out, 0, size); // what was never written
            return 0;
        }
        out += count;
        at += static_cast<haddr_t>(count);
        size -= static_cast<std::size_t>(count);
    }
    return 0;
}

herr_t write(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t at, std::size_t size, const void* buffer) noexcept
{
    auto& output = outputOf(file);
    output.end = std::max(output.end, at + size);
    const auto* from = static_cast<const char*>(buffer);
    while (size > 0 && output.reason == 0) {
        const auto count = ::pwrite(output.fd, from, size, static_cast<off_t>(at));
        if (count < 0) {
            output.reason = errno == EINTR ? 0 : errno;
            continue;
        }
        from += count;
        at += static_cast<haddr_t>(count);
        size -= static_cast<std::size_t>(count);
    }
    return 0;
}

herr_t truncate(H5FD_t* file, hid_t, hbool_t) noexcept
{
    auto& output = outputOf(file);
    if (output.reason == 0 && ::ftruncate(output.fd, static_cast<off_t>(output.allocated)) != 0) {
        output.reason = errno;
    }
    output.end = output.allocated;
    return 0;
}

hid_t driver()
{
    static const hid_t id = [] {
        static H5FD_class_t driver {};
        driver.name = "bitwright output";
        driver.maxaddr = (haddr_t { 1 } << 62) - 1;
        driver.fc_degree = H5F_CLOSE_WEAK;
        driver.open = open;
        driver.close = close;
        driver.query = query;
        driver.get_eoa = allocatedEnd;
        driver.set_eoa = setAllocatedEnd;
        driver.get_eof = writtenEnd;
        driver.get_handle = handle;
        driver.read = read;
        driver.write = write;
        driver.truncate = truncate;
        std::fill(std::begin(driver.fl_map), std::end(driver.fl_map), H5FD_MEM_DEFAULT);
        return H5FDregister(&driver);
    }();
    return id;
}
} // namespace

Handle createOutput(const std::filesystem::path& path, hid_t creation, hid_t access)
{
    checked(H5Pset_driver(access, driver(), nullptr), ErrorKind::Internal, "preparing a file");
    return owned(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, access), H5Fclose, ErrorKind::Io, "making a file");
}

void requireWritten(hid_t file)
{
    void* output = nullptr;
    checked(H5Fget_vfd_handle(file, H5P_DEFAULT, &output), ErrorKind::Internal, "asking for the file");
    const int reason = static_cast<const Output*>(output)->reason;
    if (reason != 0) {
        throw Error(
            ErrorKind::Io, BW_TR_NOOP("core", "writing failed: %1"), std::generic_category().message(reason));
    }
}

} // namespace bw::hdf5
