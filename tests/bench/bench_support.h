#pragma once

#include "core/base/half.h"
#include "core/tensor/tensor_view.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <ctime>
#include <random>
#include <vector>

namespace bw::bench {

/// A layer of 4096 × 4096 = 16.8 million normal values.
inline const TensorView& bigLayer()
{
    static const TensorView layer = [] {
        constexpr std::int64_t side = 4096;
        std::mt19937_64 random(1);
        std::normal_distribution<float> normal(0, 0.02F);
        std::vector<float> values(static_cast<std::size_t>(side * side));
        for (auto& value : values) {
            value = normal(random);
        }
        return makeTensor({ side, side }, std::move(values));
    }();
    return layer;
}

/// The same layer in half precision.
inline const TensorView& bigHalfLayer()
{
    static const TensorView layer = [] {
        const auto values = bigLayer().asFloats();
        std::vector<std::byte> bytes(values.size() * sizeof(std::uint16_t));
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::uint16_t half = floatToHalf(values[i]);
            std::memcpy(bytes.data() + i * sizeof(half), &half, sizeof(half));
        }
        return makeTensor(DType::F16, bigLayer().shape, std::move(bytes));
    }();
    return layer;
}

/// CPU seconds of this thread: hardly depends on what else the machine does.
inline double now()
{
    timespec time {};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Seconds to copy the layer once: the best of five, measured anew at each call, as the machine may be busy.
inline double copySeconds()
{
    static std::vector<std::byte> target(bigLayer().bytes.size(), std::byte { 1 });
    double best = 1e9;
    for (int i = 0; i < 5; ++i) {
        const double start = now();
        std::memcpy(target.data(), bigLayer().bytes.data(), target.size());
        best = std::min(best, now() - start);
    }
    return best;
}

} // namespace bw::bench
