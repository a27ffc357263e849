#pragma once

#include "core/base/job_context.h"
#include "core/tensor/tensor_view.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace bw {

/// True for bytes that begin like an .npy file.
bool isNumpy(std::string_view head);

/// The array of an .npy file (format versions 1 to 3; NumPy's numpy/lib/format.py is the specification). Arrays in C
/// order are not copied; `owner` keeps `file` alive. Error{BadFile}: malformed; {Refused}: Python objects;
/// {Unsupported}: texts, dates, structures, complex and long double numbers.
TensorView readNumpy(std::span<const std::byte> file, std::shared_ptr<const void> owner, const JobContext& ctx);

} // namespace bw
