#pragma once

#include "core/base/job_context.h"
#include "core/model/model.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

namespace bw::diff {

/// Of very many tensors with as many values each, the few that may be another one in other words. Comparing all with
/// all would take the square of their number; this looks at the neighbours by two figures that no order of the values
/// changes: the root mean square, and the mean magnitude over it, which no factor changes either. Above 65536 values
/// they are of a sample, and then hold for the same order only.
class NearTensors
{
public:
    static constexpr std::size_t mostNear = 64; ///< that near() gives

    NearTensors(const Model& model, const std::vector<LayerId>& tensors, const JobContext& ctx);

    /// As it is matched. One that is not there is no error.
    void erase(LayerId id);
    /// Rising, each once.
    std::vector<LayerId> near(const LayerInfo& layer, const JobContext& ctx) const;

private:
    struct Figures
    {
        double size = 0;
        double form = 0;
    };
    using Ordered = std::set<std::pair<double, LayerId>>;

    static Figures figuresOf(const LayerInfo& layer, const JobContext& ctx);
    static void addNear(const Ordered& ordered, double value, std::set<LayerId>& found);

    std::map<LayerId, Figures> m_figures;
    Ordered m_bySize;
    Ordered m_byForm;
};

} // namespace bw::diff
