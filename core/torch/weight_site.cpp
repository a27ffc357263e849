#include "core/torch/weight_site.h"

#include <numeric>

#include <ATen/ATen.h>
#include <torch/csrc/jit/ir/constants.h>

namespace bw::torch_backend {

namespace {

namespace jit = torch::jit;
using Sizes = std::vector<std::int64_t>;

const jit::Value* inputNamed(const jit::Node& node, std::string_view name, std::size_t* index = nullptr)
{
    const auto& arguments = node.schema().arguments();
    for (std::size_t i = 0; i < arguments.size() && i < node.inputs().size(); ++i) {
        if (arguments[i].name() == name) {
            if (index != nullptr) {
                *index = i;
            }
            return node.input(i);
        }
    }
    return nullptr;
}

std::optional<std::int64_t> constantInt(const jit::Value* value)
{
    const auto known = value == nullptr ? c10::nullopt : jit::toIValue(value);
    if (known && known->isInt()) {
        return known->toInt();
    }
    if (known && known->isBool()) {
        return known->toBool() ? 1 : 0;
    }
    return std::nullopt;
}

/// A list of whole numbers that is the same in every run; one number stands for all dimensions.
std::optional<Sizes> constantInts(const jit::Value* value, std::size_t count)
{
    if (value == nullptr) {
        return std::nullopt;
    }
    Sizes sizes;
    const auto known = jit::toIValue(value);
    if (known && known->isIntList()) {
        sizes = known->toIntVector();
    } else if (const auto one = constantInt(value)) {
        sizes = { *one };
    } else if (value->node()->kind() == jit::prim::ListConstruct) {
        for (const auto* item : value->node()->inputs()) {
            const auto size = constantInt(item);
            if (!size) {
                return std::nullopt;
            }
            sizes.push_back(*size);
        }
    }
    if (sizes.size() == 1) {
        sizes.assign(count, sizes.front());
    }
    return sizes.size() == count ? std::optional(sizes) : std::nullopt;
}

/// Pads the last dimensions of `x` by `before`, and after that to at least `extent`; what is beyond is cut off.
at::Tensor padded(const at::Tensor& x, const Sizes& before, const Sizes& extent)
{
    Sizes pads; // last dimension first
    const auto first = x.dim() - static_cast<std::int64_t>(before.size());
    for (std::size_t i = before.size(); i-- > 0;) {
        pads.push_back(before[i]);
        pads.push_back(extent[i] - before[i] - x.size(first + static_cast<std::int64_t>(i)));
    }
    return at::constant_pad_nd(x, pads).contiguous();
}

/// [N, C, kernel…, positions…]: what a kernel covers of x [N, C, size…] at each position, without a copy.
at::Tensor patches(
    const at::Tensor& x, const Sizes& kernel, const Sizes& positions, const Sizes& stride, const Sizes& dilation)
{
    Sizes sizes { x.size(0), x.size(1) };
    Sizes strides { x.stride(0), x.stride(1) };
    for (std::size_t i = 0; i < kernel.size(); ++i) {
        sizes.push_back(kernel[i]);
        strides.push_back(x.stride(static_cast<std::int64_t>(i) + 2) * dilation[i]);
    }
    for (std::size_t i = 0; i < kernel.size(); ++i) {
        sizes.push_back(positions[i]);
        strides.push_back(x.stride(static_cast<std::int64_t>(i) + 2) * stride[i]);
    }
    return x.as_strided(sizes, strides);
}

Sizes tail(const at::Tensor& x, std::size_t count)
{
    return { x.sizes().end() - static_cast<std::ptrdiff_t>(count), x.sizes().end() };
}

/// [samples, …, channels, size…] as [samples · …, channels, size…].
at::Tensor asImages(const at::Tensor& x, std::size_t spatial)
{
    Sizes shape { -1 };
    const auto rest = tail(x, spatial + 1);
    shape.insert(shape.end(), rest.begin(), rest.end());
    return x.reshape(shape);
}

std::int64_t product(const Sizes& sizes, std::size_t from = 0)
{
    return std::accumulate(
        sizes.begin() + static_cast<std::ptrdiff_t>(from), sizes.end(), std::int64_t { 1 }, std::multiplies<>());
}

/// [N, …] → Σ over the images of each sample.
at::Tensor perSample(const at::Tensor& images, std::int64_t samples)
{
    return images.size(0) == samples ? images : images.view({ samples, -1, images.size(1), images.size(2) }).sum(1);
}

} // namespace

std::optional<WeightSite> WeightSite::of(const WeightUse& use)
{
    if (!use.isWhole || use.node->outputs().size() != 1) {
        return std::nullopt;
    }
    WeightSite site;
    site.m_shape = use.tensor.sizes().vec();
    site.m_outAxis = use.outAxis;
    const std::string_view op = use.node->kind().toUnqualString();
    std::size_t activation = 0;
    if (op == "linear" && inputNamed(*use.node, "input", &activation) != nullptr && use.argument != activation) {
        site.m_kind = Kind::Linear;
    } else if (op == "matmul" || op == "mm" || op == "addmm" || op == "mv") {
        const std::size_t left = op == "addmm" ? 1 : 0;
        site.m_kind = use.argument == left ? Kind::Left : Kind::Linear;
        activation = use.argument == left ? left + 1 : left;
    } else if (op == "embedding" && inputNamed(*use.node, "indices", &activation) != nullptr) {
        site.m_kind = Kind::Embedding;
    } else if ((op.starts_with("conv") || op == "_convolution") && use.tensor.dim() >= 3
        && inputNamed(*use.node, "input", &activation) != nullptr && use.argument != activation
        && site.readConvolution(*use.node)) {
        // kind is set
    } else {
        return std::nullopt;
    }
    site.m_activation = activation;
    return site;
}

bool WeightSite::readConvolution(const jit::Node& node)
{
    const std::string_view op = node.kind().toUnqualString();
    const auto spatial = m_shape.size() - 2;
    const bool isTransposed
        = op.starts_with("conv_transpose") || constantInt(inputNamed(node, "transposed")).value_or(0) != 0;
    m_kind = isTransposed ? Kind::ConvTransposed : Kind::Conv;
    const auto stride = constantInts(inputNamed(node, "stride"), spatial);
    const auto dilation = constantInts(inputNamed(node, "dilation"), spatial);
    const auto groups = constantInt(inputNamed(node, "groups"));
    auto padding = constantInts(inputNamed(node, "padding"), spatial);
    if (!padding && dilation && inputNamed(node, "padding") != nullptr) {
        const auto word = jit::toIValue(inputNamed(node, "padding"));
        if (word && word->isString()) {
            padding.emplace();
            for (std::size_t i = 0; i < spatial; ++i) {
                padding->push_back(word->toStringRef() == "same" ? (*dilation)[i] * (m_shape[i + 2] - 1) / 2 : 0);
            }
        }
    }
    if (!stride || !dilation || !padding || !groups || *groups < 1) {
        return false;
    }
    m_stride = *stride;
    m_dilation = *dilation;
    m_padding = *padding;
    m_groups = *groups;
    return true;
}

at::Tensor WeightSite::sampleGradients(const at::Tensor& x, const at::Tensor& dy) const
{
    switch (m_kind) {
    case Kind::Linear:
    case Kind::Left:
        return linearGradients(x, dy);
    case Kind::Conv:
        return convGradients(x, dy);
    case Kind::ConvTransposed:
        return transposedGradients(x, dy);
    case Kind::Embedding:
        break;
    }
    return embeddingGradients(x, dy);
}

at::Tensor WeightSite::linearGradients(at::Tensor x, at::Tensor dy) const
{
    if (m_kind == Kind::Left && x.dim() > 2) {
        x = x.transpose(-1, -2);
        dy = dy.transpose(-1, -2);
    }
    const auto in = m_shape[m_outAxis == 0 ? 1 : 0];
    const auto out = m_shape[static_cast<std::size_t>(m_outAxis)];
    x = x.reshape({ x.size(0), -1, in });
    dy = dy.reshape({ dy.size(0), -1, out });
    return m_outAxis == 0 ? at::bmm(dy.transpose(1, 2), x) : at::bmm(x.transpose(1, 2), dy);
}

at::Tensor WeightSite::convGradients(const at::Tensor& x, const at::Tensor& dy) const
{
    const auto samples = x.size(0);
    const auto columns = convColumns(x, dy); // [N, groups, columns, positions]
    const auto images = columns.size(0);
    const auto rows = dy.reshape({ images * m_groups, m_shape[0] / m_groups, columns.size(3) });
    const auto product = at::bmm(rows, columns.view({ images * m_groups, columns.size(2), -1 }).transpose(1, 2));
    auto shape = m_shape;
    shape.insert(shape.begin(), samples);
    return perSample(product.view({ images, m_shape[0], -1 }), samples).view(shape);
}

at::Tensor WeightSite::transposedGradients(const at::Tensor& x, const at::Tensor& dy) const
{
    // The gradient of y = convᵀ(x) is that of x = conv(y) with the roles of input and output changed.
    const auto samples = x.size(0);
    const auto spatial = m_stride.size();
    const auto images = asImages(x, spatial);
    const auto outputs = asImages(dy, spatial);
    const auto positions = tail(images, spatial);
    const Sizes kernel(m_shape.begin() + 2, m_shape.end());
    Sizes extent;
    for (std::size_t i = 0; i < spatial; ++i) {
        extent.push_back((positions[i] - 1) * m_stride[i] + (kernel[i] - 1) * m_dilation[i] + 1);
    }
    const auto count = images.size(0);
    const auto columns = patches(padded(outputs, m_padding, extent), kernel, positions, m_stride, m_dilation)
                             .reshape({ count * m_groups, m_shape[1] * product(kernel), product(positions) });
    const auto rows = images.reshape({ count * m_groups, m_shape[0] / m_groups, product(positions) });
    auto shape = m_shape;
    shape.insert(shape.begin(), samples);
    const auto all = at::bmm(rows, columns.transpose(1, 2)).view({ count, m_shape[0], -1 });
    return perSample(all, samples).view(shape);
}

at::Tensor WeightSite::embeddingGradients(const at::Tensor& x, const at::Tensor& dy) const
{
    const auto samples = x.size(0);
    const auto positions = x.numel() / std::max<std::int64_t>(samples, 1);
    const auto rows = at::arange(samples, at::kLong).repeat_interleave(positions) * m_shape[0];
    auto gradients = at::zeros({ samples * m_shape[0], m_shape[1] }, dy.options());
    gradients.index_add_(0, rows + x.reshape({ -1 }).to(at::kLong), dy.reshape({ -1, m_shape[1] }));
    return gradients.view({ samples, m_shape[0], m_shape[1] });
}

at::Tensor WeightSite::convColumns(const at::Tensor& x, const at::Tensor& y) const
{
    const auto spatial = m_stride.size();
    const auto images = asImages(x, spatial);
    const auto positions = tail(y, spatial);
    const Sizes kernel(m_shape.begin() + 2, m_shape.end());
    Sizes extent;
    for (std::size_t i = 0; i < spatial; ++i) {
        extent.push_back((positions[i] - 1) * m_stride[i] + (kernel[i] - 1) * m_dilation[i] + 1);
    }
    return patches(padded(images, m_padding, extent), kernel, positions, m_stride, m_dilation)
        .reshape({ images.size(0), m_groups, m_shape[1] * product(kernel), product(positions) });
}

at::Tensor WeightSite::transposedColumns(const at::Tensor& x, const at::Tensor& y) const
{
    // As a convolution with the kernel turned round over x with zeros between its values.
    const auto spatial = m_stride.size();
    const auto images = asImages(x, spatial);
    const auto positions = tail(y, spatial);
    const Sizes kernel(m_shape.begin() + 2, m_shape.end());
    Sizes spread { images.size(0), images.size(1) };
    Sizes before;
    Sizes extent;
    Sizes turned;
    for (std::size_t i = 0; i < spatial; ++i) {
        const auto size = images.size(static_cast<std::int64_t>(i) + 2);
        spread.push_back(size == 0 ? 0 : (size - 1) * m_stride[i] + 1);
        before.push_back((kernel[i] - 1) * m_dilation[i] - m_padding[i]);
        extent.push_back(positions[i] - 1 + (kernel[i] - 1) * m_dilation[i] + 1);
        turned.push_back(static_cast<std::int64_t>(i) + 2);
    }
    auto apart = at::zeros(spread, images.options());
    auto strides = apart.strides().vec();
    for (std::size_t i = 0; i < spatial; ++i) {
        strides[i + 2] *= m_stride[i];
    }
    apart.as_strided(images.sizes(), strides).copy_(images);
    const Sizes ones(spatial, 1);
    return patches(padded(apart, before, extent), kernel, positions, ones, m_dilation)
        .flip(turned)
        .reshape({ images.size(0), m_groups, m_shape[0] / m_groups * product(kernel), product(positions) });
}

at::Tensor WeightSite::covariance(const at::Tensor& x, const at::Tensor& y, at::Tensor& energies) const
{
    if (m_kind == Kind::Linear || m_kind == Kind::Left) {
        const auto in = m_shape[m_outAxis == 0 ? 1 : 0];
        const auto turned = m_kind == Kind::Left && x.dim() > 2 ? x.transpose(-1, -2) : x;
        const auto rows = turned.reshape({ x.size(0), -1, in });
        energies = rows.to(at::kDouble).square().sum({ 1, 2 });
        const auto flat = rows.reshape({ -1, in });
        return at::mm(flat.t(), flat).unsqueeze(0);
    }
    const auto columns = m_kind == Kind::Conv ? convColumns(x, y) : transposedColumns(x, y);
    energies = columns.square().sum({ 1, 2, 3 }, false, at::kDouble).view({ x.size(0), -1 }).sum(1);
    const auto wide = columns.permute({ 1, 2, 0, 3 }).reshape({ m_groups, columns.size(2), -1 });
    return at::bmm(wide, wide.transpose(1, 2));
}

} // namespace bw::torch_backend
