#include "core/sweep/sweep_plan.h"

#include "core/allocate/budget.h"
#include "core/base/content_hash.h"
#include "core/base/json.h"
#include "core/sensitivity/sensitivity.h"

#include <algorithm>
#include <cctype>

namespace bw {

namespace {
std::string safeName(std::string_view text, std::size_t most)
{
    std::string name;
    for (const unsigned char c : text.substr(0, most)) {
        name += std::isalnum(c) != 0 || c == '.' || c == '-' ? static_cast<char>(c) : '_';
    }
    return name;
}

Json formatsJson(const std::vector<QuantFormat>& formats)
{
    Json list = Json::array();
    for (const auto& format : formats) {
        list.push_back(formatText(format));
    }
    return list;
}

void requireBudget(const std::string& text)
{
    const auto middle = text.find('~');
    try {
        parseFormat(text.substr(0, middle));
        if (middle != std::string::npos) {
            parseFormat(text.substr(middle + 1));
        }
    } catch (const Error&) {
        if (middle != std::string::npos) {
            throw;
        }
        parseBudget(text);
    }
}
} // namespace

void requireUsable(const SweepPlan& plan)
{
    if (plan.models.empty() || plan.families.empty() || plan.budgets.empty() || plan.ways.empty()) {
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core", "A sweep needs a model, candidate formats, a budget and a way to allocate."));
    }
    std::vector<std::string> known { uniformWay, autoWay };
    for (const auto* kind : sensitivities().entries()) {
        known.push_back(kind->id);
    }
    for (const auto& way : plan.ways) {
        if (std::find(known.begin(), known.end(), way) == known.end()) {
            throw Error(ErrorKind::BadInput,
                BW_TR_NOOP("core", "There is no way to allocate called \"%1\"; the nearest is \"%2\"."), printable(way),
                nearestWord(way, known));
        }
    }
    std::for_each(plan.budgets.begin(), plan.budgets.end(), requireBudget);
}

std::vector<WorkUnit> sweepUnits(const SweepPlan& plan)
{
    std::vector<WorkUnit> units;
    for (const auto& model : plan.models) {
        for (const auto& family : plan.families) {
            for (const auto& budget : plan.budgets) {
                const Json input { { "model", model.string() }, { "formats", formatsJson(family) },
                    { "budget", budget }, { "ways", plan.ways }, { "data", plan.data }, { "test", plan.test },
                    { "samples", plan.samples }, { "table_samples", plan.tableSamples }, { "seed", plan.seed } };
                WorkUnit unit;
                unit.input = jsonText(input);
                unit.id = safeName(model.stem().string(), 40) + '-' + safeName(budget, 20) + '-'
                    + hexText(contentHash(std::string_view(unit.input))).substr(0, 12);
                units.push_back(std::move(unit));
            }
        }
    }
    return units;
}

SweepUnit parseSweepUnit(const WorkUnit& unit)
{
    const Json input = parseJson(unit.input);
    SweepUnit parsed;
    parsed.model = input.at("model").get<std::string>();
    for (const auto& format : input.at("formats")) {
        parsed.formats.push_back(parseFormat(format.get<std::string>()));
    }
    parsed.budget = input.at("budget").get<std::string>();
    parsed.ways = input.at("ways").get<std::vector<std::string>>();
    parsed.data = input.at("data").get<std::string>();
    parsed.test = input.at("test").get<std::string>();
    parsed.samples = input.at("samples").get<std::uint64_t>();
    parsed.tableSamples = input.at("table_samples").get<std::uint64_t>();
    parsed.seed = input.at("seed").get<std::uint64_t>();
    return parsed;
}

} // namespace bw
