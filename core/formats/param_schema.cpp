#include "core/formats/param_schema.h"

#include <algorithm>
#include <cmath>

namespace bw {

namespace {
std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const auto& word : words) {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text;
}

std::vector<std::string> idsOf(const ParamSchema& schema)
{
    std::vector<std::string> ids;
    for (const auto& spec : schema) {
        ids.push_back(spec.id);
    }
    return ids;
}

bool inRange(const ParamSpec& spec, double value)
{
    return std::isfinite(value) && value >= spec.min && value <= spec.max;
}

Text rangeText(const ParamSpec& spec, const ParamValue& value)
{
    return { BW_TR_NOOP("core", "%1 must be between %2 and %3, not %4"),
        { spec.id, toText(spec.min), toText(spec.max), paramText(value) } };
}

Text wrongType(const ParamSpec& spec, const char* expected)
{
    return { BW_TR_NOOP("core", "%1 must be %2"), { spec.id, expected } };
}

/// What is wrong with a value; empty if nothing is.
struct Checker
{
    const ParamSpec& spec;
    const ParamValue& value;

    Text operator()(std::monostate) const
    {
        return spec.canBeSearched ? Text()
                                  : Text(BW_TR_NOOP("core", "%1 cannot be searched: give a value"), { spec.id });
    }
    Text operator()(std::int64_t number) const
    {
        if (spec.type != ParamSpec::Type::Int) {
            return wrongType(spec,
                spec.type == ParamSpec::Type::Choice     ? "a word"
                    : spec.type == ParamSpec::Type::Real ? "a real number"
                                                         : "a list");
        }
        return inRange(spec, static_cast<double>(number)) ? Text() : rangeText(spec, value);
    }
    Text operator()(double number) const
    {
        if (spec.type != ParamSpec::Type::Real) {
            return wrongType(spec, spec.type == ParamSpec::Type::Int ? "a whole number" : "of another type");
        }
        return inRange(spec, number) ? Text() : rangeText(spec, value);
    }
    Text operator()(const std::string& word) const
    {
        if (spec.type != ParamSpec::Type::Choice) {
            return wrongType(spec, "a number");
        }
        if (std::find(spec.choices.begin(), spec.choices.end(), word) != spec.choices.end()) {
            return {};
        }
        return { BW_TR_NOOP("core", "%1 must be one of %2, not \"%3\""),
            { spec.id, joined(spec.choices), printable(word) } };
    }
    Text operator()(const std::vector<double>& list) const
    {
        if (spec.type != ParamSpec::Type::RealList) {
            return wrongType(spec, "one value");
        }
        if (list.size() < spec.minItems || list.size() > spec.maxItems) {
            return { BW_TR_NOOP("core", "%1 must have %2 to %3 numbers, not %4"),
                { spec.id, toText(spec.minItems), toText(spec.maxItems), toText(list.size()) } };
        }
        for (const double number : list) {
            if (!inRange(spec, number)) {
                return rangeText(spec, number);
            }
        }
        return {};
    }
};
} // namespace

std::vector<Problem> checkParams(const ParamSchema& schema, const ParamValues& values)
{
    std::vector<Problem> problems;
    for (const auto& spec : schema) {
        const auto found = values.find(spec.id);
        if (found == values.end()) {
            problems.push_back({ spec.id, { BW_TR_NOOP("core", "%1 is missing"), { spec.id } } });
            continue;
        }
        const Text text = std::visit(Checker { spec, found->second }, found->second);
        if (!text.empty()) {
            problems.push_back({ spec.id, text });
        }
    }
    const auto ids = idsOf(schema);
    for (const auto& [id, value] : values) {
        if (std::find(ids.begin(), ids.end(), id) != ids.end()) {
            continue;
        }
        const auto nearest = nearestWord(id, ids);
        problems.push_back({ id,
            nearest.empty() ? Text(BW_TR_NOOP("core", "there is no parameter \"%1\""), { printable(id) })
                            : Text(BW_TR_NOOP("core", "there is no parameter \"%1\"; did you mean %2?"),
                                { printable(id), nearest }) });
    }
    return problems;
}

ParamValues withDefaults(const ParamSchema& schema, ParamValues values)
{
    for (const auto& spec : schema) {
        values.try_emplace(spec.id, spec.defaultValue);
    }
    return values;
}

std::string paramText(const ParamValue& value)
{
    struct Printer
    {
        std::string operator()(std::monostate) const { return "search"; }
        std::string operator()(std::int64_t number) const { return toText(number); }
        std::string operator()(double number) const { return toText(number); }
        std::string operator()(const std::string& word) const { return word; }
        std::string operator()(const std::vector<double>& list) const
        {
            std::string text;
            for (const double number : list) {
                text += text.empty() ? "" : ",";
                text += toText(number);
            }
            return text;
        }
    };
    return std::visit(Printer {}, value);
}

} // namespace bw
