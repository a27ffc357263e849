#include "core/tensor/tensor_view.h"

#include "core/base/checked_math.h"

#include <cstring>

namespace bw {

std::uint64_t elementCount(const Shape& shape)
{
    std::uint64_t count = 1;
    for (const std::int64_t size : shape) {
        if (size < 0) {
            throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "a dimension is negative")));
        }
        count = checkedMul(count, static_cast<std::uint64_t>(size));
    }
    if (count > (std::uint64_t { 1 } << 62)) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "a size in the file is too large to be true")));
    }
    return count;
}

std::string shapeText(const Shape& shape)
{
    if (shape.empty()) {
        return "scalar";
    }
    std::string text;
    for (const std::int64_t size : shape) {
        text += (text.empty() ? "" : "×") + std::to_string(size);
    }
    return text;
}

void TensorView::read(std::uint64_t first, std::span<float> out) const
{
    if (source) {
        source->read(sourceFirst + first, out);
        return;
    }
    const auto& type = info(dtype);
    type.toFloats(bytes.data() + first * type.size, out.data(), out.size());
}

std::span<const float> TensorView::asFloats() const
{
    if (dtype != DType::F32 || reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(float) != 0) {
        return {};
    }
    return { reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float) };
}

TensorView TensorView::part(std::uint64_t first, std::uint64_t count, Shape partShape) const
{
    TensorView view;
    view.dtype = dtype;
    view.shape = std::move(partShape);
    view.owner = owner;
    if (source) {
        view.source = source;
        view.sourceFirst = sourceFirst + first;
        view.sourceCount = count;
    } else {
        const auto size = info(dtype).size;
        view.bytes = bytes.subspan(static_cast<std::size_t>(first) * size, static_cast<std::size_t>(count) * size);
    }
    return view;
}

namespace {
class ValuesOfView : public TensorSource
{
public:
    explicit ValuesOfView(TensorView view)
        : m_view(std::move(view))
    {
    }
    void read(std::uint64_t first, std::span<float> out) const override { m_view.read(first, out); }

private:
    TensorView m_view;
};
} // namespace

TensorView widened(const TensorView& view, DType dtype)
{
    return dtype == view.dtype ? view : makeTensor(dtype, view.shape, std::make_shared<const ValuesOfView>(view));
}

TensorView makeTensor(DType dtype, Shape shape, std::shared_ptr<const TensorSource> source)
{
    TensorView view;
    view.dtype = dtype;
    view.sourceCount = elementCount(shape);
    view.shape = std::move(shape);
    view.source = std::move(source);
    return view;
}

TensorView makeTensor(Shape shape, std::vector<float> values)
{
    auto owner = std::make_shared<const std::vector<float>>(std::move(values));
    const auto bytes = std::as_bytes(std::span(*owner));
    return { DType::F32, std::move(shape), bytes, std::move(owner) };
}

TensorView makeTensor(DType dtype, Shape shape, std::vector<std::byte> bytes)
{
    auto owner = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
    const std::span<const std::byte> view(*owner);
    return { dtype, std::move(shape), view, std::move(owner) };
}

std::vector<float> toFloats(const TensorView& view)
{
    std::vector<float> values(static_cast<std::size_t>(view.count()));
    view.read(0, values);
    return values;
}

namespace {
/// Copies a tensor of outer × middle × inner elements to middle × outer × inner.
TensorView swapOuter(
    const TensorView& view, Shape shape, std::uint64_t outer, std::uint64_t middle, std::uint64_t inner)
{
    if (view.source) {
        return swapOuter(makeTensor(view.shape, toFloats(view)), std::move(shape), outer, middle, inner);
    }
    const std::size_t run = static_cast<std::size_t>(inner) * info(view.dtype).size;
    std::vector<std::byte> bytes(view.bytes.size());
    for (std::uint64_t o = 0; o < outer; ++o) {
        for (std::uint64_t m = 0; m < middle; ++m) {
            std::memcpy(bytes.data() + (m * outer + o) * run, view.bytes.data() + (o * middle + m) * run, run);
        }
    }
    return makeTensor(view.dtype, std::move(shape), std::move(bytes));
}

std::uint64_t product(Shape::const_iterator first, Shape::const_iterator last)
{
    return elementCount(Shape(first, last));
}
} // namespace

TensorView withAxisFirst(const TensorView& view, int axis)
{
    if (axis == 0 || view.shape.empty()) {
        return view;
    }
    const auto at = view.shape.begin() + axis;
    Shape shape { *at };
    shape.insert(shape.end(), view.shape.begin(), at);
    shape.insert(shape.end(), at + 1, view.shape.end());
    return swapOuter(view, std::move(shape), product(view.shape.begin(), at), static_cast<std::uint64_t>(*at),
        product(at + 1, view.shape.end()));
}

TensorView withFirstAxisAt(const TensorView& view, int axis)
{
    if (axis == 0 || view.shape.empty()) {
        return view;
    }
    Shape shape(view.shape.begin() + 1, view.shape.end());
    shape.insert(shape.begin() + axis, view.shape.front());
    const auto moved = shape.begin() + axis;
    return swapOuter(view, shape, static_cast<std::uint64_t>(view.shape.front()), product(shape.begin(), moved),
        product(moved + 1, shape.end()));
}

std::span<const float> FloatChunks::values(std::uint64_t first, std::uint64_t last)
{
    if (!m_direct.empty()) {
        return m_direct.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first));
    }
    m_buffer.resize(static_cast<std::size_t>(last - first));
    m_view.read(first, m_buffer);
    return m_buffer;
}

} // namespace bw
