#include "core/diff/diff_notes.h"

#include "core/base/error.h"

namespace bw {

namespace {
constexpr std::size_t longestName = 60;
constexpr int scaleDigits = 4;
} // namespace

std::vector<Text> diffNotes(const TensorDiff& tensor, const Model& a, const Model& b)
{
    std::vector<Text> notes;
    if (!tensor.isPair()) {
        return notes;
    }
    const LayerInfo& ofA = a.layer(tensor.a);
    const LayerInfo& ofB = b.layer(tensor.b);
    if (tensor.shapesDiffer) {
        notes.push_back(
            Text(BW_TR_NOOP("core", "%1 became %2"), { shapeText(ofA.view.shape), shapeText(ofB.view.shape) }));
    }
    if (tensor.scaledBy == ScaledBy::Tensor) {
        notes.push_back(Text(BW_TR_NOOP("core", "times %1"), { toTextRounded(tensor.scale, scaleDigits) }));
    } else if (tensor.scaledBy == ScaledBy::Row) {
        notes.push_back(BW_TR_NOOP("core", "a factor per output channel"));
    } else if (tensor.scaledBy == ScaledBy::Column) {
        notes.push_back(BW_TR_NOOP("core", "a factor per input channel"));
    }
    if (tensor.nonFiniteChanges > 0) {
        notes.push_back(Text(BW_TR_NOOP("core", "%1 values changed between finite and not finite"),
            { toText(tensor.nonFiniteChanges) }));
    }
    if (tensor.order != Order::Same && tensor.order != Order::Reshaped) {
        notes.push_back(orderTitle(tensor.order));
    }
    if (tensor.matchedBy != MatchedBy::Name) {
        notes.push_back(Text(BW_TR_NOOP("core", "in B %1"), { printable(ofB.name, longestName) }));
    }
    return notes;
}

std::string storedTypes(const TensorDiff& tensor, const Model& a, const Model& b)
{
    const std::string before = tensor.a.isValid() ? a.layer(tensor.a).storedType() : std::string();
    const std::string after = tensor.b.isValid() ? b.layer(tensor.b).storedType() : std::string();
    return before == after || after.empty() ? before : before.empty() ? after : before + " → " + after;
}

} // namespace bw
