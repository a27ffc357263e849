#include "core/calibrate/normalizer.h"

#include "core/base/error.h"

#include <algorithm>

namespace bw {

namespace {
/// One number per channel.
std::vector<float> perChannel(const std::vector<float>& numbers, std::uint64_t channels, const char* key)
{
    if (numbers.size() == 1) {
        return std::vector<float>(static_cast<std::size_t>(channels), numbers.front());
    }
    if (numbers.size() != channels) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "\"%1\" has %2 numbers, but the samples have %3 channels"),
            key, toText(numbers.size()), toText(channels));
    }
    return numbers;
}
} // namespace

Normalizer::Normalizer(const Normalization& normalization, const Shape& sampleShape, SampleLayout stored)
    : m_normalization(normalization)
    , m_channels(sampleShape.empty() ? 1 : static_cast<std::uint64_t>(sampleShape.front()))
    , m_stored(stored)
{
    // A plain vector of features is one channel, unless mean and std speak of each feature.
    if (sampleShape.size() == 1 && normalization.mean.size() == 1 && normalization.std.size() == 1) {
        m_channels = 1;
    }
    m_pixels = elementCount(sampleShape) / m_channels;
    m_normalization.mean = perChannel(normalization.mean, m_channels, "mean");
    m_normalization.std = perChannel(normalization.std, m_channels, "std");
    m_ofByte.resize(static_cast<std::size_t>(m_channels));
    for (std::size_t channel = 0; channel < m_ofByte.size(); ++channel) {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            m_ofByte[channel][byte] = normalized(static_cast<float>(byte), channel);
        }
    }
}

float Normalizer::normalized(float value, std::size_t channel) const
{
    return (value / m_normalization.divisor * m_normalization.factor - m_normalization.mean[channel])
        / m_normalization.std[channel];
}

template <class Stored, class Value>
void Normalizer::arrange(std::span<const Stored> stored, std::span<float> out, Value&& value) const
{
    const auto channels = static_cast<std::size_t>(m_channels);
    const auto pixels = static_cast<std::size_t>(m_pixels);
    const bool isLast = m_stored == SampleLayout::ChannelsLast;
    const std::size_t channelStep = isLast ? 1 : pixels;
    const std::size_t pixelStep = isLast ? channels : 1;
    for (std::size_t channel = 0; channel < channels; ++channel) {
        for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
            out[channel * pixels + pixel] = value(stored[channel * channelStep + pixel * pixelStep], channel);
        }
    }
}

void Normalizer::apply(std::span<const float> stored, std::span<float> out) const
{
    arrange(stored, out, [&](float value, std::size_t channel) { return normalized(value, channel); });
}

void Normalizer::apply(std::span<const std::uint8_t> stored, std::span<float> out) const
{
    arrange(stored, out, [&](std::uint8_t value, std::size_t channel) { return m_ofByte[channel][value]; });
}

} // namespace bw
