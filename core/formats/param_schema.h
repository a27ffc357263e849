#pragma once
// value header

#include "core/base/error.h"
#include "core/base/text.h"

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace bw {

/// A parameter's value. monostate: "searched" (left to fit).
using ParamValue = std::variant<std::monostate, std::int64_t, double, std::string, std::vector<double>>;
using ParamValues = std::map<std::string, ParamValue>;

/// Describes one parameter well enough to build an editor, a CLI flag, JSON and HDF5 attributes from it.
struct ParamSpec
{
    enum class Type
    {
        Int,
        Real,
        Choice,
        RealList
    };

    std::string id; ///< "bits"
    Text title; ///< "Bits"
    Text help;
    Type type = Type::Int;
    double min = 0; ///< of numbers and of list items
    double max = 0;
    double step = 0;
    ParamValue defaultValue;
    std::vector<std::string> choices; ///< for Choice
    std::vector<Text> choiceTitles;
    std::vector<Text> choiceHelps {}; ///< a sentence each, or empty
    bool canBeSearched = false; ///< monostate is allowed: fit finds it
    std::string unit; ///< empty if none
    std::size_t minItems = 0; ///< for lists
    std::size_t maxItems = 0;
};

using ParamSchema = std::vector<ParamSpec>;

/// Every parameter present, of its type and in range; unknown names are problems (field = parameter id). Missing ones
/// are not filled in.
std::vector<Problem> checkParams(const ParamSchema& schema, const ParamValues& values);
/// Values with defaults filled in for what is missing.
ParamValues withDefaults(const ParamSchema& schema, ParamValues values);
/// "4", "0.5", "layer", "-1,0,1"; "search" for monostate.
std::string paramText(const ParamValue& value);

} // namespace bw
