#pragma once

#include "core/base/text.h"
#include "core/torch/weight_uses.h"

#include <optional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace bw::torch_backend {

/// One place of a graph where a weight is multiplied with something, understood well enough to take it apart: from what
/// goes in and the gradient of what comes out follow the gradient of the weight and what it sees.
class WeightSite
{
public:
    /// Nothing if this kind of use, or its arguments, cannot be taken apart.
    static std::optional<WeightSite> of(const WeightUse& use);

    /// Which input of the operator the weight is multiplied with.
    std::size_t activation() const { return m_activation; }
    /// The weight's dimension that counts outputs.
    int outAxis() const { return m_outAxis; }
    bool isEmbedding() const { return m_kind == Kind::Embedding; }

    /// [samples, …the weight's own shape]: each sample's gradient. `x`: [samples, …what the operator gets], `dy`
    /// likewise of the output's gradient; both with samples·n in place of the operator's batch dimension taken apart.
    at::Tensor sampleGradients(const at::Tensor& x, const at::Tensor& dy) const;

    /// Σ x xᵀ over samples and positions, [groups, columns, columns] in float32, the groups' columns in the order of
    /// the weight's matrix; energies [samples] gets Σ‖x‖². Not for embeddings.
    at::Tensor covariance(const at::Tensor& x, const at::Tensor& y, at::Tensor& energies) const;
    /// Groups share columns and differ in rows (convolutions), or share rows and differ in columns (transposed ones).
    bool groupsAreRows() const { return m_kind != Kind::ConvTransposed; }

private:
    enum class Kind
    {
        Linear, ///< activation on the left of a matrix, (…, in)
        Left, ///< activation on the right, (…, in, n)
        Conv,
        ConvTransposed,
        Embedding
    };
    bool readConvolution(const torch::jit::Node& node);
    at::Tensor linearGradients(at::Tensor x, at::Tensor dy) const;
    at::Tensor convGradients(const at::Tensor& x, const at::Tensor& dy) const;
    at::Tensor transposedGradients(const at::Tensor& x, const at::Tensor& dy) const;
    at::Tensor embeddingGradients(const at::Tensor& x, const at::Tensor& dy) const;
    at::Tensor convColumns(const at::Tensor& x, const at::Tensor& y) const;
    at::Tensor transposedColumns(const at::Tensor& x, const at::Tensor& y) const;

    Kind m_kind = Kind::Linear;
    std::vector<std::int64_t> m_shape; ///< of the weight as the model stores it
    std::size_t m_activation = 0;
    int m_outAxis = 0;
    std::int64_t m_groups = 1;
    std::vector<std::int64_t> m_stride, m_padding, m_dilation; ///< one per spatial dimension; padding: before
};

} // namespace bw::torch_backend
