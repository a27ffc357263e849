#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace bw {

/// A layer whose damage is weights · c · 4^-bits, for any bits between two ends.
struct WaterLayer
{
    double weights = 0; ///< > 0
    double need = 0; ///< ½ log2 c; by the Fisher rule log2(RMS of the weights) + ½ log2(mean Fisher of a weight)
    double least = 0; ///< bits per weight
    double most = 0; ///< ≥ least
};

/// The bits that do the least damage in sum, layer by layer: level + need, held between least and most (reverse
/// water-filling; design notes §1.14, §4.3). All layers between their ends gain the same from one more bit in all. The
/// mean is met exactly, as the total is linear between the levels where a layer meets an end. Built in O(n log n).
class WaterFilling
{
public:
    explicit WaterFilling(std::vector<WaterLayer> layers);

    /// The level at which all layers together have `total` bits, O(log n); at an end if that is beyond all ends.
    double levelFor(double total) const;
    double bits(std::size_t layer, double level) const;
    std::vector<double> bitsAt(double level) const;
    /// Bits of all layers together.
    double total(double level) const;

private:
    struct Knee
    {
        double level = 0;
        double slope = 0; ///< weights of layers between their ends, from here on
        double total = 0; ///< here
    };
    std::vector<WaterLayer> m_layers;
    std::vector<Knee> m_knees;
};

} // namespace bw
