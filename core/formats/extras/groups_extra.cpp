#include "core/formats/extras/extra_support.h"
#include "core/formats/format_family.h"
#include "core/formats/group_scales.h"
#include "core/formats/number_part.h"
#include "core/formats/row_groups.h"
#include "core/formats/row_groups_codec.h"

#include <algorithm>
#include <numeric>

namespace bw {

namespace {
constexpr const char* groupsId = "groups";
constexpr RowOrderParts partNames { "row_order", "group_rows" };

RowOrder orderOf(const std::vector<std::uint32_t>& groups)
{
    RowOrder rows;
    rows.order.resize(groups.size());
    std::iota(rows.order.begin(), rows.order.end(), 0U);
    std::stable_sort(
        rows.order.begin(), rows.order.end(), [&](std::uint32_t a, std::uint32_t b) { return groups[a] < groups[b]; });
    for (const auto group : groups) {
        rows.sizes.resize(std::max<std::size_t>(rows.sizes.size(), group + 1));
        ++rows.sizes[group];
    }
    return rows;
}

std::shared_ptr<const Codec> fit(
    const QuantFormat& format, const TensorView& matrix, const FormatExtra::FitInner& inner, const JobContext& ctx)
{
    requireFinite(matrix, ctx);
    const auto& value = format.extras.at(groupsId);
    // Rows with a scale of their own differ in shape only; under a common scale or codebook the spread counts too.
    const bool hasOwnScales = familyOf(format).hasScale && format.scaling.granularity != Granularity::Tensor;
    const auto wanted = static_cast<int>(std::get<std::int64_t>(value));
    const auto rows
        = std::make_shared<const RowOrder>(orderOf(groupRows(matrix, wanted, hasOwnScales, ctx.sub(0, 0.2))));
    RowCodecs codecs;
    for (std::size_t group = 0; group < rows->sizes.size(); ++group) {
        const double share = 0.8 / static_cast<double>(rows->sizes.size());
        const auto at = 0.2 + static_cast<double>(group) * share;
        codecs.push_back(inner(rowsOf(matrix, rows, group), ctx.sub(at, at + share)));
    }
    QuantFormat resolved = codecs.empty() ? format : codecs.front()->format();
    const auto differs = [&](const auto& codec) { return !(codec->format() == codecs.front()->format()); };
    if (std::any_of(codecs.begin(), codecs.end(), differs)) {
        // A search found something else for each: the format stays open, and the file says what was found.
        const auto extras = resolved.extras;
        resolved = format;
        resolved.extras = extras;
    }
    resolved.extras[groupsId] = value;
    auto own = rowOrderParts(*rows, partNames);
    return rowGroupsCodec(std::move(resolved), matrix.shape, rows, std::move(codecs), std::move(own));
}

std::shared_ptr<const Codec> restore(const QuantFormat& format, const Shape& shape,
    std::span<const TensorPart> sideParts, const FormatExtra::RestoreInner& inner)
{
    const auto rows = std::make_shared<const RowOrder>(readRowOrder(sideParts, partNames, shape));
    const std::string own(groupsId);
    const auto formats = readRowGroupFormats(sideParts, rows->sizes.size(), { &own, 1 });
    RowCodecs codecs;
    for (std::size_t group = 0; group < rows->sizes.size(); ++group) {
        const auto parts = partsOfRowGroup(sideParts, group);
        const auto within = shapeOfRows(shape, rows->sizes[group]);
        codecs.push_back(formats.empty() ? inner(within, parts) : restoreCodec(formats[group], within, parts));
    }
    auto stored = rowOrderParts(*rows, partNames);
    return rowGroupsCodec(format, shape, rows, std::move(codecs), std::move(stored));
}

ParamSpec countParam()
{
    ParamSpec spec;
    spec.id = "count";
    spec.title = BW_TR_NOOP("core", "Groups of rows");
    spec.help = BW_TR_NOOP("core", "Rows with similar distributions share a codebook or a scale.");
    spec.type = ParamSpec::Type::Int;
    spec.min = 1;
    spec.max = maxRowGroups;
    spec.step = 1;
    spec.defaultValue = std::int64_t { 4 };
    return spec;
}
} // namespace

std::uint64_t rowOrderBits(const QuantizedTensor& tensor)
{
    const auto* part = tensor.format.extras.contains(groupsId) ? findPart(tensor.parts, partNames.order) : nullptr;
    return part == nullptr ? 0 : 8 * part->data.bytes.size();
}

extern const FormatExtra groupsExtra;
/// JLCM ("Jointly learnable codebooks and mappings"): grouped rows in a new order need no mapping of weights to
/// codebooks. The order of the rows (32 bits each) is stored unless a neighbouring layer takes it over.
const FormatExtra groupsExtra {
    .id = groupsId,
    .title = BW_TR_NOOP("core", "Groups of rows"),
    .help = BW_TR_NOOP("core",
        "Rows are grouped by distribution and reordered; each group has its own scale or codebook, and decoding puts "
        "them back."),
    .value = countParam(),
    .kind = "rows",
    .examples = { "kmeans3/t/groups=4", "int4/t/groups=4", "lloyd3/c/groups=2", "pow4/c/groups=3",
        "kmeans3/t/sparse=1%/groups=2/rans" },
    .movesWeights = true,
    .valueText = wholeText,
    .parseValue = parseWhole,
    .fit = fit,
    .restore = restore,
};

} // namespace bw
