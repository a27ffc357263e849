#include "core/sweep/sweep_results.h"

#include "core/base/error.h"
#include "core/base/json.h"

#include <algorithm>

namespace bw {

namespace {
Json metricJson(const Metric& m)
{
    return { { "name", m.name }, { "value", m.value }, { "low", m.low }, { "high", m.high }, { "n", m.n } };
}

Json evalJson(const EvalResult& result)
{
    Json runs = Json::array();
    for (const auto& run : result.runs) {
        Json metrics = Json::array();
        for (const auto& metric : run.metrics) {
            metrics.push_back(metricJson(metric));
        }
        Json classes = Json::array();
        for (const auto& one : run.classes) {
            classes.push_back({ { "name", one.name }, { "count", one.count }, { "correct", one.correct } });
        }
        runs.push_back({ { "label", run.label }, { "metrics", metrics }, { "classes", classes },
            { "seconds", run.seconds }, { "data", run.dataName }, { "recipe", run.recipeJson } });
    }
    Json comparisons = Json::array();
    for (const auto& c : result.comparisons) {
        comparisons.push_back({ { "a", c.a }, { "b", c.b }, { "metric", c.metric }, { "difference", c.difference },
            { "low", c.low }, { "high", c.high }, { "p", c.p } });
    }
    return { { "runs", runs }, { "comparisons", comparisons } };
}

EvalResult evalOf(const Json& json)
{
    EvalResult result;
    for (const auto& one : json.at("runs")) {
        EvalRun run;
        run.label = one.at("label").get<std::string>();
        for (const auto& m : one.at("metrics")) {
            run.metrics.push_back({ m.at("name").get<std::string>(), m.at("value").get<double>(),
                m.at("low").get<double>(), m.at("high").get<double>(), m.at("n").get<std::uint64_t>() });
        }
        for (const auto& c : one.at("classes")) {
            run.classes.push_back({ c.at("name").get<std::string>(), c.at("count").get<std::uint64_t>(),
                c.at("correct").get<std::uint64_t>() });
        }
        run.seconds = one.at("seconds").get<double>();
        run.dataName = one.at("data").get<std::string>();
        run.recipeJson = one.at("recipe").get<std::string>();
        result.runs.push_back(std::move(run));
    }
    for (const auto& c : json.at("comparisons")) {
        result.comparisons.push_back({ c.at("a").get<std::string>(), c.at("b").get<std::string>(),
            c.at("metric").get<std::string>(), c.at("difference").get<double>(), c.at("low").get<double>(),
            c.at("high").get<double>(), c.at("p").get<double>() });
    }
    return result;
}

Json rowJson(const SweepRow& row)
{
    Json formats = Json::array();
    for (const auto& [layer, format] : row.formats) {
        formats.push_back(Json::array({ layer, format }));
    }
    return { { "way", row.way }, { "detail", row.detail }, { "bits", row.bits }, { "bytes", row.bytes },
        { "bits_per_weight", row.bitsPerWeight }, { "predicted_damage", row.predictedDamage },
        { "layers", formats } };
}

SweepRow rowOf(const Json& json)
{
    SweepRow row;
    row.way = json.at("way").get<std::string>();
    row.detail = json.at("detail").get<std::string>();
    row.bits = json.at("bits").get<std::uint64_t>();
    row.bytes = json.at("bytes").get<std::uint64_t>();
    row.bitsPerWeight = json.at("bits_per_weight").get<double>();
    row.predictedDamage = json.at("predicted_damage").get<double>();
    for (const auto& pair : json.at("layers")) {
        row.formats.emplace_back(pair.at(0).get<std::string>(), pair.at(1).get<std::string>());
    }
    return row;
}

std::string csvField(const std::string& text)
{
    if (text.find_first_of(",\"\n\r") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    }
    return quoted + '"';
}

void addLine(std::string& csv, const std::vector<std::string>& fields)
{
    for (std::size_t i = 0; i < fields.size(); ++i) {
        csv += (i == 0 ? "" : ",") + csvField(fields[i]);
    }
    csv += '\n';
}

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const auto& word : words) {
        text += (text.empty() ? "" : " ") + word;
    }
    return text;
}

const EvalRun* runOf(const EvalResult& result, const std::string& label)
{
    const auto run
        = std::find_if(result.runs.begin(), result.runs.end(), [&](const EvalRun& r) { return r.label == label; });
    return run == result.runs.end() ? nullptr : &*run;
}

/// value, low, high; empty fields where there is none.
void addMetric(std::vector<std::string>& fields, const EvalResult& result, const std::string& way, const char* name)
{
    const EvalRun* run = runOf(result, way);
    const Metric* metric = run == nullptr ? nullptr : run->find(name);
    for (const double value : { metric == nullptr ? 0 : metric->value, metric == nullptr ? 0 : metric->low,
             metric == nullptr ? 0 : metric->high }) {
        fields.push_back(metric == nullptr ? "" : toText(value));
    }
}

