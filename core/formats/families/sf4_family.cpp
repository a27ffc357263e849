#include "core/formats/families/fixed_table.h"

namespace bw {

namespace {
/// SF4 with 5 degrees of freedom (Dotzel et al., arXiv 2405.03103).
constexpr std::array<float, 16> levels { -1.0F, -0.628F, -0.455F, -0.334F, -0.237F, -0.153F, -0.075F, 0.0F, 0.066F,
    0.133F, 0.205F, 0.284F, 0.376F, 0.491F, 0.657F, 1.0F };
} // namespace

extern const FormatFamily sf4Family;
const FormatFamily sf4Family {
    .id = "sf4",
    .title = BW_TR_NOOP("core", "Student float 4"),
    .explanation = BW_TR_NOOP("core",
        "The published table of 16 levels for Student-t weights of 5 degrees of freedom (SF4), with 0 exact; for heavy "
        "tails."),
    .schema = {},
    .examples = { "sf4/b64", "sf4/t", "sf4/c:search:f32" },
    .levelsFamily = "levels",
    .tolerance = 0.13,
    .parseElement
    = [](std::string_view element) { return element == "sf4" ? std::optional(ParamValues {}) : std::nullopt; },
    .elementText = [](const ParamValues&) { return std::string("sf4"); },
    .codeBits = FixedTable<levels>::codeBits,
    .fit = FixedTable<levels>::fit,
    .restore = FixedTable<levels>::restore,
};

} // namespace bw
