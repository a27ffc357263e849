#include "core/formats/row_groups.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>

namespace bw {

namespace {
constexpr std::size_t quantiles = 15;
constexpr int restarts = 10;
constexpr int steps = 100;

using Feature = std::array<double, quantiles>;

double squaredDistance(const Feature& a, const Feature& b)
{
    double sum = 0;
    for (std::size_t i = 0; i < quantiles; ++i) {
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
}

Feature featureOf(std::vector<float>& row, bool isStandardised)
{
    Feature feature {};
    if (row.empty()) {
        return feature;
    }
    std::sort(row.begin(), row.end());
    double sum = 0;
    double squares = 0;
    for (const float value : row) {
        sum += static_cast<double>(value);
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    const auto count = static_cast<double>(row.size());
    const double variance = squares / count - sum / count * (sum / count);
    const double spread = isStandardised && variance > 0 ? std::sqrt(variance) : 1;
    for (std::size_t i = 0; i < quantiles; ++i) {
        const auto at = static_cast<std::size_t>(static_cast<double>(i + 1) / (quantiles + 1) * count);
        feature[i] = static_cast<double>(row[std::min(at, row.size() - 1)]) / spread;
    }
    return feature;
}

std::vector<Feature> featuresOf(const TensorView& matrix, bool isStandardised, const JobContext& ctx)
{
    const std::uint64_t rows = matrix.shape.size() >= 2 ? static_cast<std::uint64_t>(matrix.shape.front()) : 1;
    const std::uint64_t length = rows == 0 ? 0 : matrix.count() / rows;
    std::vector<Feature> features(static_cast<std::size_t>(rows));
    parallelBlocks(rows, std::max<std::uint64_t>(1, 65536 / std::max<std::uint64_t>(1, length)), ctx,
        [&](std::uint64_t first, std::uint64_t last) {
            std::vector<float> row;
            for (auto r = first; r < last; ++r) {
                row.resize(static_cast<std::size_t>(length));
                matrix.read(r * length, row);
                features[r] = featureOf(row, isStandardised);
            }
        });
    return features;
}

struct Clustering
{
    std::vector<std::uint32_t> groups;
    double error = std::numeric_limits<double>::infinity();
};

/// k-means++ seeds.
std::vector<Feature> seeds(const std::vector<Feature>& features, std::size_t count, std::mt19937_64& random)
{
    const auto share = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
    std::vector<Feature> centres { features[static_cast<std::size_t>(share() * static_cast<double>(features.size()))] };
    std::vector<double> distances(features.size(), std::numeric_limits<double>::infinity());
    while (centres.size() < count) {
        double sum = 0;
        for (std::size_t i = 0; i < features.size(); ++i) {
            distances[i] = std::min(distances[i], squaredDistance(features[i], centres.back()));
            sum += distances[i];
        }
        double left = share() * sum;
        std::size_t next = 0;
        while (next + 1 < features.size() && (left -= distances[next]) >= 0) {
            ++next;
        }
        centres.push_back(features[next]);
    }
    return centres;
}

Clustering cluster(const std::vector<Feature>& features, std::vector<Feature> centres, const JobContext& ctx)
{
    Clustering best { std::vector<std::uint32_t>(features.size()), std::numeric_limits<double>::infinity() };
    for (int step = 0; step < steps; ++step) {
        ctx.checkpoint();
        double error = 0;
        std::vector<Feature> sums(centres.size(), Feature {});
        std::vector<double> counts(centres.size());
        for (std::size_t i = 0; i < features.size(); ++i) {
            std::size_t nearest = 0;
            double least = std::numeric_limits<double>::infinity();
            for (std::size_t k = 0; k < centres.size(); ++k) {
                const double distance = squaredDistance(features[i], centres[k]);
                nearest = distance < least ? k : nearest;
                least = std::min(least, distance);
            }
            best.groups[i] = static_cast<std::uint32_t>(nearest);
            error += least;
            counts[nearest] += 1;
            std::transform(
                sums[nearest].begin(), sums[nearest].end(), features[i].begin(), sums[nearest].begin(), std::plus<>());
        }
        if (!(error < best.error)) {
            break;
        }
        best.error = error;
        for (std::size_t k = 0; k < centres.size(); ++k) {
            for (std::size_t i = 0; i < quantiles && counts[k] > 0; ++i) {
                centres[k][i] = sums[k][i] / counts[k];
            }
        }
    }
    return best;
}
} // namespace

std::vector<std::uint32_t> groupRows(const TensorView& matrix, int groups, bool isStandardised, const JobContext& ctx)
{
    const auto features = featuresOf(matrix, isStandardised, ctx);
    if (features.empty()) {
        return {};
    }
    const auto count = std::min(static_cast<std::size_t>(groups), features.size());
    std::mt19937_64 random(0);
    Clustering best { std::vector<std::uint32_t>(features.size()), std::numeric_limits<double>::infinity() };
    for (int restart = 0; restart < restarts; ++restart) {
        auto found = cluster(features, seeds(features, count, random), ctx);
        if (found.error < best.error) {
            best = std::move(found);
        }
    }
    constexpr auto unnumbered = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::uint32_t> numbers(count, unnumbered);
    std::uint32_t next = 0;
    for (auto& group : best.groups) {
        if (numbers[group] == unnumbered) {
            numbers[group] = next++;
        }
        group = numbers[group];
    }
    return best.groups;
}

} // namespace bw
