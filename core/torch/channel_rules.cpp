#include "core/torch/channel_call.h"

#include <algorithm>
#include <map>

namespace bw::torch_backend {

namespace {
using Axis = ChannelAxes::Axis;

Text groupsReason(std::int64_t groups)
{
    return Text(BW_TR_NOOP("core", "Its channels reach or leave a convolution in %1 groups, which keeps them apart."),
        { toText(groups) });
}

bool numberByNumber(const Call& call)
{
    std::vector<FlowValue> values;
    for (const auto* input : call.node().inputs()) {
        if (call.flow().isTensor(input)) {
            values.push_back(call.flow().valueOf(input));
        }
    }
    return !values.empty() && call.give(call.flow().broadcast(values));
}

/// The first argument as it is: the others are no numbers to combine it with.
bool unchanged(const Call& call)
{
    return call.give(call.flow().valueOf(call.node().input(0)));
}

/// Numbers that are set against each other along one dimension.
bool softmax(const Call& call)
{
    const auto value = call.value("self");
    const auto dim = call.number("dim");
    const auto place = dim ? placeOf(value, *dim) : std::nullopt;
    if (!place) {
        return false;
    }
    call.fix(value.axes[*place]);
    return call.give(value);
}

/// In training it takes values away at random, by where they are.
bool dropout(const Call& call)
{
    return call.number("train") == 0 && unchanged(call);
}

std::size_t dimensionsIn(const std::string& name)
{
    const auto d = name.find("d", name.find_first_of("123"));
    return d == std::string::npos ? 0 : static_cast<std::size_t>(name[d - 1] - '0');
}

bool convolution(const Call& call)
{
    auto& axes = call.axes();
    const auto weight = call.value("weight");
    const auto input = call.value("input");
    const auto groups = call.number("groups");
    if (!weight.isRankKnown || weight.axes.size() < 3 || !groups) {
        return false;
    }
    const std::size_t spatial = weight.axes.size() - 2;
    const bool isTransposed = call.name().starts_with("conv_transpose") || call.number("transposed").value_or(0) != 0;
    for (std::size_t i = 0; i < spatial; ++i) {
        call.fix(weight.axes[2 + i]);
        if (const auto axis = call.flow().axisFromEnd(input, i)) {
            call.fix(*axis);
        }
    }
    const auto in = call.flow().axisFromEnd(input, spatial);
    if (!in) {
        return false;
    }
    Axis out = weight.axes[isTransposed ? 1 : 0];
    if (*groups == 1) {
        axes.tie(*in, weight.axes[isTransposed ? 0 : 1]);
    } else if (!isTransposed && axes.size(weight.axes[1]) == 1) { // depthwise
        const Axis channels = axes.add(*groups);
        axes.tie(*in, channels);
        axes.tieBlocks(channels, out);
        call.fix(weight.axes[1]);
    } else {
        for (const Axis axis : { *in, weight.axes[0], weight.axes[1] }) {
            axes.fix(axis, groupsReason(*groups));
        }
        out = call.flow().fixedAxis(groupsReason(*groups));
    }
    call.tieParameter("bias", out);
    FlowValue result { {}, true, {} };
    if (input.isRankKnown) {
        result.axes.assign(input.axes.begin(), input.axes.end() - static_cast<std::ptrdiff_t>(spatial) - 1);
    } else {
        result.axes.push_back(call.newFixed()); // the batch
    }
    result.axes.push_back(out);
    for (std::size_t i = 0; i < spatial; ++i) {
        result.axes.push_back(call.newFixed());
    }
    return call.give(std::move(result));
}

/// (…, n, k) · (k, m) or (…, n, k) · (…, k, m), the dimensions before combined number by number.
std::optional<FlowValue> product(const Call& call, const FlowValue& left, const FlowValue& right)
{
    if (!right.isRankKnown || right.axes.size() < 2 || (left.isRankKnown && left.axes.size() < 2)) {
        return std::nullopt;
    }
    const std::size_t rank = right.axes.size();
    call.axes().tie(*call.flow().axisFromEnd(left, 0), right.axes[rank - 2]);
    FlowValue rows = left;
    if (!rows.axes.empty()) {
        rows.axes.pop_back();
    }
    if (rank > 2) {
        // Only the dimensions before the two of the matrices are combined.
        if (!left.isRankKnown) {
            return std::nullopt;
        }
        const Axis row = rows.axes.back();
        rows.axes.pop_back();
        FlowValue before { { right.axes.begin(), right.axes.end() - 2 }, true, {} };
        rows = call.flow().broadcast({ rows, before });
        rows.axes.push_back(row);
    }
    rows.axes.push_back(right.axes.back());
    return rows;
}

bool matrixProduct(const Call& call)
{
    const bool isAdded = call.name() == "addmm";
    const auto left = call.value(isAdded ? "mat1" : "self");
    const auto right = call.value(call.argument("other") != nullptr ? "other" : "mat2");
    auto result = product(call, left, right);
    if (!result) {
        return false;
    }
    return call.give(isAdded ? call.flow().broadcast({ *result, call.value("self") }) : std::move(*result));
}

bool linear(const Call& call)
{
    auto weight = call.value("weight");
    if (!weight.isRankKnown || weight.axes.size() != 2) {
        return false;
    }
    std::swap(weight.axes[0], weight.axes[1]);
    auto result = product(call, call.value("input"), weight);
    if (!result) {
        return false;
    }
    call.tieParameter("bias", result->axes.back());
    return call.give(std::move(*result));
}

bool channelNorm(const Call& call)
{
    const auto input = call.value("input");
    const auto channel = placeOf(input, 1);
    if (!channel) {
        return false;
    }
    for (const char* name : { "weight", "bias", "running_mean", "running_var" }) {
        call.tieParameter(name, input.axes[*channel]);
    }
    return call.give(input);
}

/// Mean and variance are the same in any order.
bool layerNorm(const Call& call)
{
    const auto input = call.value("input");
    const auto shape = call.numbers("normalized_shape");
    if (!shape || shape->size() > input.axes.size()) {
        return false;
    }
    for (const char* name : { "weight", "bias" }) {
        if (call.has(name)) {
            const auto parameter = call.value(name);
            for (std::size_t i = 0; i < shape->size(); ++i) {
                call.axes().tie(*call.flow().axisFromEnd(input, i),
                    call.flow().axisFromEnd(parameter, i).value_or(call.newFixed()));
            }
        }
    }
    return call.give(input);
}

bool parametricRelu(const Call& call)
{
    const auto input = call.value("self");
    const auto channel = placeOf(input, 1);
    const auto slopes = call.flow().axisFromEnd(call.value("weight"), 0);
    if (slopes && call.axes().size(*slopes) != 1) {
        if (!channel) {
            return false;
        }
        call.axes().tie(input.axes[*channel], *slopes);
    }
    return call.give(input);
}

/// Neighbours in the last dimensions are combined.
bool pooling(const Call& call)
{
    auto value = call.flow().valueOf(call.node().input(0));
    const std::size_t spatial = dimensionsIn(call.name());
    if (spatial == 0 || value.axes.size() <= spatial) {
        return false;
    }
    for (std::size_t i = value.axes.size() - spatial; i < value.axes.size(); ++i) {
        call.fix(value.axes[i]);
        value.axes[i] = call.newFixed();
    }
    return call.give(std::move(value));
}

/// Sums and the like do not depend on the order of what they add up, but for rounding.
bool reduction(const Call& call)
{
    const auto value = call.value("self");
    if (call.argument("dim") == nullptr || call.isNone("dim")) {
        return call.give({ {}, true, {} });
    }
    auto dims = call.numbers("dim");
    if (!dims && call.number("dim")) {
        dims = { { *call.number("dim") } };
    }
    const auto keeps = call.number("keepdim");
    if (!dims || !keeps || !value.isRankKnown || call.node().outputs().size() != 1) {
        return false;
    }
    std::vector<bool> isGone(value.axes.size(), dims->empty());
    for (const auto dim : *dims) {
        const auto place = placeOf(value, dim);
        if (!place) {
            return false;
        }
        isGone[*place] = true;
    }
    FlowValue result { {}, true, {} };
    for (std::size_t i = 0; i < value.axes.size(); ++i) {
        if (!isGone[i]) {
            result.axes.push_back(value.axes[i]);
        } else if (*keeps != 0) {
            result.axes.push_back(call.axes().add(1));
        }
    }
    return call.give(std::move(result));
}

bool concatenation(const Call& call)
{
    const auto dim = call.number("dim");
    const auto* list = call.argument("tensors") == nullptr ? nullptr : call.flow().listOf(call.argument("tensors"));
    if (list == nullptr || list->empty() || !dim) {
        return false;
    }
    std::vector<FlowValue> values;
    for (const auto* entry : *list) {
        auto value = call.flow().valueOf(entry);
        const auto place = placeOf(value, *dim);
        if (!place || !value.isRankKnown || (!values.empty() && value.axes.size() != values.front().axes.size())) {
            return false;
        }
        call.fix(value.axes[*place]);
        value.axes[*place] = call.axes().add(1); // tied to nothing
        values.push_back(std::move(value));
    }
    auto result = call.flow().broadcast(values);
    result.axes[*placeOf(result, *dim)] = call.newFixed();
    return call.give(std::move(result));
}

bool embedding(const Call& call)
{
    const auto weight = call.value("weight");
    auto value = call.value("indices");
    if (!weight.isRankKnown || weight.axes.size() != 2) {
        return false;
    }
    call.fix(weight.axes[0]);
    call.flow().fixAll(value, call.why());
    value.axes.push_back(weight.axes[1]);
    return call.give(std::move(value));
}

/// Operators that work number by number; also in place.
constexpr std::string_view plainOperators
    = " relu relu6 hardtanh leaky_relu sigmoid tanh gelu silu mish hardswish hardsigmoid elu selu celu softplus "
      "softsign log_sigmoid exp expm1 log log1p sqrt rsqrt abs neg sign square reciprocal clamp clamp_min clamp_max "
      "pow sin cos erf floor ceil round add sub rsub mul div maximum minimum where eq ne lt le gt ge ";

Rule ruleOf(const std::string& name)
{
    static const std::map<std::string, Rule, std::less<>> rules { { "conv1d", convolution }, { "conv2d", convolution },
        { "conv3d", convolution }, { "_convolution", convolution }, { "conv_transpose1d", convolution },
        { "conv_transpose2d", convolution }, { "conv_transpose3d", convolution }, { "linear", linear },
        { "matmul", matrixProduct }, { "mm", matrixProduct }, { "bmm", matrixProduct }, { "addmm", matrixProduct },
        { "batch_norm", channelNorm }, { "instance_norm", channelNorm }, { "layer_norm", layerNorm },
        { "prelu", parametricRelu }, { "max_pool1d", pooling }, { "max_pool2d", pooling }, { "max_pool3d", pooling },
        { "avg_pool1d", pooling }, { "avg_pool2d", pooling }, { "avg_pool3d", pooling },
        { "adaptive_avg_pool1d", pooling }, { "adaptive_avg_pool2d", pooling }, { "adaptive_avg_pool3d", pooling },
        { "upsample_nearest2d", pooling }, { "upsample_bilinear2d", pooling }, { "softmax", softmax },
        { "log_softmax", softmax }, { "mean", reduction }, { "sum", reduction }, { "amax", reduction },
        { "amin", reduction }, { "flatten", flatten }, { "view", reshape }, { "reshape", reshape },
        { "permute", permute }, { "transpose", transpose }, { "t", transpose }, { "numpy_T", transpose },
        { "unsqueeze", unsqueeze }, { "slice", slice }, { "select", select }, { "pad", padding },
        { "constant_pad_nd", padding }, { "cat", concatenation }, { "embedding", embedding }, { "detach", unchanged },
        { "contiguous", unchanged }, { "clone", unchanged }, { "to", unchanged }, { "alias", unchanged },
        { "dropout", dropout }, { "dropout_", dropout }, { "feature_dropout", dropout }, { "type_as", unchanged } };
    if (const auto found = rules.find(name); found != rules.end()) {
        return found->second;
    }
    const auto plain = name.ends_with('_') ? name.substr(0, name.size() - 1) : name;
    const bool isPlain = plainOperators.find(" " + plain + " ") != std::string_view::npos;
    return isPlain ? numberByNumber : nullptr;
}
} // namespace

bool applyChannelRule(ChannelFlow& flow, const torch::jit::Node& node)
{
    if (!node.kind().is_aten() || node.maybeSchema() == nullptr || node.outputs().size() != 1
        || node.inputs().empty()) {
        return false;
    }
    const Call call(flow, node);
    const auto rule = ruleOf(call.name());
    return rule != nullptr && rule(call);
}

} // namespace bw::torch_backend
