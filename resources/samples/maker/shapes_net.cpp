#include "shapes_net.h"

#include "random.h"

#include <cmath>
#include <numbers>

namespace bw {

namespace {

constexpr int middleChannels = 96;
constexpr int lastChannels = 160;
constexpr int lastSide = 4;
constexpr int hiddenUnits = 96;

/// The convolutions have no bias: the batch norm behind each brings one.
torch::nn::Conv2d conv(int in, int out, int kernel, int stride = 1, int groups = 1)
{
    return torch::nn::Conv2d(
        torch::nn::Conv2dOptions(in, out, kernel).stride(stride).padding(kernel / 2).groups(groups).bias(false));
}

double laplace(Random& random)
{
    const double u = random.uniform() - 0.5;
    return -std::copysign(std::log1p(-2 * std::abs(u)), u) / std::numbers::sqrt2;
}

/// Long tails, as large trained networks have them: a short training alone would leave weights that round too well.
void initialize(torch::Tensor weight, Random& random)
{
    const torch::NoGradGuard noGrad;
    const double deviation = std::sqrt(2.0 * static_cast<double>(weight.size(0)) / static_cast<double>(weight.numel()));
    const torch::Tensor flat = weight.view(-1);
    float* values = flat.data_ptr<float>();
    for (std::int64_t i = 0; i < flat.numel(); ++i) {
        values[i] = static_cast<float>(deviation * laplace(random));
    }
}

} // namespace

ResidualImpl::ResidualImpl(int channels)
    : m_conv1(register_module("conv1", conv(channels, channels, 3)))
    , m_bn1(register_module("bn1", torch::nn::BatchNorm2d(channels)))
    , m_conv2(register_module("conv2", conv(channels, channels, 3)))
    , m_bn2(register_module("bn2", torch::nn::BatchNorm2d(channels)))
{
}

torch::Tensor ResidualImpl::forward(torch::Tensor x)
{
    const torch::Tensor inner = torch::relu(m_bn1(m_conv1(x)));
    return torch::relu(x + m_bn2(m_conv2(inner)));
}

FeaturesImpl::FeaturesImpl()
    : m_conv1(register_module("conv1", conv(1, 24, 3)))
    , m_bn1(register_module("bn1", torch::nn::BatchNorm2d(24)))
    , m_conv2(register_module("conv2", conv(24, 48, 3)))
    , m_bn2(register_module("bn2", torch::nn::BatchNorm2d(48)))
    , m_depthwise3(register_module("depthwise3", conv(48, 48, 3, 1, 48)))
    , m_bn3(register_module("bn3", torch::nn::BatchNorm2d(48)))
    , m_pointwise4(register_module("pointwise4", conv(48, middleChannels, 1)))
    , m_bn4(register_module("bn4", torch::nn::BatchNorm2d(middleChannels)))
    , m_residual5(register_module("residual5", Residual(middleChannels)))
    , m_depthwise6(register_module("depthwise6", conv(middleChannels, middleChannels, 3, 1, middleChannels)))
    , m_bn6(register_module("bn6", torch::nn::BatchNorm2d(middleChannels)))
    , m_pointwise7(register_module("pointwise7", conv(middleChannels, middleChannels, 1)))
    , m_bn7(register_module("bn7", torch::nn::BatchNorm2d(middleChannels)))
    , m_grouped8(register_module("grouped8", conv(middleChannels, 128, 3, 2, 4)))
    , m_bn8(register_module("bn8", torch::nn::BatchNorm2d(128)))
    , m_pointwise9(register_module("pointwise9", conv(128, lastChannels, 1)))
    , m_bn9(register_module("bn9", torch::nn::BatchNorm2d(lastChannels)))
{
}

torch::Tensor FeaturesImpl::forward(torch::Tensor x)
{
    x = torch::max_pool2d(torch::relu(m_bn1(m_conv1(x))), 2);
    x = torch::relu(m_bn2(m_conv2(x)));
    x = torch::relu(m_bn3(m_depthwise3(x)));
    x = torch::max_pool2d(torch::relu(m_bn4(m_pointwise4(x))), 2);
    x = m_residual5(x);
    x = torch::relu(m_bn6(m_depthwise6(x)));
    x = torch::relu(m_bn7(m_pointwise7(x)));
    x = torch::relu(m_bn8(m_grouped8(x)));
    return torch::relu(m_bn9(m_pointwise9(x)));
}

ClassifierImpl::ClassifierImpl()
    : m_fc1(register_module("fc1", torch::nn::Linear(lastChannels * lastSide * lastSide, hiddenUnits)))
    , m_fc2(register_module("fc2", torch::nn::Linear(hiddenUnits, shapeCount)))
{
}

torch::Tensor ClassifierImpl::forward(torch::Tensor x)
{
    return m_fc2(torch::relu(m_fc1(torch::flatten(x, 1))));
}

ShapesNetImpl::ShapesNetImpl(std::uint64_t seed)
    : m_features(register_module("features", Features()))
    , m_classifier(register_module("classifier", Classifier()))
{
    Random random(seed);
    for (const torch::Tensor& parameter : parameters()) {
        if (parameter.dim() >= 2) {
            initialize(parameter, random);
        }
    }
    torch::nn::init::zeros_(m_classifier->m_fc1->bias);
    torch::nn::init::zeros_(m_classifier->m_fc2->bias);
}

torch::Tensor ShapesNetImpl::forward(torch::Tensor x)
{
    return m_classifier(m_features(x));
}

} // namespace bw
