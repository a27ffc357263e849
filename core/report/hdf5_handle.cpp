#include "core/report/hdf5_handle.h"

namespace bw::hdf5 {

namespace {
herr_t takeReason(unsigned, const H5E_error2_t* entry, void* reason)
{
    if (entry->desc != nullptr) {
        *static_cast<std::string*>(reason) = entry->desc;
    }
    return 1; // the first of a walk upward is where it happened
}
} // namespace

std::string lastReason()
{
    std::string reason;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, takeReason, &reason);
    // Of "file write failed: time = …, filename = …, error message = '…', buf = …" only the message says something.
    constexpr std::string_view mark = "error message = '";
    const auto start = reason.find(mark);
    if (start != std::string::npos) {
        const auto message = reason.substr(start + mark.size());
        return printable(message.substr(0, message.find('\'')));
    }
    return printable(reason);
}

void fail(ErrorKind kind, std::string_view what)
{
    const auto reason = lastReason();
    H5Eclear2(H5E_DEFAULT);
    if (reason.empty()) {
        throw Error(kind, BW_TR_NOOP("core", "HDF5: %1 failed"), what);
    }
    throw Error(kind, BW_TR_NOOP("core", "HDF5: %1 failed: %2"), what, reason);
}

void beQuiet()
{
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    H5PLset_loading_state(0);
}

Handle textType(std::size_t size)
{
    Handle type = owned(H5Tcopy(H5T_C_S1), H5Tclose, ErrorKind::Internal, "making a text type");
    H5Tset_size(type.get(), size);
    H5Tset_cset(type.get(), H5T_CSET_UTF8);
    H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
    return type;
}

} // namespace bw::hdf5
