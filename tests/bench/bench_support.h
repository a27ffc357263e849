#pragma once

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
