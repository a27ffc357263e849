#include "core/model/loaders/hdf5_types.h"

#include <array>
#include <string_view>

namespace bw {

namespace {

using hdf5::Handle;
using hdf5::owned;

constexpr auto kind = ErrorKind::BadFile;
constexpr std::string_view what = "reading the type of a dataset";

Handle copyOf(hid_t type)
{
    return owned(H5Tcopy(type), H5Tclose, kind, what);
}

/// An IEEE-like type of two bytes, little-endian.
Handle shortFloat(std::size_t exponentBits, std::size_t mantissaBits, std::size_t bias)
{
    Handle type = copyOf(H5T_IEEE_F32LE);
    H5Tset_fields(type.get(), 15, mantissaBits, exponentBits, 0, mantissaBits);
    H5Tset_size(type.get(), 2);
    H5Tset_ebias(type.get(), bias);
    return type;
}

/// Of the type `little`, in either byte order.
std::optional<Hdf5Type> matched(hid_t fileType, DType dtype, Handle little)
{
    const bool isSame = H5Tequal(fileType, little.get()) > 0;
    Handle big = copyOf(little.get());
    H5Tset_order(big.get(), H5T_ORDER_BE);
    if (!isSame && H5Tequal(fileType, big.get()) <= 0) {
        return std::nullopt;
    }
    return Hdf5Type { dtype, std::move(little), isSame };
}

std::optional<Hdf5Type> floatType(hid_t fileType)
{
    for (const DType dtype : { DType::F32, DType::F64, DType::F16, DType::BF16 }) {
        Handle little = dtype == DType::F32 ? copyOf(H5T_IEEE_F32LE)
            : dtype == DType::F64           ? copyOf(H5T_IEEE_F64LE)
            : dtype == DType::F16           ? shortFloat(5, 10, 15)
                                            : shortFloat(8, 7, 127);
        if (auto found = matched(fileType, dtype, std::move(little))) {
            return found;
        }
    }
    return std::nullopt;
}

std::optional<Hdf5Type> wholeType(hid_t fileType)
{
    const std::array types { std::pair { DType::I8, H5T_STD_I8LE }, std::pair { DType::U8, H5T_STD_U8LE },
        std::pair { DType::I16, H5T_STD_I16LE }, std::pair { DType::U16, H5T_STD_U16LE },
        std::pair { DType::I32, H5T_STD_I32LE }, std::pair { DType::U32, H5T_STD_U32LE },
        std::pair { DType::I64, H5T_STD_I64LE }, std::pair { DType::U64, H5T_STD_U64LE } };
    for (const auto& [dtype, little] : types) {
        if (auto found = matched(fileType, dtype, copyOf(little))) {
            return found;
        }
    }
    return std::nullopt;
}

/// h5py's bool: an enumeration of FALSE = 0 and TRUE = 1 over one byte.
std::optional<Hdf5Type> boolType(hid_t fileType)
{
    signed char no = -1;
    signed char yes = -1;
    const bool isBool = H5Tget_size(fileType) == 1 && H5Tget_nmembers(fileType) == 2
        && H5Tenum_valueof(fileType, "FALSE", &no) >= 0 && H5Tenum_valueof(fileType, "TRUE", &yes) >= 0 && no == 0
        && yes == 1;
    return isBool ? std::optional<Hdf5Type>(Hdf5Type { DType::Bool, copyOf(fileType), true }) : std::nullopt;
}

} // namespace

std::optional<Hdf5Type> hdf5Type(hid_t fileType, bool isBfloat16)
{
    switch (H5Tget_class(fileType)) {
    case H5T_FLOAT:
        return floatType(fileType);
    case H5T_INTEGER:
        return wholeType(fileType);
    case H5T_ENUM:
        return boolType(fileType);
    case H5T_OPAQUE:
        if (isBfloat16 && H5Tget_size(fileType) == 2) {
            return Hdf5Type { DType::BF16, copyOf(fileType), true };
        }
        return std::nullopt;
    default:
        return std::nullopt;
    }
}

} // namespace bw
