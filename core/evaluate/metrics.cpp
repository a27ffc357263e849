#include "core/evaluate/metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bw {

namespace {
/// Two-sided 95 % quantile of the normal distribution.
constexpr double z = 1.959963984540054;
constexpr double smallestProbability = 1e-38;
constexpr double noNoiseDb = 300;

double logChoose(std::uint64_t n, std::uint64_t k)
{
    const auto logFactorial = [](std::uint64_t m) { return std::lgamma(static_cast<double>(m) + 1); };
    return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}
} // namespace

const Metric* EvalRun::find(std::string_view name) const
{
    const auto found
        = std::find_if(metrics.begin(), metrics.end(), [&](const Metric& metric) { return metric.name == name; });
    return found == metrics.end() ? nullptr : &*found;
}

void logProbabilities(std::span<const float> outputs, bool areProbabilities, std::vector<double>& out)
{
    out.assign(outputs.begin(), outputs.end());
    if (areProbabilities) {
        for (double& value : out) {
            value = std::log(std::max(value, smallestProbability));
        }
        return;
    }
    const double largest = *std::max_element(out.begin(), out.end());
    double sum = 0;
    for (const double value : out) {
        sum += std::exp(value - largest);
    }
    const double logSum = largest + std::log(sum);
    for (double& value : out) {
        value -= logSum;
    }
}

bool looksLikeProbabilities(std::span<const float> outputs, std::uint64_t classes)
{
    for (std::size_t at = 0; at < outputs.size(); at += classes) {
        double sum = 0;
        for (const float value : outputs.subspan(at, classes)) {
            if (!(value >= 0)) {
                return false;
            }
            sum += static_cast<double>(value);
        }
        if (std::abs(sum - 1) > 1e-3) {
            return false;
        }
    }
    return !outputs.empty() && classes > 1;
}

std::int64_t argmax(std::span<const float> outputs)
{
    return std::max_element(outputs.begin(), outputs.end()) - outputs.begin();
}

bool isInTopFive(std::span<const float> outputs, std::int64_t label)
{
    const float own = outputs[static_cast<std::size_t>(label)];
    int above = 0;
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(outputs.size()); ++i) {
        const float other = outputs[static_cast<std::size_t>(i)];
        above += other > own || (other == own && i < label) ? 1 : 0;
    }
    return above < 5;
}

double klDivergence(std::span<const double> logP, std::span<const double> logQ)
{
    double sum = 0;
    for (std::size_t i = 0; i < logP.size(); ++i) {
        const double p = std::exp(logP[i]);
        sum += p > 0 ? p * (logP[i] - logQ[i]) : 0;
    }
    return std::max(sum, 0.0);
}

Metric proportion(std::string name, std::uint64_t successes, std::uint64_t n)
{
    if (n == 0) {
        return { std::move(name), 0, 0, 1, 0 };
    }
    const auto count = static_cast<double>(n);
    const double share = static_cast<double>(successes) / count;
    const double scale = 1 / (1 + z * z / count);
    const double centre = scale * (share + z * z / (2 * count));
    const double half = scale * z * std::sqrt(share * (1 - share) / count + z * z / (4 * count * count));
    // At 0 and n of n the bound is exact, whatever rounding says.
    return { std::move(name), share, successes == 0 ? 0 : centre - half, successes == n ? 1 : centre + half, n };
}

Metric meanMetric(std::string name, std::span<const double> values)
{
    const auto n = static_cast<double>(values.size());
    if (values.empty()) {
        return { std::move(name), 0, 0, 0, 0 };
    }
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    double squares = 0;
    for (const double value : values) {
        squares += (value - mean) * (value - mean);
    }
    const double half = values.size() < 2 ? 0 : z * std::sqrt(squares / (n - 1) / n);
    return { std::move(name), mean, mean - half, mean + half, values.size() };
}

Metric quantileMetric(std::string name, std::vector<double> values, double q)
{
    if (values.empty()) {
        return { std::move(name), 0, 0, 0, 0 };
    }
    std::sort(values.begin(), values.end());
    const auto n = static_cast<double>(values.size());
    const auto at = [&](double rank) { return values[static_cast<std::size_t>(std::clamp(rank, 1.0, n)) - 1]; };
    const double spread = z * std::sqrt(n * q * (1 - q));
    return { std::move(name), at(std::ceil(n * q)), at(std::floor(n * q - spread)), at(std::ceil(n * q + spread) + 1),
        values.size() };
}

Metric ratioDbMetric(std::string name, std::span<const double> signal, std::span<const double> noise)
{
    const double s = std::accumulate(signal.begin(), signal.end(), 0.0);
    const double e = std::accumulate(noise.begin(), noise.end(), 0.0);
    if (e <= 0 || s <= 0) {
        const double value = e <= 0 ? noNoiseDb : -noNoiseDb;
        return { std::move(name), value, value, value, signal.size() };
    }
    double squares = 0;
    for (std::size_t i = 0; i < signal.size(); ++i) {
        const double deviation = signal[i] / s - noise[i] / e;
        squares += deviation * deviation;
    }
    const double db = 10 * std::log10(s / e);
    const double half = z * 10 / std::log(10.0) * std::sqrt(squares);
    return { std::move(name), db, db - half, db + half, signal.size() };
}

double mcnemarP(std::uint64_t onlyA, std::uint64_t onlyB)
{
    const std::uint64_t n = onlyA + onlyB;
    const std::uint64_t fewer = std::min(onlyA, onlyB);
    if (onlyA == onlyB) {
        return 1;
    }
    double tail = 0;
    for (std::uint64_t k = 0; k <= fewer; ++k) {
        tail += std::exp(logChoose(n, k) - static_cast<double>(n) * std::log(2.0));
    }
    return std::min(1.0, 2 * tail);
}

EvalComparison compareCorrect(const std::vector<bool>& a, const std::vector<bool>& b)
{
    std::uint64_t onlyA = 0;
    std::uint64_t onlyB = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        onlyA += a[i] && !b[i] ? 1U : 0U;
        onlyB += b[i] && !a[i] ? 1U : 0U;
    }
    const auto n = static_cast<double>(a.size());
    EvalComparison result;
    result.difference = (static_cast<double>(onlyB) - static_cast<double>(onlyA)) / n;
    const double shareA = (static_cast<double>(onlyA) + 0.5) / (n + 2);
    const double shareB = (static_cast<double>(onlyB) + 0.5) / (n + 2);
    const double centre = shareB - shareA;
    const double half = z * std::sqrt((shareA + shareB - centre * centre) / (n + 2));
    result.low = std::max(-1.0, centre - half);
    result.high = std::min(1.0, centre + half);
    result.p = mcnemarP(onlyA, onlyB);
    return result;
}

EvalComparison compareMeans(std::string metric, std::span<const double> a, std::span<const double> b)
{
    std::vector<double> differences;
    for (std::size_t i = 0; i < a.size(); ++i) {
        differences.push_back(b[i] - a[i]);
    }
    const Metric mean = meanMetric({}, differences);
    EvalComparison result;
    result.metric = std::move(metric);
    result.difference = mean.value;
    result.low = mean.low;
    result.high = mean.high;
    const double spread = (mean.high - mean.low) / 2 / z;
    result.p = spread > 0 ? std::erfc(std::abs(mean.value) / spread / std::sqrt(2.0)) : (mean.value == 0 ? 1 : 0);
    return result;
}

} // namespace bw
