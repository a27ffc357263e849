#include "core/session/allocation_settings.h"

#include "core/base/error.h"
#include "core/base/json_members.h"

#include <cmath>
#include <set>

namespace bw {

namespace {

template <class T>
T value(const Json& object, const char* key, T fallback)
{
    if (!object.contains(key)) {
        return fallback;
    }
    try {
        return object[key].get<T>();
    } catch (const Json::exception&) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "the allocation's \"%1\" is not what it should be"), key);
    }
}

Json layerJson(const AllocationSettings::Layer& layer)
{
    Json out = Json::object();
    if (layer.lock) {
        out["lock"] = formatText(*layer.lock);
    }
    if (layer.isExcluded) {
        out["excluded"] = true;
    }
    if (layer.minBits > 0) {
        out["min_bits"] = layer.minBits;
    }
    if (std::isfinite(layer.maxBits)) {
        out["max_bits"] = layer.maxBits;
    }
    return out;
}

AllocationSettings::Layer readLayer(const Json& object)
{
    AllocationSettings::Layer layer;
    if (const auto lock = value(object, "lock", std::string()); !lock.empty()) {
        layer.lock = parseFormat(lock);
    }
    layer.isExcluded = value(object, "excluded", false);
    layer.minBits = value(object, "min_bits", 0.0);
    layer.maxBits = value(object, "max_bits", layer.maxBits);
    return layer;
}

/// A layer in two lists stays in the first.
std::vector<std::vector<std::string>> separated(const std::vector<std::vector<std::string>>& ties)
{
    std::set<std::string> seen;
    std::vector<std::vector<std::string>> result;
    for (const auto& tie : ties) {
        std::vector<std::string> rest;
        for (const auto& name : tie) {
            if (seen.insert(name).second) {
                rest.push_back(name);
            }
        }
        if (rest.size() > 1) {
            result.push_back(std::move(rest));
        }
    }
    return result;
}

} // namespace

std::string allocationJson(const AllocationSettings& settings)
{
    Json document = Json::object();
    document["sensitivity"] = settings.sensitivity;
    document["data"] = settings.dataLocation;
    document["importance"] = settings.importanceLocation;
    document["exporter"] = settings.exporter;
    document["formats"] = Json::array();
    for (const auto& format : settings.formats) {
        document["formats"].push_back(formatText(format));
    }
    if (settings.budget) {
        document["budget"] = budgetText(*settings.budget);
    }
    Json& layers = document["layers"] = Json::object();
    for (const auto& [name, layer] : settings.layers) {
        addNewMember(layers, name, layerJson(layer));
    }
    document["ties"] = settings.ties;
    return jsonText(document);
}

AllocationSettings parseAllocation(std::string_view json)
{
    const Json document = parseJson(json);
    if (!document.is_object()) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "the allocation is no JSON object"));
    }
    AllocationSettings settings;
    settings.sensitivity = value(document, "sensitivity", std::string());
    settings.dataLocation = value(document, "data", std::string());
    settings.importanceLocation = value(document, "importance", std::string());
    settings.exporter = value(document, "exporter", std::string());
    for (const auto& format : value(document, "formats", std::vector<std::string>())) {
        settings.formats.push_back(parseFormat(format));
    }
    if (const auto budget = value(document, "budget", std::string()); !budget.empty()) {
        settings.budget = parseBudget(budget);
    }
    if (document.contains("layers") && document["layers"].is_object()) {
        for (const auto& item : document["layers"].items()) {
            settings.layers[item.key()] = readLayer(item.value());
        }
    }
    settings.ties = separated(value(document, "ties", std::vector<std::vector<std::string>>()));
    return settings;
}

} // namespace bw
