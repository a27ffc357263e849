#include "core/base/json.h"
#include "core/methods/method.h"
#include "core/recipe/layer_pattern.h"
#include "core/recipe/recipe.h"

#include <algorithm>
#include <limits>
#include <map>

namespace bw {

namespace {
constexpr const char* versionKey = "bitwright_recipe";
constexpr std::int64_t version = 1;
constexpr std::size_t maxRules = 100'000;

// ---- writing

Json valueJson(const ParamValue& value)
{
    return std::visit(
        [](const auto& held) -> Json {
            if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::monostate>) {
                return nullptr;
            } else {
                return held;
            }
        },
        value);
}

Json paramsJson(const ParamValues& params)
{
    Json document = Json::object();
    for (const auto& [id, value] : params) {
        document[id] = valueJson(value);
    }
    return document;
}

// ---- reading

[[noreturn]] void fail(const char* sentence, std::vector<std::string> args)
{
    throw Error(ErrorKind::BadInput, Text(sentence, std::move(args)));
}

/// Adds the place to errors: "rules[2].format".
template <class F>
decltype(auto) at(const std::string& place, F&& read)
{
    try {
        return std::forward<F>(read)();
    } catch (Error& error) {
        error.in(Text(BW_TR_NOOP("core", "recipe, at %1"), { place }));
        throw;
    }
}

std::string listed(const std::vector<std::string>& words)
{
    std::string out;
    for (const auto& word : words) {
        out += (out.empty() ? "" : ", ") + word;
    }
    return out;
}

void requireKeys(const Json& object, const std::vector<std::string>& keys)
{
    if (!object.is_object()) {
        fail(BW_TR_NOOP("core", "an object {…} is expected here"), {});
    }
    for (const auto& item : object.items()) {
        if (std::find(keys.begin(), keys.end(), item.key()) != keys.end()) {
            continue;
        }
        const auto near = nearestWord(item.key(), keys);
        if (near.empty()) {
            fail(BW_TR_NOOP("core", "unknown key \"%1\"; valid keys are %2"), { printable(item.key()), listed(keys) });
        }
        fail(BW_TR_NOOP("core", "unknown key \"%1\"; did you mean \"%2\"?"), { printable(item.key()), near });
    }
}

std::string stringValue(const Json& value)
{
    if (!value.is_string()) {
        fail(BW_TR_NOOP("core", "a text in quotes is expected, not %1"),
            { printable(value.dump(-1, ' ', false, Json::error_handler_t::replace)) });
    }
    return value.get<std::string>();
}

ParamValue paramValue(const Json& value)
{
    if (value.is_null()) {
        return std::monostate {};
    }
    if (value.is_number_unsigned()
        && value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        fail(BW_TR_NOOP("core", "%1 is too large"), { value.dump() });
    }
    if (value.is_number_integer()) {
        return value.get<std::int64_t>();
    }
    if (value.is_number_float()) {
        return value.get<double>();
    }
    if (value.is_string()) {
        return value.get<std::string>();
    }
    const bool isNumberList = value.is_array()
        && std::all_of(value.begin(), value.end(), [](const Json& item) { return item.is_number(); });
    if (!isNumberList) {
        fail(BW_TR_NOOP("core", "a number, a text, a list of numbers or null is expected, not %1"),
            { printable(value.dump(-1, ' ', false, Json::error_handler_t::replace)) });
    }
    return value.get<std::vector<double>>();
}

ParamValues paramsOf(const Json& object, const std::string& place)
{
    ParamValues params;
    at(place, [&] {
        if (!object.is_object()) {
            fail(BW_TR_NOOP("core", "an object {…} is expected here"), {});
        }
    });
    for (const auto& item : object.items()) {
        params[item.key()] = at(place + "." + printable(item.key()), [&] { return paramValue(item.value()); });
    }
    return params;
}

std::string methodId(const Json& value)
{
    const auto id = stringValue(value);
    if (methods().find(id) != nullptr) {
        return id;
    }
    std::vector<std::string> known;
    for (const auto* method : methods().entries()) {
        known.push_back(method->id);
    }
    const auto near = nearestWord(id, known);
    if (near.empty()) {
        fail(BW_TR_NOOP("core", "unknown method \"%1\"; valid methods are %2"), { printable(id), listed(known) });
    }
    fail(BW_TR_NOOP("core", "unknown method \"%1\"; did you mean \"%2\"?"), { printable(id), near });
}

/// Whole numbers where the method wants a real one, and every value in the range its schema gives.
ParamValues checkedParams(const std::string& method, ParamValues params, const std::string& place)
{
    const auto& schema = methods().find(method)->schema;
    for (const auto& spec : schema) {
        const auto found = params.find(spec.id);
        if (found != params.end() && spec.type == ParamSpec::Type::Real
            && std::holds_alternative<std::int64_t>(found->second)) {
            found->second = static_cast<double>(std::get<std::int64_t>(found->second));
        }
    }
    const auto problems = checkParams(schema, withDefaults(schema, params));
    if (!problems.empty()) {
        throw Error(ErrorKind::BadInput, problems.front().message)
            .in(Text(BW_TR_NOOP("core", "recipe, at %1"), { place + "." + printable(problems.front().field) }));
    }
    return params;
}

/// Recipes name few formats in many rules.
class FormatReader
{
public:
    const QuantFormat& read(const Json& value, const std::string& place)
    {
        return at(place, [&]() -> const QuantFormat& {
            const auto text = stringValue(value);
            const auto known = m_known.find(text);
            return known != m_known.end() ? known->second : m_known.emplace(text, parseFormat(text)).first->second;
        });
    }

private:
    std::map<std::string, QuantFormat> m_known;
};

LayerChoice readDefault(const Json& object)
{
    at("default", [&] { requireKeys(object, { "format", "method", "params" }); });
    LayerChoice choice = defaultRecipe().fallback;
    if (object.contains("format")) {
        choice.format = FormatReader().read(object["format"], "default.format");
    }
    if (object.contains("method")) {
        choice.method = at("default.method", [&] { return methodId(object["method"]); });
    }
    if (object.contains("params")) {
        choice.params = checkedParams(choice.method, paramsOf(object["params"], "default.params"), "default.params");
    }
    return choice;
}

RecipeRule readRule(const Json& object, const std::string& place, FormatReader& formats)
{
    at(place, [&] {
        requireKeys(object, { "match", "format", "method", "params" });
        if (!object.contains("match")) {
            fail(BW_TR_NOOP("core", "the key \"match\" is missing: the pattern of the layer names this rule is for"),
                {});
        }
    });
    RecipeRule rule;
    at(place + ".match", [&] {
        rule.match = stringValue(object["match"]);
        LayerPattern { rule.match };
    });
    if (object.contains("format")) {
        rule.format = formats.read(object["format"], place + ".format");
    }
    if (object.contains("method")) {
        rule.method = at(place + ".method", [&] { return methodId(object["method"]); });
    }
    if (object.contains("params")) {
        rule.params = paramsOf(object["params"], place + ".params");
    }
    if (rule.method) {
        rule.params = checkedParams(*rule.method, std::move(rule.params), place + ".params");
    }
    return rule;
}

void requireVersion(const Json& document)
{
    if (!document.contains(versionKey)) {
        fail(BW_TR_NOOP("core", "this is no recipe: the key \"%1\" is missing"), { versionKey });
    }
    const auto& value = document[versionKey];
    if (!value.is_number_integer() || value.get<std::int64_t>() < 1) {
        fail(BW_TR_NOOP("core", "\"%1\" must be the number %2"), { versionKey, toText(version) });
    }
    if (value.get<std::int64_t>() > version) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP(
                "core", "the recipe is of version %1; this program reads version %2: a newer Bitwright is needed"),
            value.dump(), toText(version));
    }
}

