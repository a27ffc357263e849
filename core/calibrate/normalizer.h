#pragma once

#include "core/calibrate/dataset_description.h"
#include "core/tensor/tensor_view.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace bw {

/// Turns stored samples into normalised samples with the channels before the rows.
class Normalizer
{
public:
    /// `sampleShape`: as the model takes it, channels first. Error{BadFile} if mean or std have another number of
    /// channels.
    Normalizer(const Normalization& normalization, const Shape& sampleShape, SampleLayout stored);

    std::uint64_t sampleSize() const { return m_channels * m_pixels; }
    /// One sample from `stored` to `out`, sampleSize() values each, not overlapping.
    void apply(std::span<const float> stored, std::span<float> out) const;
    void apply(std::span<const std::uint8_t> stored, std::span<float> out) const;

private:
    float normalized(float value, std::size_t channel) const;
    template <class Stored, class Value>
    void arrange(std::span<const Stored> stored, std::span<float> out, Value&& value) const;

    Normalization m_normalization;
    std::uint64_t m_channels = 1;
    std::uint64_t m_pixels = 1;
    SampleLayout m_stored;
    std::vector<std::array<float, 256>> m_ofByte; ///< per channel
};

} // namespace bw
