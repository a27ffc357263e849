#include "core/diff/near_tensors.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace bw::diff {

namespace {
constexpr std::uint64_t mostRead = 65536;
constexpr std::uint64_t runs = 64;
constexpr std::uint64_t runLength = 64;

template <class Use>
void forEachValue(const TensorView& view, const JobContext& ctx, const Use& use)
{
    const std::uint64_t count = view.count();
    const bool isWhole = count <= mostRead;
    const std::uint64_t step = isWhole ? runLength : count / runs;
    std::vector<float> values;
    for (std::uint64_t first = 0; first < count && (isWhole || first / step < runs); first += step) {
        ctx.checkpoint();
        values.resize(static_cast<std::size_t>(std::min(runLength, count - first)));
        view.read(first, values);
        std::for_each(values.begin(), values.end(), use);
    }
}
} // namespace

NearTensors::NearTensors(const Model& model, const std::vector<LayerId>& tensors, const JobContext& ctx)
{
    for (const LayerId id : tensors) {
        const Figures figures = figuresOf(model.layer(id), ctx);
        m_figures.emplace(id, figures);
        m_bySize.emplace(figures.size, id);
        m_byForm.emplace(figures.form, id);
    }
}

NearTensors::Figures NearTensors::figuresOf(const LayerInfo& layer, const JobContext& ctx)
{
    double squares = 0;
    double magnitudes = 0;
    std::uint64_t count = 0;
    forEachValue(layer.view, ctx, [&](float value) {
        if (std::isfinite(value)) {
            squares += double { value } * double { value };
            magnitudes += std::abs(double { value });
            ++count;
        }
    });
    const auto values = static_cast<double>(std::max<std::uint64_t>(1, count));
    const double rms = std::sqrt(squares / values);
    return { rms, rms > 0 ? magnitudes / values / rms : 0 };
}

void NearTensors::erase(LayerId id)
{
    const auto found = m_figures.find(id);
    if (found != m_figures.end()) {
        m_bySize.erase({ found->second.size, id });
        m_byForm.erase({ found->second.form, id });
        m_figures.erase(found);
    }
}

void NearTensors::addNear(const Ordered& ordered, double value, std::set<LayerId>& found)
{
    constexpr std::size_t eachSide = mostNear / 4;
    const auto middle = ordered.lower_bound({ value, LayerId(std::size_t { 0 }) });
    auto above = middle;
    for (std::size_t i = 0; i < eachSide && above != ordered.end(); ++i, ++above) {
        found.insert(above->second);
    }
    auto below = middle;
    for (std::size_t i = 0; i < eachSide && below != ordered.begin(); ++i) {
        found.insert((--below)->second);
    }
}

std::vector<LayerId> NearTensors::near(const LayerInfo& layer, const JobContext& ctx) const
{
    const Figures figures = figuresOf(layer, ctx);
    std::set<LayerId> found;
    addNear(m_bySize, figures.size, found);
    addNear(m_byForm, figures.form, found);
    return { found.begin(), found.end() };
}

} // namespace bw::diff
