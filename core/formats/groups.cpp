#include "core/formats/groups.h"

namespace bw {

Groups::Groups(const Shape& shape, const Scaling& scaling)
    : m_values(elementCount(shape))
{
    if (m_values == 0) {
        m_arrayShape = { 0 };
        return;
    }
    const bool hasRows = shape.size() >= 2 && scaling.granularity != Granularity::Tensor;
    const std::uint64_t rows = hasRows ? static_cast<std::uint64_t>(shape.front()) : 1;
    m_rowLength = m_values / rows;
    const bool isBlock = scaling.granularity == Granularity::Block;
    m_length = isBlock ? std::min(m_rowLength, static_cast<std::uint64_t>(scaling.blockSize)) : m_rowLength;
    m_perRow = (m_rowLength + m_length - 1) / m_length;
    m_count = rows * m_perRow;
    m_arrayShape = { static_cast<std::int64_t>(rows) };
    if (isBlock) {
        m_arrayShape.push_back(static_cast<std::int64_t>(m_perRow));
    }
}

} // namespace bw
