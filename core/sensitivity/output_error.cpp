#include "core/sensitivity/output_error.h"

#include "core/base/error.h"
#include "core/base/parallel.h"

namespace bw {

namespace {
constexpr std::uint64_t rowsAtOnce = 4;

/// xᵀ C x, C symmetric.
double quadratic(const InputBlock& block, std::span<const float> x, std::vector<double>& product)
{
    const auto columns = static_cast<std::size_t>(block.columns);
    product.assign(columns, 0.0);
    for (std::size_t i = 0; i < columns; ++i) {
        const auto factor = static_cast<double>(x[i]);
        const double* row = block.covariance.data() + i * columns;
        for (std::size_t j = 0; j < columns; ++j) {
            product[j] += factor * row[j];
        }
    }
    double sum = 0;
    for (std::size_t j = 0; j < columns; ++j) {
        sum += product[j] * static_cast<double>(x[j]);
    }
    return sum;
}

double lookedUp(const LayerInputs& inputs, std::span<const float> matrix)
{
    double total = 0;
    const auto columns = inputs.lookups.empty() ? 0 : matrix.size() / inputs.lookups.size();
    for (std::size_t r = 0; r < inputs.lookups.size(); ++r) {
        double sum = 0;
        for (const float value : matrix.subspan(r * columns, columns)) {
            sum += static_cast<double>(value) * static_cast<double>(value);
        }
        total += inputs.lookups[r] * sum;
    }
    return total;
}
} // namespace

double squaredOutputs(
    const LayerInputs& inputs, std::span<const float> matrix, const LayerInfo& layer, const JobContext& ctx)
{
    const auto rows = static_cast<std::uint64_t>(layer.view.shape[static_cast<std::size_t>(layer.outAxis)]);
    const auto columns = rows == 0 ? 0 : matrix.size() / rows;
    double total = lookedUp(inputs, matrix);
    for (const auto& block : inputs.blocks) {
        if (block.firstRow > rows || block.rows > rows - block.firstRow || block.firstColumn > columns
            || block.columns > columns - block.firstColumn) {
            throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the capture is of other layers")));
        }
        total += parallelReduce(
            block.rows, rowsAtOnce, ctx, 0.0,
            [&](std::uint64_t first, std::uint64_t last) {
                std::vector<double> product;
                double sum = 0;
                for (auto r = first; r < last; ++r) {
                    const auto at = (block.firstRow + r) * columns + block.firstColumn;
                    sum += quadratic(block, matrix.subspan(at, block.columns), product);
                }
                return sum;
            },
            [](double& sum, double part) { sum += part; });
    }
    return std::max(total, 0.0);
}

std::shared_ptr<const LayerInputs> CurrentInputs::of(std::size_t layer)
{
    const std::lock_guard lock(m_mutex);
    if (!m_inputs || m_layer != layer) {
        m_inputs = std::make_shared<const LayerInputs>(m_capture.inputs(layer));
        m_layer = layer;
    }
    return m_inputs;
}

} // namespace bw