/// Against the first row: difference, low, high, p.
void addComparison(std::vector<std::string>& fields, const SweepResult& result, const EvalResult& data, std::size_t row,
    const char* metric)
{
    const auto found = std::find_if(data.comparisons.begin(), data.comparisons.end(), [&](const EvalComparison& c) {
        return row > 0 && c.a == result.rows[0].way && c.b == result.rows[row].way && c.metric == metric;
    });
    const bool isKnown = found != data.comparisons.end();
    for (const double value : { isKnown ? found->difference : 0, isKnown ? found->low : 0, isKnown ? found->high : 0,
             isKnown ? found->p : 0 }) {
        fields.push_back(isKnown ? toText(value) : "");
    }
}
} // namespace

std::string sweepResultJson(const SweepResult& result)
{
    Json rows = Json::array();
    for (const auto& row : result.rows) {
        rows.push_back(rowJson(row));
    }
    Json front = Json::array();
    for (const auto& point : result.front) {
        front.push_back(Json::array({ point.cost, point.damage }));
    }
    return jsonText(
        { { "id", result.id }, { "model", result.model }, { "formats", result.formats }, { "budget", result.budget },
            { "budget_bits", result.budgetBits }, { "problem", result.problem }, { "rows", rows },
            { "calibration", evalJson(result.calibration) }, { "test", evalJson(result.test) }, { "front", front } });
}

SweepResult parseSweepResult(const std::string& json)
{
    try {
        const Json document = parseJson(json);
        SweepResult result;
        result.id = document.at("id").get<std::string>();
        result.model = document.at("model").get<std::string>();
        result.formats = document.at("formats").get<std::vector<std::string>>();
        result.budget = document.at("budget").get<std::string>();
        result.budgetBits = document.at("budget_bits").get<std::uint64_t>();
        result.problem = document.at("problem").get<std::string>();
        for (const auto& row : document.at("rows")) {
            result.rows.push_back(rowOf(row));
        }
        result.calibration = evalOf(document.at("calibration"));
        result.test = evalOf(document.at("test"));
        for (const auto& point : document.at("front")) {
            result.front.push_back({ point.at(0).get<std::uint64_t>(), point.at(1).get<double>() });
        }
        return result;
    } catch (const Json::exception&) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "This is no result of a sweep."));
    }
}

std::string sweepCsv(const std::vector<SweepResult>& results)
{
    std::string csv;
    addLine(csv,
        { "model", "formats", "budget", "way", "detail", "bits_per_weight", "bytes", "predicted_damage",
            "calibration_kl", "calibration_kl_low", "calibration_kl_high", "calibration_kl_minus_first",
            "calibration_kl_minus_first_low", "calibration_kl_minus_first_high", "calibration_kl_p", "test_kl",
            "test_kl_low", "test_kl_high", "test_top1", "test_top1_low", "test_top1_high", "test_top1_minus_first",
            "test_top1_minus_first_low", "test_top1_minus_first_high", "test_top1_mcnemar_p", "problem" });
    for (const auto& result : results) {
        for (std::size_t i = 0; i < result.rows.size(); ++i) {
            const auto& row = result.rows[i];
            std::vector<std::string> fields { result.model, joined(result.formats), result.budget, row.way, row.detail,
                toText(row.bitsPerWeight), toText(row.bytes), toText(row.predictedDamage) };
            addMetric(fields, result.calibration, row.way, "kl_mean");
            addComparison(fields, result, result.calibration, i, "kl_mean");
            addMetric(fields, result.test, row.way, "kl_mean");
            addMetric(fields, result.test, row.way, "top1");
            addComparison(fields, result, result.test, i, "top1");
            fields.push_back(result.problem);
            addLine(csv, fields);
        }
        if (result.rows.empty()) {
            std::vector<std::string> fields(26);
            fields[0] = result.model;
            fields[1] = joined(result.formats);
            fields[2] = result.budget;
            fields[25] = result.problem;
            addLine(csv, fields);
        }
    }
    return csv;
}

std::string frontCsv(const std::vector<SweepResult>& results)
{
    std::string csv;
    addLine(csv, { "model", "formats", "series", "bytes", "nats" });
    std::vector<std::pair<std::string, std::string>> known;
    for (const auto& result : results) {
        const std::pair front { result.model, joined(result.formats) };
        if (!result.front.empty() && std::find(known.begin(), known.end(), front) == known.end()) {
            known.push_back(front);
            for (const auto& point : result.front) {
                addLine(csv, { front.first, front.second, "predicted", toText(point.cost), toText(point.damage) });
            }
        }
        for (const auto& row : result.rows) {
            const EvalRun* run = runOf(result.calibration, row.way);
            const Metric* kl = run == nullptr ? nullptr : run->find("kl_mean");
            if (kl != nullptr) {
                addLine(
                    csv, { front.first, front.second, "measured " + row.way, toText(row.bytes), toText(kl->value) });
            }
        }
    }
    return csv;
}

} // namespace bw
