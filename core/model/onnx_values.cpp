#include "core/model/onnx_values.h"

#include "core/base/error.h"
#include "core/base/half.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace bw {

namespace {
constexpr std::int64_t float16 = 10; // TensorProto.DataType
constexpr std::int64_t bfloat16 = 16;

[[noreturn]] void bad(const char* sentence)
{
    throw Error(ErrorKind::BadFile, Text(sentence));
}

[[noreturn]] void doNotFit()
{
    bad(BW_TR_NOOP("core", "the operands of a node that works out its weights do not fit together"));
}

double rounded(double value)
{
    return static_cast<double>(static_cast<float>(value));
}

class Stored : public OnnxValues
{
public:
    explicit Stored(TensorView view)
        : m_view(std::move(view))
    {
        shape = m_view.shape;
        isFloat = info(m_view.dtype).isFloat;
        isStored = true;
    }
    void read(std::uint64_t first, std::span<double> out) const override
    {
        if (m_view.dtype == DType::I32) {
            readAs<std::int32_t>(first, out);
        } else if (m_view.dtype == DType::I64) {
            readAs<std::int64_t>(first, out);
        } else {
            std::array<float, 1024> floats {};
            for (std::size_t done = 0; done < out.size();) {
                const auto part = std::span(floats).first(std::min(floats.size(), out.size() - done));
                m_view.read(first + done, part);
                std::copy(part.begin(), part.end(), out.begin() + static_cast<std::ptrdiff_t>(done));
                done += part.size();
            }
        }
    }

private:
    template <class T>
    void readAs(std::uint64_t first, std::span<double> out) const
    {
        for (std::size_t i = 0; i < out.size(); ++i) {
            T value;
            std::memcpy(&value, m_view.bytes.data() + (static_cast<std::size_t>(first) + i) * sizeof(T), sizeof(T));
            out[i] = static_cast<double>(value);
        }
    }
    TensorView m_view;
};

/// The same values under another shape or type.
class Renamed : public OnnxValues
{
public:
    Renamed(OnnxValuesPtr inner, Shape newShape, bool isNowFloat, std::int64_t type)
        : m_inner(std::move(inner))
        , m_type(type)
    {
        shape = std::move(newShape);
        isFloat = isNowFloat;
    }
    void read(std::uint64_t first, std::span<double> out) const override
    {
        m_inner->read(first, out);
        if (m_type == float16 || m_type == bfloat16) {
            for (auto& value : out) {
                const auto number = static_cast<float>(value);
                value = static_cast<double>(
                    m_type == float16 ? halfToFloat(floatToHalf(number)) : bfloatToFloat(floatToBfloat(number)));
            }
        }
    }

private:
    OnnxValuesPtr m_inner;
    std::int64_t m_type;
};

/// A small array as if it had a larger shape (multidirectional broadcasting).
class Broadcast
{
public:
    Broadcast(const OnnxValues& values, const Shape& to)
        : m_values(onnx_values::all(values))
    {
        if (values.shape.size() > to.size()) {
            doNotFit();
        }
        std::uint64_t step = 1;
        std::uint64_t inner = 1;
        for (std::size_t back = 0; back < to.size(); ++back) {
            const auto size = static_cast<std::uint64_t>(to[to.size() - 1 - back]);
            const auto own = back < values.shape.size()
                ? static_cast<std::uint64_t>(values.shape[values.shape.size() - 1 - back])
                : 1;
            if (own != size && own != 1) {
                doNotFit();
            }
            if (own > 1) {
                m_steps.push_back({ inner, size, step });
            }
            step *= own;
            inner *= size;
        }
        if (m_values.empty()) {
            doNotFit();
        }
    }
    double at(std::uint64_t position) const
    {
        std::uint64_t index = 0;
        for (const auto& step : m_steps) {
            index += position / step.inner % step.size * step.own;
        }
        return m_values[static_cast<std::size_t>(index)];
    }

private:
    struct Step
    {
        std::uint64_t inner, size, own;
    };
    std::vector<double> m_values;
    std::vector<Step> m_steps;
};

class Expanded : public OnnxValues
{
public:
    Expanded(const OnnxValues& small, const Shape& to)
        : m_small(small, to)
    {
        shape = to;
        isFloat = small.isFloat;
    }
    void read(std::uint64_t first, std::span<double> out) const override
    {
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] = m_small.at(first + i);
        }
    }

