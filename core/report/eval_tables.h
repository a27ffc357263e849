#pragma once

#include "core/evaluate/evaluation.h"
#include "core/report/hdf5_reader.h"
#include "core/report/hdf5_writer.h"

#include <string>

namespace bw::hdf5 {

/// One evaluation in a group: per run a group "<number>-<label>" with the attributes label, data_name, recipe_json,
/// seconds, a table `metrics` (name, value, low, high, n) and, if it was counted by class, a table `classes` (name,
/// count, correct); a table `comparisons` if there are any.
void writeEvaluation(const Writer& writer, hid_t group, const EvalResult& result, std::size_t firstNumber = 0);
EvalResult readEvaluation(const Reader& reader, const std::string& groupPath);

} // namespace bw::hdf5
