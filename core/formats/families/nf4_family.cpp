#include "core/formats/families/fixed_table.h"

namespace bw {

namespace {
/// NormalFloat4 of QLoRA (arXiv 2305.14314, appendix E).
constexpr std::array<float, 16> levels { -1.0F, -0.6961928009986877F, -0.5250730514526367F, -0.39491748809814453F,
    -0.28444138169288635F, -0.18477343022823334F, -0.09105003625154495F, 0.0F, 0.07958029955625534F,
    0.16093020141124725F, 0.24611230194568634F, 0.33791524171829224F, 0.44070982933044434F, 0.5626170039176941F,
    0.7229568362236023F, 1.0F };
} // namespace

extern const FormatFamily nf4Family;
const FormatFamily nf4Family {
    .id = "nf4",
    .title = BW_TR_NOOP("core", "NormalFloat 4"),
    .explanation = BW_TR_NOOP("core",
        "The published table of 16 levels at equal shares of a normal distribution (QLoRA), with 0 exact; meant for "
        "blocks of 64."),
    .schema = {},
    .examples = { "nf4/b64", "nf4/t", "nf4/c:search:f16" },
    .levelsFamily = "levels",
    .tolerance = 0.12,
    .parseElement
    = [](std::string_view element) { return element == "nf4" ? std::optional(ParamValues {}) : std::nullopt; },
    .elementText = [](const ParamValues&) { return std::string("nf4"); },
    .codeBits = FixedTable<levels>::codeBits,
    .fit = FixedTable<levels>::fit,
    .restore = FixedTable<levels>::restore,
};

} // namespace bw
