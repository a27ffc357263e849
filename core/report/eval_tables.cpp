#include "core/report/eval_tables.h"

#include "core/report/report.h"

#include <algorithm>

namespace bw::hdf5 {

namespace {
/// Values of one field of all entries, as a column.
template <class T, class Entry, class Field>
std::vector<T> gathered(const std::vector<Entry>& entries, Field Entry::*field)
{
    std::vector<T> values;
    for (const auto& entry : entries) {
        values.push_back(entry.*field);
    }
    return values;
}

void writeRun(const Writer& writer, hid_t parent, std::size_t number, const EvalRun& run)
{
    // Ten thousand runs sort in the order they were made.
    auto digits = toText(number);
    digits.insert(0, digits.size() < 4 ? 4 - digits.size() : 0, '0');
    const Handle group = writer.group(parent, digits + "-" + escapedLayerName(run.label.substr(0, 100)));
    writer.attribute(group.get(), "label", run.label);
    writer.attribute(group.get(), "data_name", run.dataName);
    writer.attribute(group.get(), "recipe_json", run.recipeJson);
    writer.attribute(group.get(), "seconds", run.seconds);
    writer.table(group.get(), "metrics",
        { { "name", gathered<std::string>(run.metrics, &Metric::name), {} },
            { "value", gathered<double>(run.metrics, &Metric::value), "1" },
            { "low", gathered<double>(run.metrics, &Metric::low), "1" },
            { "high", gathered<double>(run.metrics, &Metric::high), "1" },
            { "n", gathered<std::uint64_t>(run.metrics, &Metric::n), "samples" } });
    if (!run.classes.empty()) {
        writer.table(group.get(), "classes",
            { { "name", gathered<std::string>(run.classes, &ClassResult::name), {} },
                { "count", gathered<std::uint64_t>(run.classes, &ClassResult::count), "samples" },
                { "correct", gathered<std::uint64_t>(run.classes, &ClassResult::correct), "samples" } });
    }
}

EvalRun readRun(const Reader& reader, const std::string& path)
{
    EvalRun run;
    run.label = reader.textAttribute(path, "label");
    run.dataName = reader.textAttribute(path, "data_name");
    run.recipeJson = reader.textAttribute(path, "recipe_json");
    run.seconds = reader.realAttribute(path, "seconds");
    const auto metrics = path + "/metrics";
    const auto names = reader.textColumn(metrics, "name");
    const auto values = reader.realColumn(metrics, "value");
    const auto lows = reader.realColumn(metrics, "low");
    const auto highs = reader.realColumn(metrics, "high");
    const auto counts = reader.wholeColumn(metrics, "n");
    for (std::size_t i = 0; i < names.size(); ++i) {
        run.metrics.push_back({ names[i], values[i], lows[i], highs[i], counts[i] });
    }
    if (const auto classes = path + "/classes"; reader.exists(classes)) {
        const auto labels = reader.textColumn(classes, "name");
        const auto all = reader.wholeColumn(classes, "count");
        const auto right = reader.wholeColumn(classes, "correct");
        for (std::size_t i = 0; i < labels.size(); ++i) {
            run.classes.push_back({ labels[i], all[i], right[i] });
        }
    }
    return run;
}
} // namespace

void writeEvaluation(const Writer& writer, hid_t group, const EvalResult& result, std::size_t firstNumber)
{
    for (std::size_t i = 0; i < result.runs.size(); ++i) {
        writeRun(writer, group, firstNumber + i, result.runs[i]);
    }
    if (result.comparisons.empty()) {
        return;
    }
    const auto& all = result.comparisons;
    const auto name = firstNumber == 0 ? std::string("comparisons") : "comparisons-" + toText(firstNumber);
    writer.table(group, name.c_str(),
        { { "a", gathered<std::string>(all, &EvalComparison::a), {} },
            { "b", gathered<std::string>(all, &EvalComparison::b), {} },
            { "metric", gathered<std::string>(all, &EvalComparison::metric), {} },
            { "difference", gathered<double>(all, &EvalComparison::difference), "1" },
            { "low", gathered<double>(all, &EvalComparison::low), "1" },
            { "high", gathered<double>(all, &EvalComparison::high), "1" },
            { "p", gathered<double>(all, &EvalComparison::p), "1" } });
}

EvalResult readEvaluation(const Reader& reader, const std::string& groupPath)
{
    EvalResult result;
    for (const auto& name : reader.groupsIn(groupPath)) {
        result.runs.push_back(readRun(reader, groupPath + "/" + name));
    }
    const auto path = groupPath + "/comparisons";
    if (reader.exists(path)) {
        const auto a = reader.textColumn(path, "a");
        const auto b = reader.textColumn(path, "b");
        const auto metric = reader.textColumn(path, "metric");
        const auto difference = reader.realColumn(path, "difference");
        const auto low = reader.realColumn(path, "low");
        const auto high = reader.realColumn(path, "high");
        const auto p = reader.realColumn(path, "p");
        for (std::size_t i = 0; i < a.size(); ++i) {
            result.comparisons.push_back({ a[i], b[i], metric[i], difference[i], low[i], high[i], p[i] });
        }
    }
    return result;
}

} // namespace bw::hdf5