std::vector<RecipeRule> readRules(const Json& list)
{
    at("rules", [&] {
        if (!list.is_array() || list.size() > maxRules) {
            fail(BW_TR_NOOP("core", "a list […] of at most %1 rules is expected"), { toText(maxRules) });
        }
    });
    std::vector<RecipeRule> rules;
    rules.reserve(list.size());
    FormatReader formats;
    for (std::size_t i = 0; i < list.size(); ++i) {
        rules.push_back(readRule(list[i], "rules[" + toText(i) + "]", formats));
    }
    return rules;
}

Json parsed(std::string_view text)
{
    try {
        return parseJson(text);
    } catch (const Error& error) {
        throw Error(ErrorKind::BadInput, error.message()).in(Text(BW_TR_NOOP("core", "recipe")));
    }
}
} // namespace

std::string recipeJson(const Recipe& recipe)
{
    Json document;
    document[versionKey] = version;
    document["default"] = { { "format", formatText(recipe.fallback.format) }, { "method", recipe.fallback.method } };
    if (!recipe.fallback.params.empty()) {
        document["default"]["params"] = paramsJson(recipe.fallback.params);
    }
    document["rules"] = Json::array();
    for (const auto& rule : recipe.rules) {
        Json entry = { { "match", rule.match } };
        if (rule.format) {
            entry["format"] = formatText(*rule.format);
        }
        if (rule.method) {
            entry["method"] = *rule.method;
        }
        if (!rule.params.empty()) {
            entry["params"] = paramsJson(rule.params);
        }
        document["rules"].push_back(std::move(entry));
    }
    document["seed"] = recipe.seed;
    return jsonText(document);
}

Recipe parseRecipe(std::string_view json)
{
    const Json document = parsed(json);
    withContext(Text(BW_TR_NOOP("core", "recipe")), [&] {
        if (!document.is_object()) {
            fail(BW_TR_NOOP("core", "an object {…} is expected here"), {});
        }
        requireKeys(document, { versionKey, "default", "rules", "seed" });
        requireVersion(document);
    });
    Recipe recipe = defaultRecipe();
    if (document.contains("default")) {
        recipe.fallback = readDefault(document["default"]);
    }
    if (document.contains("rules")) {
        recipe.rules = readRules(document["rules"]);
    }
    if (document.contains("seed")) {
        at("seed", [&] {
            if (!document["seed"].is_number_unsigned()) {
                fail(BW_TR_NOOP("core", "a whole number from 0 is expected, not %1"),
                    { printable(document["seed"].dump()) });
            }
        });
        recipe.seed = document["seed"].get<std::uint64_t>();
    }
    return recipe;
}

} // namespace bw
