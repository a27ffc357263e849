#pragma once

#include "core/torch/weight_site.h"

#include <cstdint>
#include <functional>
#include <vector>

#include <torch/csrc/autograd/edge.h>
#include <torch/csrc/jit/ir/ir.h>

namespace bw::torch_backend {

/// What one operator that uses a watched weight was given and gave, in one run.
struct SeenCall
{
    std::size_t site = 0;
    at::Tensor x; ///< detached
    std::uint32_t version = 0; ///< of x when it was seen: later ones mean it was overwritten
    at::Tensor y; ///< detached; as it is now, which may be overwritten
    torch::autograd::Edge edge; ///< where the gradient of y arrives; invalid if none will
};

/// Puts an operator after each of `nodes` that shows the activation and the output of the site of the same index.
void insertObservers(
    torch::jit::Graph& graph, const std::vector<torch::jit::Node*>& nodes, const std::vector<WeightSite>& sites);

/// Takes what those operators show, on this thread, while it lives.
class ObserverScope
{
public:
    using Look = std::function<void(SeenCall call)>;
    explicit ObserverScope(Look look);
    ~ObserverScope();
    ObserverScope(const ObserverScope&) = delete;
    ObserverScope& operator=(const ObserverScope&) = delete;

private:
    Look m_look;
};

} // namespace bw::torch_backend
