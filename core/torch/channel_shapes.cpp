#include "core/torch/channel_call.h"

#include <limits>

namespace bw::torch_backend {

namespace {
namespace jit = torch::jit;
using Axis = ChannelAxes::Axis;

bool flattened(const Call& call, const FlowValue& value, std::int64_t start, std::int64_t end)
{
    if (!value.isRankKnown) {
        if (start != 1 || end != -1) {
            return false;
        }
        call.flow().fixAll(value, call.why());
        return call.give({ { call.newFixed(), call.newFixed() }, true, {} });
    }
    const auto first = placeOf(value, start);
    const auto last = placeOf(value, end);
    if (!first || !last || *last < *first) {
        return false;
    }
    if (*first == *last) {
        return call.give(value);
    }
    FlowValue result { { value.axes.begin(), value.axes.begin() + static_cast<std::ptrdiff_t>(*first) }, true, {} };
    for (std::size_t i = *first + 1; i <= *last; ++i) {
        call.fix(value.axes[i]);
    }
    const Axis whole = call.axes().add();
    call.axes().tieBlocks(value.axes[*first], whole);
    result.axes.push_back(whole);
    result.axes.insert(
        result.axes.end(), value.axes.begin() + static_cast<std::ptrdiff_t>(*last) + 1, value.axes.end());
    return call.give(std::move(result));
}

/// x.size(0), however it was written down.
bool isBatchSize(const jit::Value* number, const jit::Value* of)
{
    const auto* node = number->node();
    while (node->kind() == jit::aten::Int || node->kind() == jit::prim::NumToTensor) {
        node = node->input(0)->node();
    }
    return node->kind() == jit::aten::size && node->inputs().size() == 2 && node->input(0) == of
        && Call::numberOf(node->input(1)) == 0;
}
} // namespace

/// Where dimension `dim` of a value is; nothing if that is not known.
std::optional<std::size_t> placeOf(const FlowValue& value, std::int64_t dim)
{
    const auto count = static_cast<std::int64_t>(value.axes.size());
    const std::int64_t at = dim < 0 ? count + dim : dim;
    const bool isKnown = at >= 0 && at < count && (dim < 0 || value.isRankKnown);
    return isKnown ? std::optional(static_cast<std::size_t>(at)) : std::nullopt;
}

bool flatten(const Call& call)
{
    const auto start = call.number("start_dim");
    const auto end = call.number("end_dim");
    return start && end && flattened(call, call.value("self"), *start, *end);
}

/// x.view(x.size(0), -1) and the like; any other shape may mix what is beside each other.
bool reshape(const Call& call)
{
    const auto* self = call.argument("self");
    const auto* shape = call.argument(call.name() == "view" ? "size" : "shape");
    const auto* list = shape == nullptr ? nullptr : call.flow().listOf(shape);
    if (list == nullptr || list->size() != 2 || !isBatchSize(list->front(), self) || !Call::numberOf(list->back())) {
        return false;
    }
    return flattened(call, call.flow().valueOf(self), 1, -1);
}

bool permute(const Call& call)
{
    auto value = call.value("self");
    if (!value.isRankKnown) {
        return false;
    }
    const auto dims = call.numbers("dims");
    if (!dims || dims->size() != value.axes.size()) {
        return false;
    }
    FlowValue result { {}, true, {} };
    for (const auto dim : *dims) {
        const auto place = placeOf(value, dim);
        if (!place) {
            return false;
        }
        result.axes.push_back(value.axes[*place]);
    }
    return call.give(std::move(result));
}

bool transpose(const Call& call)
{
    auto value = call.value("self");
    const bool isMatrix = call.name() != "transpose";
    const auto first = placeOf(value, isMatrix ? 0 : call.number("dim0").value_or(value.axes.size()));
    const auto second = placeOf(value, isMatrix ? 1 : call.number("dim1").value_or(value.axes.size()));
    if (!first || !second || (isMatrix && value.axes.size() != 2)) {
        return false;
    }
    std::swap(value.axes[*first], value.axes[*second]);
    return call.give(std::move(value));
}

bool unsqueeze(const Call& call)
{
    auto value = call.value("self");
    const auto dim = call.number("dim");
    if (!dim || !value.isRankKnown) {
        return false;
    }
    const auto rank = static_cast<std::int64_t>(value.axes.size()) + 1;
    const std::int64_t at = *dim < 0 ? *dim + rank : *dim;
    if (at < 0 || at >= rank) {
        return false;
    }
    value.axes.insert(value.axes.begin() + at, call.axes().add(1));
    return call.give(std::move(value));
}

/// A part of one dimension.
bool slice(const Call& call)
{
    auto value = call.value("self");
    const auto dim = call.number("dim");
    const auto place = dim ? placeOf(value, *dim) : std::nullopt;
    if (!place) {
        return false;
    }
    constexpr auto farEnd = std::numeric_limits<std::int64_t>::max() / 2;
    const bool isWhole = (call.isNone("start") || call.number("start") == 0) && call.number("step") == 1
        && (call.isNone("end") || call.number("end").value_or(0) > farEnd);
    if (!isWhole) {
        call.fix(value.axes[*place]);
        value.axes[*place] = call.newFixed();
    }
    return call.give(std::move(value));
}

bool select(const Call& call)
{
    auto value = call.value("self");
    const auto dim = call.number("dim");
    const auto place = dim ? placeOf(value, *dim) : std::nullopt;
    if (!place || !value.isRankKnown) {
        return false;
    }
    call.fix(value.axes[*place]);
    value.axes.erase(value.axes.begin() + static_cast<std::ptrdiff_t>(*place));
    return call.give(std::move(value));
}

bool padding(const Call& call)
{
    auto value = call.value("self");
    const auto pad = call.numbers("pad");
    if (!pad || pad->size() / 2 > value.axes.size()) {
        return false;
    }
    for (std::size_t i = 0; i < pad->size() / 2; ++i) {
        if ((*pad)[2 * i] != 0 || (*pad)[2 * i + 1] != 0) {
            auto& axis = value.axes[value.axes.size() - 1 - i];
            call.fix(axis);
            axis = call.newFixed();
        }
    }
    return call.give(std::move(value));
}

} // namespace bw::torch_backend