private:
    Broadcast m_small;
};

/// large ∘ small, of the large one's shape.
class Binary : public OnnxValues
{
public:
    Binary(char op, OnnxValuesPtr large, OnnxValuesPtr small)
        : m_op(op)
        , m_large(std::move(large))
    {
        shape = m_large->shape;
        isFloat = m_large->isFloat;
        if (small->isFloat != isFloat) {
            doNotFit();
        }
        m_small = small->shape == shape ? std::move(small) : std::make_shared<const Expanded>(*small, shape);
    }
    void read(std::uint64_t first, std::span<double> out) const override
    {
        m_large->read(first, out);
        std::vector<double> other(out.size());
        m_small->read(first, other);
        for (std::size_t i = 0; i < out.size(); ++i) {
            const double value = m_op == '*' ? out[i] * other[i] : m_op == '+' ? out[i] + other[i] : out[i] - other[i];
            out[i] = isFloat ? rounded(value) : value; // exact enough in double that rounding once more is harmless
        }
    }

private:
    char m_op;
    OnnxValuesPtr m_large;
    OnnxValuesPtr m_small;
};

class Gathered : public OnnxValues
{
public:
    Gathered(OnnxValuesPtr table, OnnxValuesPtr indices)
        : m_table(std::move(table))
        , m_indices(std::move(indices))
    {
        if (m_table->shape.size() != 1 || !m_table->isStored || m_indices->isFloat) {
            doNotFit();
        }
        shape = m_indices->shape;
        isFloat = m_table->isFloat;
        if (m_table->count() <= mostCopied) {
            m_copied = onnx_values::all(*m_table);
        }
    }
    void read(std::uint64_t first, std::span<double> out) const override
    {
        m_indices->read(first, out);
        const auto size = static_cast<double>(m_table->count());
        for (auto& value : out) {
            const double index = value < 0 ? value + size : value;
            if (!(index >= 0 && index < size)) {
                bad(BW_TR_NOOP("core", "a code of its weights is beyond the end of the codebook"));
            }
            if (m_copied.empty()) {
                m_table->read(static_cast<std::uint64_t>(index), { &value, 1 });
            } else {
                value = m_copied[static_cast<std::size_t>(index)];
            }
        }
    }

private:
    static constexpr std::uint64_t mostCopied = 65536; ///< of small groups, codebooks are as large as their codes
    OnnxValuesPtr m_table;
    std::vector<double> m_copied;
    OnnxValuesPtr m_indices;
};

