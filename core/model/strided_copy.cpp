#include "core/model/strided_copy.h"

#include "core/base/checked_math.h"

#include <cstring>

namespace bw {

TensorView copyStrided(DType dtype, const Shape& shape, const std::vector<std::int64_t>& strides,
    std::span<const std::byte> bytes, const JobContext& ctx)
{
    const auto elementBytes = info(dtype).size;
    std::vector<std::byte> out(static_cast<std::size_t>(checkedMul(elementCount(shape), elementBytes)));
    std::vector<std::int64_t> index(shape.size(), 0);
    std::int64_t from = 0;
    for (std::size_t to = 0; to < out.size(); to += elementBytes) {
        if (to % (std::size_t { 1 } << 20) == 0) {
            ctx.checkpoint();
        }
        std::memcpy(&out[to], &bytes[static_cast<std::size_t>(from) * elementBytes], elementBytes);
        for (std::size_t axis = shape.size(); axis-- > 0;) {
            if (shape[axis] == 1) {
                continue;
            }
            from += strides[axis];
            if (++index[axis] < shape[axis]) {
                break;
            }
            from -= strides[axis] * shape[axis];
            index[axis] = 0;
        }
    }
    return makeTensor(dtype, shape, std::move(out));
}

} // namespace bw
