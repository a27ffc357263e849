#include "core/allocate/water_filling.h"

#include <algorithm>

namespace bw {

WaterFilling::WaterFilling(std::vector<WaterLayer> layers)
    : m_layers(std::move(layers))
{
    double least = 0;
    for (const auto& layer : m_layers) {
        m_knees.push_back({ layer.least - layer.need, layer.weights, 0 });
        m_knees.push_back({ layer.most - layer.need, -layer.weights, 0 });
        least += layer.weights * layer.least;
    }
    std::stable_sort(m_knees.begin(), m_knees.end(), [](const Knee& a, const Knee& b) { return a.level < b.level; });
    double slope = 0;
    for (std::size_t i = 0; i < m_knees.size(); ++i) {
        auto& knee = m_knees[i];
        knee.total = i == 0 ? least : m_knees[i - 1].total + slope * (knee.level - m_knees[i - 1].level);
        slope += knee.slope;
        knee.slope = slope;
    }
}

double WaterFilling::levelFor(double total) const
{
    if (m_knees.empty()) {
        return 0;
    }
    const auto above = std::upper_bound(
        m_knees.begin(), m_knees.end(), total, [](double wanted, const Knee& knee) { return wanted < knee.total; });
    if (above == m_knees.begin()) {
        return m_knees.front().level;
    }
    if (above == m_knees.end()) {
        return m_knees.back().level;
    }
    const Knee& below = *std::prev(above);
    return below.level + (total - below.total) / below.slope;
}

double WaterFilling::bits(std::size_t layer, double level) const
{
    const auto& of = m_layers[layer];
    return std::clamp(level + of.need, of.least, of.most);
}

std::vector<double> WaterFilling::bitsAt(double level) const
{
    std::vector<double> all(m_layers.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i] = bits(i, level);
    }
    return all;
}

double WaterFilling::total(double level) const
{
    double sum = 0;
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        sum += m_layers[i].weights * bits(i, level);
    }
    return sum;
}

} // namespace bw