/// DequantizeLinear.
class Dequantized : public OnnxValues
{
public:
    Dequantized(
        OnnxValuesPtr codes, const OnnxValues& scale, const OnnxValues* zero, std::int64_t axis, std::int64_t block)
        : m_codes(std::move(codes))
        , m_scales(onnx_values::all(scale))
    {
        shape = m_codes->shape;
        isFloat = true;
        const auto rank = static_cast<std::int64_t>(shape.size());
        axis = axis < 0 ? axis + rank : axis;
        if (m_codes->isFloat || !scale.isFloat || (zero != nullptr && zero->shape != scale.shape)) {
            doNotFit();
        }
        if (zero != nullptr) {
            m_zeros = onnx_values::all(*zero);
        }
        if (scale.count() == 1) {
            return;
        }
        if (axis < 0 || axis >= rank) {
            doNotFit();
        }
        const auto at = shape.begin() + axis;
        m_inner = elementCount(Shape(at + 1, shape.end()));
        m_along = static_cast<std::uint64_t>(*at);
        m_block = static_cast<std::uint64_t>(std::max<std::int64_t>(1, block));
        m_isBlocked = block > 0;
        Shape wanted { *at };
        if (m_isBlocked) {
            wanted = shape;
            m_blocks = (m_along + m_block - 1) / m_block;
            wanted[static_cast<std::size_t>(axis)] = static_cast<std::int64_t>(m_blocks);
        }
        if (scale.shape != wanted) {
            doNotFit();
        }
    }
    void read(std::uint64_t first, std::span<double> out) const override
    {
        m_codes->read(first, out);
        for (std::size_t i = 0; i < out.size(); ++i) {
            const auto at = m_scales.size() == 1 ? 0 : scaleOf(first + i);
            const double zero = m_zeros.empty() ? 0 : m_zeros[at];
            out[i] = rounded((out[i] - zero) * m_scales[at]);
        }
    }

private:
    std::size_t scaleOf(std::uint64_t position) const
    {
        const std::uint64_t along = position / m_inner % m_along;
        const std::uint64_t outer = position / m_inner / m_along;
        return static_cast<std::size_t>(
            m_isBlocked ? (outer * m_blocks + along / m_block) * m_inner + position % m_inner : along);
    }

    OnnxValuesPtr m_codes;
    std::vector<double> m_scales;
    std::vector<double> m_zeros;
    std::uint64_t m_inner = 1;
    std::uint64_t m_along = 1;
    std::uint64_t m_block = 1;
    std::uint64_t m_blocks = 1;
    bool m_isBlocked = false;
};

/// The first `length` of each row of a matrix.
class CutRows : public OnnxValues
{
public:
    CutRows(OnnxValuesPtr matrix, std::int64_t length)
        : m_matrix(std::move(matrix))
        , m_rowLength(static_cast<std::uint64_t>(m_matrix->shape[1]))
        , m_length(static_cast<std::uint64_t>(length))
    {
        shape = { m_matrix->shape[0], length };
        isFloat = m_matrix->isFloat;
    }
    void read(std::uint64_t first, std::span<double> out) const override
    {
        for (std::size_t done = 0; done < out.size();) {
            const std::uint64_t column = (first + done) % m_length;
            const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(m_length - column, out.size() - done));
            m_matrix->read((first + done) / m_length * m_rowLength + column, out.subspan(done, length));
            done += length;
        }
    }

private:
    OnnxValuesPtr m_matrix;
    std::uint64_t m_rowLength;
    std::uint64_t m_length;
};

/// The first dimension moved to place `axis`.
class Moved : public OnnxValues
{
public:
    Moved(OnnxValuesPtr inner, std::size_t axis)
        : m_inner(std::move(inner))
    {
        shape = m_inner->shape;
        isFloat = m_inner->isFloat;
        std::rotate(shape.begin(), shape.begin() + 1, shape.begin() + static_cast<std::ptrdiff_t>(axis) + 1);
        m_channels = static_cast<std::uint64_t>(shape[axis]);
        m_run = elementCount(Shape(shape.begin() + static_cast<std::ptrdiff_t>(axis) + 1, shape.end()));
        m_rowLength = count() / std::max<std::uint64_t>(1, m_channels);
    }
    /// Value (a, channel, b) of the result is (channel, a, b) of the inner: per channel, one run of it.
    void read(std::uint64_t first, std::span<double> out) const override
    {
        if (out.empty()) {
            return;
        }
        const std::uint64_t last = first + out.size();
        const std::uint64_t outerFirst = first / m_run / m_channels;
        const std::uint64_t outerLast = (last - 1) / m_run / m_channels;
        std::vector<double> run(static_cast<std::size_t>((outerLast - outerFirst + 1) * m_run));
        for (std::uint64_t channel = 0; channel < m_channels; ++channel) {
            m_inner->read(channel * m_rowLength + outerFirst * m_run, run);
            for (std::size_t i = 0; i < run.size(); ++i) {
                const std::uint64_t position = ((outerFirst + i / m_run) * m_channels + channel) * m_run + i % m_run;
                if (position >= first && position < last) {
                    out[static_cast<std::size_t>(position - first)] = run[i];
                }
            }
        }
    }

private:
    OnnxValuesPtr m_inner;
    std::uint64_t m_channels = 1;
    std::uint64_t m_run = 1;
    std::uint64_t m_rowLength = 1;
};

