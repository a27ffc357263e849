#pragma once
// Which HDF5 types are numbers Bitwright knows. Include in loaders/ only.

#include "core/report/hdf5_handle.h"
#include "core/tensor/dtype.h"

#include <optional>

namespace bw {

struct Hdf5Type
{
    DType dtype = DType::F32;
    hdf5::Handle memory; ///< to read with: the same numbers, little-endian
    bool isStoredSo = false; ///< the file's bytes are these numbers already
};

/// Nothing for texts, structures, references and numbers of odd widths. `isBfloat16`: the dataset says that its opaque
/// values of two bytes are bfloat16, as Keras does.
std::optional<Hdf5Type> hdf5Type(hid_t fileType, bool isBfloat16);

} // namespace bw
