#include "app/cli/json_documents.h"

#include "app/cli/run.h"

#include <type_traits>

namespace bw::cli {

Json errorDocument(const std::string& kind, const std::string& message, const std::vector<std::string>& context)
{
    return { { "error", { { "kind", kind }, { "message", message }, { "context", context } } } };
}

Json errorDocument(const Error& error)
{
    std::vector<std::string> context;
    for (const auto& place : error.context()) {
        context.push_back(place.english());
    }
    return errorDocument(errorKindName(error.kind()), error.message().english(), context);
}

Json statsJson(const LayerStats& stats)
{
    Json out { { "min", stats.min }, { "max", stats.max }, { "mean", stats.mean }, { "std", stats.std },
        { "rms", stats.rms }, { "absmax", stats.absMax }, { "skewness", stats.skewness },
        { "kurtosis", stats.kurtosis }, { "nan", stats.nanCount }, { "inf", stats.infCount },
        { "zeros", stats.zeroCount }, { "outlier_share", stats.share3Sigma },
        { "outlier_share_6_sigma", stats.share6Sigma } };
    Json outliers = Json::array();
    for (const auto& outlier : stats.outliers) {
        outliers.push_back({ { "index", outlier.index }, { "value", outlier.value } });
    }
    out["outliers"] = std::move(outliers);
    return out;
}

Json densityJson(const Density& density)
{
    Json out { { "distribution", densityName(density.kind) } };
    if (density.kind == DensityKind::StudentT) {
        out["nu"] = density.nu;
    }
    return out;
}

Json fitJson(const DistributionFit& fit)
{
    if (!fit.exists()) {
        return nullptr;
    }
    const FittedDensity& best = fit.chosen();
    Json out = densityJson(best.density);
    out["scale"] = best.scale;
    out["rms"] = best.rms();
    out["ks"] = fit.ksDistance;
    out["divergence"] = fit.divergence;
    out["weights"] = fit.count;
    out["zero_share"] = fit.zeroShare();
    Json candidates = Json::array();
    for (const auto& candidate : fit.candidates) {
        Json entry = densityJson(candidate.density);
        entry["scale"] = candidate.scale;
        entry["log_likelihood"] = candidate.logLikelihood;
        entry["gap"] = best.logLikelihood - candidate.logLikelihood;
        candidates.push_back(std::move(entry));
    }
    out["candidates"] = std::move(candidates);
    return out;
}

Json valueJson(const ParamValue& value)
{
    return std::visit(
        [](const auto& v) -> Json {
            if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::monostate>) {
                return "search";
            } else {
                return v;
            }
        },
        value);
}

namespace {
const char* typeName(ParamSpec::Type type)
{
    switch (type) {
    case ParamSpec::Type::Int:
        return "int";
    case ParamSpec::Type::Real:
        return "real";
    case ParamSpec::Type::Choice:
        return "choice";
    case ParamSpec::Type::RealList:
        break;
    }
    return "real_list";
}

Json specJson(const ParamSpec& spec)
{
    Json out { { "id", spec.id }, { "title", spec.title.english() }, { "help", spec.help.english() },
        { "type", typeName(spec.type) } };
    if (spec.type == ParamSpec::Type::Choice) {
        out["choices"] = spec.choices;
    } else {
        out["min"] = spec.min;
        out["max"] = spec.max;
    }
    if (spec.type == ParamSpec::Type::RealList) {
        out["min_items"] = spec.minItems;
        out["max_items"] = spec.maxItems;
    }
    out["default"] = valueJson(spec.defaultValue);
    out["can_be_searched"] = spec.canBeSearched;
    if (!spec.unit.empty()) {
        out["unit"] = spec.unit;
    }
    return out;
}
} // namespace

Json schemaJson(const ParamSchema& schema)
{
    Json out = Json::array();
    for (const auto& spec : schema) {
        out.push_back(specJson(spec));
    }
    return out;
}

std::string documentText(Json document, const Run& run)
{
    if (!run.warnings().empty()) {
        document["warnings"] = run.warnings();
    }
    return jsonText(document);
}

} // namespace bw::cli