class ExpressionSource : public TensorSource
{
public:
    explicit ExpressionSource(OnnxValuesPtr values)
        : m_values(std::move(values))
    {
    }
    void read(std::uint64_t first, std::span<float> out) const override
    {
        std::vector<double> numbers(out.size());
        m_values->read(first, numbers);
        std::transform(
            numbers.begin(), numbers.end(), out.begin(), [](double value) { return static_cast<float>(value); });
    }

private:
    OnnxValuesPtr m_values;
};
} // namespace

namespace onnx_values {
std::vector<double> all(const OnnxValues& values)
{
    if (!values.isStored) {
        doNotFit();
    }
    std::vector<double> out(static_cast<std::size_t>(values.count()));
    values.read(0, out);
    return out;
}

OnnxValuesPtr stored(TensorView view)
{
    return std::make_shared<const Stored>(std::move(view));
}

OnnxValuesPtr cast(OnnxValuesPtr values, std::int64_t type)
{
    constexpr std::int64_t lastFloat8 = 20;
    const bool isFloat = type == 1 || type == float16 || type == 11 || (type >= bfloat16 && type <= lastFloat8);
    if (values->isFloat && !isFloat) {
        throw Error(ErrorKind::Unsupported,
            Text(BW_TR_NOOP("core", "its weights are worked out by rounding floats to whole numbers")));
    }
    Shape shape = values->shape;
    return std::make_shared<const Renamed>(std::move(values), std::move(shape), isFloat, type);
}

OnnxValuesPtr reshape(OnnxValuesPtr values, Shape shape)
{
    if (elementCount(shape) != values->count()) {
        doNotFit();
    }
    const bool isFloat = values->isFloat;
    return std::make_shared<const Renamed>(std::move(values), std::move(shape), isFloat, 1);
}

OnnxValuesPtr expand(const OnnxValues& small, const Shape& shape)
{
    return std::make_shared<const Expanded>(small, shape);
}

OnnxValuesPtr binary(char op, OnnxValuesPtr large, OnnxValuesPtr small)
{
    return std::make_shared<const Binary>(op, std::move(large), std::move(small));
}

OnnxValuesPtr gather(OnnxValuesPtr table, OnnxValuesPtr indices)
{
    return std::make_shared<const Gathered>(std::move(table), std::move(indices));
}

OnnxValuesPtr dequantizeLinear(
    OnnxValuesPtr codes, const OnnxValues& scale, const OnnxValues* zero, std::int64_t axis, std::int64_t block)
{
    return std::make_shared<const Dequantized>(std::move(codes), scale, zero, axis, block);
}

OnnxValuesPtr cutRows(OnnxValuesPtr matrix, std::int64_t length)
{
    if (matrix->shape.size() != 2 || length < 1 || length > matrix->shape[1]) {
        doNotFit();
    }
    return std::make_shared<const CutRows>(std::move(matrix), length);
}

OnnxValuesPtr moveFirst(OnnxValuesPtr values, std::size_t axis)
{
    if (axis >= values->shape.size()) {
        doNotFit();
    }
    return std::make_shared<const Moved>(std::move(values), axis);
}
} // namespace onnx_values

TensorView onnxTensorOf(OnnxValuesPtr values, DType dtype)
{
    auto shape = values->shape;
    return makeTensor(dtype, std::move(shape),
        std::shared_ptr<const TensorSource>(std::make_shared<ExpressionSource>(std::move(values))));
}

} // namespace bw
