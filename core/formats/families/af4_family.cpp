#include "core/formats/families/fixed_table.h"

namespace bw {

namespace {
/// AF4-64 (Yoshida, arXiv 2306.06965), as bitsandbytes publishes it. It has least *absolute* error, so its R is above
/// NF4's.
constexpr std::array<float, 16> levels { -1.0F, -0.69441008F, -0.51243739F, -0.3736951F, -0.25607552F, -0.14982478F,
    -0.04934812F, 0.0F, 0.04273164F, 0.12934483F, 0.21961274F, 0.31675666F, 0.42563882F, 0.55496234F, 0.72424863F,
    1.0F };
} // namespace

extern const FormatFamily af4Family;
const FormatFamily af4Family {
    .id = "af4",
    .title = BW_TR_NOOP("core", "AbnormalFloat 4"),
    .explanation = BW_TR_NOOP("core",
        "The published table of 16 levels with the least mean absolute error of normal weights in blocks of 64 (AF4), "
        "with 0 exact."),
    .schema = {},
    .examples = { "af4/b64", "af4/t", "af4/c:search:f16" },
    .levelsFamily = "levels",
    .tolerance = 0.12,
    .parseElement
    = [](std::string_view element) { return element == "af4" ? std::optional(ParamValues {}) : std::nullopt; },
    .elementText = [](const ParamValues&) { return std::string("af4"); },
    .codeBits = FixedTable<levels>::codeBits,
    .fit = FixedTable<levels>::fit,
    .restore = FixedTable<levels>::restore,
};

} // namespace bw
