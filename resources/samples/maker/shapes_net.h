#pragma once

#include "shape_paths.h"

#include <cstdint>

#include <torch/torch.h>

namespace bw {

/// y = relu(x + bn2(conv2(relu(bn1(conv1(x))))))
struct ResidualImpl : torch::nn::Module
{
    explicit ResidualImpl(int channels);
    torch::Tensor forward(torch::Tensor x);

    torch::nn::Conv2d m_conv1;
    torch::nn::BatchNorm2d m_bn1;
    torch::nn::Conv2d m_conv2;
    torch::nn::BatchNorm2d m_bn2;
};
TORCH_MODULE(Residual);

/// Plain, depthwise, 1x1, residual and grouped convolutions: layers that take quantization differently.
struct FeaturesImpl : torch::nn::Module
{
    FeaturesImpl();
    torch::Tensor forward(torch::Tensor x);

    torch::nn::Conv2d m_conv1;
    torch::nn::BatchNorm2d m_bn1;
    torch::nn::Conv2d m_conv2;
    torch::nn::BatchNorm2d m_bn2;
    torch::nn::Conv2d m_depthwise3;
    torch::nn::BatchNorm2d m_bn3;
    torch::nn::Conv2d m_pointwise4;
    torch::nn::BatchNorm2d m_bn4;
    Residual m_residual5;
    torch::nn::Conv2d m_depthwise6;
    torch::nn::BatchNorm2d m_bn6;
    torch::nn::Conv2d m_pointwise7;
    torch::nn::BatchNorm2d m_bn7;
    torch::nn::Conv2d m_grouped8;
    torch::nn::BatchNorm2d m_bn8;
    torch::nn::Conv2d m_pointwise9;
    torch::nn::BatchNorm2d m_bn9;
};
TORCH_MODULE(Features);

struct ClassifierImpl : torch::nn::Module
{
    ClassifierImpl();
    torch::Tensor forward(torch::Tensor x);

    torch::nn::Linear m_fc1;
    torch::nn::Linear m_fc2;
};
TORCH_MODULE(Classifier);

/// float [N, 1, 32, 32], normalised -> logits [N, shapeCount].
struct ShapesNetImpl : torch::nn::Module
{
    explicit ShapesNetImpl(std::uint64_t seed);
    torch::Tensor forward(torch::Tensor x);

    Features m_features;
    Classifier m_classifier;
};
TORCH_MODULE(ShapesNet);

} // namespace bw
