#pragma once
// value header
//
// Words. format: which values a weight may become. family: a kind of format. codec: a format bound to one tensor. code:
// the stored integer. level (code point): the value it stands for. codebook: the levels. block: weights that share a
// scale. bits per weight: always total, codes + scales + tables.

#include "core/base/error.h"
#include "core/formats/param_schema.h"
#include "core/tensor/dtype.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

enum class Granularity
{
    Tensor,
    Channel,
    Block
};

inline constexpr int maxBlockSize = 1 << 24;

/// Id of the rule that leaves the choice of the scale to the fit.
inline constexpr const char* searchRule = "search";
/// Id of the rule that goes by the root mean square of a group.
inline constexpr const char* rmsRule = "rms";

/// How weights share scales, how a scale is chosen, and how it is stored (contract §2, "scaling").
struct Scaling
{
    Granularity granularity = Granularity::Tensor;
    int blockSize
        = 0; ///< weights along the flattened input dimensions; 0 unless Block. A short last block costs a full scale.
    std::string rule = "absmax"; ///< id in scaleRules()
    double ruleValue = 0; ///< of rules that have one (clip0.98, pct99.9); else 0
    std::string store = "bf16"; ///< id in scaleStores()
    friend bool operator==(const Scaling&, const Scaling&) = default;
};

/// A number format: declarative, comparable, hashable. Invariant: parseFormat(text(f)) == f for every valid f.
struct QuantFormat
{
    std::string family; ///< id in formatFamilies()
    ParamValues params; ///< complete: one value per parameter of the family's schema
    Scaling scaling {};
    ParamValues extras {}; ///< id in formatExtras() → its value (monostate: it has none)
    friend bool operator==(const QuantFormat&, const QuantFormat&) = default;
};

struct ScaleTask;

/// Canonical spelling, used by GUI, CLI, JSON, HDF5 and tests: "pow4(a=0.5)/c:search:f16/sparse=0.1%".
std::string formatText(const QuantFormat& format);
/// Reads any spelling of contract §2. Error{BadInput} says which part is wrong and names the nearest valid word.
QuantFormat parseFormat(std::string_view text);
/// Everything wrong with a format; empty when it can be used.
std::vector<Problem> validate(const QuantFormat& format);

/// One entry of scale_rules.inc, one file in rules/. Nobody else may ask which rule it is, but for searchRule and
/// rmsRule, which change what a family fits.
struct ScaleRule
{
    std::string id;
    Text title;
    Text help;
    bool hasValue = false; ///< spelt "clip0.98"
    double minValue = 0; ///< exclusive
    double maxValue = 0;
    double usualValue = 0;
    bool isShareOfLargest = false; ///< its value is the clipping point as a share of the largest magnitude
    bool isForAnyGrid = false; ///< works for families that know their grid only after the scales (pow, uint)
    bool isSigned = false; ///< scales may be negative
    std::vector<float> (*choose)(const ScaleTask& task); ///< scales of all groups as stored; 0 for a group of zeros
};
struct ScaleStore
{
    std::string id;
    Text title;
    int bits;
    DType dtype;
    /// A positive finite scale as stored and read back: what encoding divides by. Never 0 and never infinite: clamped
    /// to the smallest normal (of f16: the smallest subnormal, as scales of small weights live there) and to the
    /// largest finite value.
    float (*round)(float scale);
    /// A rounded scale (or 0) as the low bits of a number, and back.
    std::uint32_t (*pack)(float scale);
    float (*unpack)(std::uint32_t bits);
    bool isForLevels = true; ///< may hold the levels of a codebook too
    bool hasSign = true;
    /// The largest code's value where scales are stored as multiples of one unit per tensor (a second level of scales,
    /// in bfloat16); 0 where they are stored as they are. round, pack and unpack then take multiples of the unit.
    float largestMultiple = 0;
};
const std::vector<ScaleRule>& scaleRules();
/// The first rule if there is none of this id.
const ScaleRule& scaleRule(std::string_view id);
const std::vector<ScaleStore>& scaleStores();
const ScaleStore& scaleStore(std::string_view id);
/// Any finite value in a store's type: nearest, ties to even; beyond the largest value, that.
float roundToStore(std::string_view store, double value);

} // namespace bw
