#include "core/diff/model_diff.h"

#include "core/base/error.h"
#include "core/diff/tensor_diff.h"
#include "core/diff/tensor_matching.h"

#include <algorithm>
#include <map>

namespace bw {

const char* verdictName(TensorVerdict verdict)
{
    switch (verdict) {
    case TensorVerdict::Identical:
        return "identical";
    case TensorVerdict::Rescaled:
        return "rescaled";
    case TensorVerdict::Requantized:
        return "requantized";
    case TensorVerdict::Changed:
        return "changed";
    case TensorVerdict::OnlyA:
        return "only_a";
    case TensorVerdict::OnlyB:
        return "only_b";
    }
    return "";
}

Text verdictTitle(TensorVerdict verdict)
{
    switch (verdict) {
    case TensorVerdict::Identical:
        return BW_TR_NOOP("core", "identical");
    case TensorVerdict::Rescaled:
        return BW_TR_NOOP("core", "rescaled");
    case TensorVerdict::Requantized:
        return BW_TR_NOOP("core", "requantized");
    case TensorVerdict::Changed:
        return BW_TR_NOOP("core", "changed");
    case TensorVerdict::OnlyA:
        return BW_TR_NOOP("core", "only in A");
    case TensorVerdict::OnlyB:
        return BW_TR_NOOP("core", "only in B");
    }
    return {};
}

const char* matchedByName(MatchedBy how)
{
    switch (how) {
    case MatchedBy::Nothing:
        return "nothing";
    case MatchedBy::Name:
        return "name";
    case MatchedBy::Prefix:
        return "prefix";
    case MatchedBy::Convention:
        return "convention";
    case MatchedBy::Content:
        return "content";
    }
    return "";
}

const char* orderName(Order order)
{
    switch (order) {
    case Order::Same:
        return "same";
    case Order::Reshaped:
        return "reshaped";
    case Order::AxesMoved:
        return "axes_moved";
    case Order::RowsMoved:
        return "rows_moved";
    case Order::ColumnsMoved:
        return "columns_moved";
    }
    return "";
}

Text orderTitle(Order order)
{
    switch (order) {
    case Order::Same:
        return {};
    case Order::Reshaped:
        return BW_TR_NOOP("core", "other shape, same order");
    case Order::AxesMoved:
        return BW_TR_NOOP("core", "axes in another order");
    case Order::RowsMoved:
        return BW_TR_NOOP("core", "output channels in another order");
    case Order::ColumnsMoved:
        return BW_TR_NOOP("core", "input channels in another order");
    }
    return {};
}

const char* scaledByName(ScaledBy what)
{
    switch (what) {
    case ScaledBy::Nothing:
        return "nothing";
    case ScaledBy::Tensor:
        return "tensor";
    case ScaledBy::Row:
        return "row";
    case ScaledBy::Column:
        return "column";
    }
    return "";
}

std::optional<double> TensorDiff::r() const
{
    return isPair() && !shapesDiffer ? std::optional(rmseOverRms(sums)) : std::nullopt;
}

std::size_t ModelDiff::count(TensorVerdict verdict) const
{
    return static_cast<std::size_t>(std::count_if(
        tensors.begin(), tensors.end(), [verdict](const TensorDiff& tensor) { return tensor.verdict == verdict; }));
}

std::vector<std::size_t> ModelDiff::hotSpots() const
{
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        if (tensors[i].isPair() && tensors[i].verdict != TensorVerdict::Identical) {
            order.push_back(i);
        }
    }
    const auto weight = [this](std::size_t i) {
        const TensorDiff& tensor = tensors[i];
        const bool isBeyond = tensor.shapesDiffer || tensor.nonFiniteChanges > 0;
        return std::pair(isBeyond, rmseOverRms(tensor.sums));
    };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) { return weight(x) > weight(y); });
    return order;
}

namespace {
TensorDiff comparePair(const Model& a, const Model& b, const diff::TensorPair& pair, const JobContext& ctx)
{
    const LayerInfo& ofA = a.layer(pair.a);
    const LayerInfo& ofB = b.layer(pair.b);
    const auto aligned = diff::align(ofA, ofB, true, ctx);
    TensorDiff result;
    if (aligned) {
        result = diff::compareTensors(ofA, ofB, *aligned, ctx);
    } else {
        result.a = pair.a;
        result.b = pair.b;
        result.shapesDiffer = true;
    }
    result.matchedBy = pair.how;
    return result;
}

TensorDiff onlyOne(LayerId id, TensorVerdict verdict)
{
    TensorDiff result;
    (verdict == TensorVerdict::OnlyA ? result.a : result.b) = id;
    result.verdict = verdict;
    return result;
}
} // namespace

ModelDiff diffModels(const Model& a, const Model& b, const JobContext& ctx)
{
    const auto pairs = diff::matchTensors(a, b, ctx.sub(0, 0.1));
    std::map<LayerId, const diff::TensorPair*> ofA;
    std::vector<bool> isMatched(b.layers().size(), false);
    std::uint64_t total = 0;
    for (const auto& pair : pairs) {
        ofA[pair.a] = &pair;
        isMatched[pair.b.index()] = true;
        total += a.layer(pair.a).count();
    }
    ModelDiff result;
    std::uint64_t done = 0;
    const JobContext job = ctx.sub(0.1, 1);
    for (const LayerInfo& layer : a.layers()) {
        const auto found = ofA.find(layer.id);
        if (found == ofA.end()) {
            result.tensors.push_back(onlyOne(layer.id, TensorVerdict::OnlyA));
            continue;
        }
        job.report(Text(BW_TR_NOOP("core", "Comparing %1"), { printable(layer.name, 60) }), done, total,
            Text(BW_TR_NOOP("core", "weights")));
        result.tensors.push_back(withContext(Text(BW_TR_NOOP("core", "tensor %1"), { printable(layer.name) }),
            [&] { return comparePair(a, b, *found->second, JobContext(ctx.stopToken())); }));
        result.sums.add(result.tensors.back().sums);
        done += layer.count();
    }
    for (const LayerInfo& layer : b.layers()) {
        if (!isMatched[layer.id.index()]) {
            result.tensors.push_back(onlyOne(layer.id, TensorVerdict::OnlyB));
        }
    }
    return result;
}

} // namespace bw
