#pragma once

#include "core/distribute/unit_runner.h"
#include "core/formats/quant_format.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace bw {

/// Many models × candidates × budgets, each allocated in several ways and measured.
struct SweepPlan
{
    std::vector<std::filesystem::path> models;
    std::vector<std::vector<QuantFormat>> families; ///< lists of candidates that may be mixed
    /// "3bpw", "1.2MB", "25%" as parseBudget() reads them; or a format, "int4/c": what it takes in all layers; or two,
    /// "int3/c~int4/c": half-way between them.
    std::vector<std::string> budgets;
    /// Ids of sensitivities (allocated from their damages), "uniform" (the best single format), or "auto".
    std::vector<std::string> ways;
    std::string data; ///< calibration samples
    std::string test; ///< samples the verdict is on; empty: none
    std::uint64_t samples = 1000; ///< calibration samples for choosing; KL is also measured on those after them
    std::uint64_t tableSamples = 256; ///< of them, for damage tables
    std::uint64_t seed = 0;
};

/// The word for "the best single format" and for "everything, and refine" among SweepPlan::ways.
inline constexpr const char* uniformWay = "uniform";
inline constexpr const char* autoWay = "auto";

/// One unit for each model, list and budget, in that order; ids are the same for the same plan, and fit for file names.
/// The input is a JSON document that says everything but where caches are.
std::vector<WorkUnit> sweepUnits(const SweepPlan& plan);
/// Error{BadInput}: an unknown way or a budget that is none; nothing to do.
void requireUsable(const SweepPlan& plan);

/// What parts of the input a unit reads back.
struct SweepUnit
{
    std::filesystem::path model;
    std::vector<QuantFormat> formats;
    std::string budget;
    std::vector<std::string> ways;
    std::string data;
    std::string test;
    std::uint64_t samples = 0;
    std::uint64_t tableSamples = 0;
    std::uint64_t seed = 0;
};
SweepUnit parseSweepUnit(const WorkUnit& unit);

} // namespace bw
