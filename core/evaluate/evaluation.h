#pragma once
// value header

#include "core/base/job_context.h"
#include "core/calibrate/dataset.h"
#include "core/engine/quantize_model.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bw {

/// One figure with its 95 % interval (Wilson for shares, normal for means) and the number of samples behind it.
struct Metric
{
    std::string name; ///< contract §2: top1 top5 cross_entropy kl_mean kl_p99 agreement
    double value = 0;
    double low = 0;
    double high = 0;
    std::uint64_t n = 0;
    friend bool operator==(const Metric&, const Metric&) = default;
};

struct ClassResult
{
    std::string name;
    std::uint64_t count = 0;
    std::uint64_t correct = 0;
    friend bool operator==(const ClassResult&, const ClassResult&) = default;
};

/// One model over one data set.
struct EvalRun
{
    std::string label; ///< "float", "quantized"
    std::vector<Metric> metrics;
    std::vector<ClassResult> classes;
    double seconds = 0;
    std::string dataName;
    std::string recipeJson; ///< empty for float
    /// nullptr if absent.
    const Metric* find(std::string_view name) const;
    friend bool operator==(const EvalRun&, const EvalRun&) = default;
};

/// Two runs on the same samples.
struct EvalComparison
{
    std::string a;
    std::string b;
    std::string metric = "top1";
    double difference = 0; ///< b - a
    double low = 0;
    double high = 0;
    double p = 1; ///< exact McNemar test, two-sided
    friend bool operator==(const EvalComparison&, const EvalComparison&) = default;
};

struct EvalResult
{
    std::vector<EvalRun> runs; ///< float first
    std::vector<EvalComparison> comparisons;
    friend bool operator==(const EvalResult&, const EvalResult&) = default;
};

struct EvalOptions
{
    std::uint64_t samples = 0; ///< n samples from `firstSample` on; 0: all
    std::uint64_t batch = 50; ///< samples a run; cancellation is polled between
    std::uint64_t firstSample = 0; ///< where to begin
};

/// Float model, and the quantized one if given, over the same samples. Error{BadInput}: labels outside the model's
/// outputs, shapes that do not fit; Error{Unsupported}: no graph.
EvalResult evaluate(const Model& model, const QuantizedModel* quantized, const Dataset& data,
    const EvalOptions& options, const JobContext& ctx);

/// Several quantized models against the float one and against the first of them, all on the same samples. Comparisons:
/// float with each, then the first with each other: "top1" (McNemar) and, of the latter, "kl_mean" (paired, normal).
/// Errors as of evaluate().
struct NamedModel
{
    std::string label;
    QuantizedModelPtr model;
};
EvalResult evaluateAll(const Model& model, const std::vector<NamedModel>& quantized, const Dataset& data,
    const EvalOptions& options, const JobContext& ctx);

/// Wilson score interval of `successes` of `n` at 95 %.
Metric proportion(std::string name, std::uint64_t successes, std::uint64_t n);
/// Exact two-sided McNemar p-value of b (only a right) against c (only b right).
double mcnemarP(std::uint64_t onlyA, std::uint64_t onlyB);

} // namespace bw
