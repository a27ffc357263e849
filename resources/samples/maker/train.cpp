#include "train.h"

#include "sample_files.h"

#include <cmath>
#include <cstdio>
#include <numbers>

namespace bw {

namespace {

constexpr int steps = 1000;
constexpr int warmUpSteps = 50;
constexpr int batchSize = 64;
constexpr double peakRate = 4e-3;
constexpr double weightDecay = 0.02;
constexpr double labelSmoothing = 0.05;

double learningRate(int step)
{
    if (step < warmUpSteps) {
        return peakRate * (step + 1) / warmUpSteps;
    }
    const double progress = static_cast<double>(step - warmUpSteps) / (steps - warmUpSteps);
    return peakRate * 0.5 * (1 + std::cos(std::numbers::pi * progress)) + 1e-6;
}

void setLearningRate(torch::optim::AdamW& optimizer, double rate)
{
    for (auto& group : optimizer.param_groups()) {
        static_cast<torch::optim::AdamWOptions&>(group.options()).lr(rate);
    }
}

torch::Tensor labelsOf(const LabelledImages& set)
{
    return torch::tensor(set.labels, torch::dtype(torch::kInt64));
}

} // namespace

torch::Tensor inputOf(const LabelledImages& set)
{
    const torch::Tensor pixels = torch::tensor(at::ArrayRef<std::uint8_t>(set.pixels), torch::dtype(torch::kUInt8))
                                     .view({ -1, 1, imageSide, imageSide });
    return (pixels.to(torch::kFloat32) / 255 - pixelMean) / pixelStd;
}

ShapesNet trainedNet()
{
    ShapesNet net(trainingSeed);
    net->train();
    torch::optim::AdamW optimizer(net->parameters(), torch::optim::AdamWOptions(peakRate).weight_decay(weightDecay));
    const auto criterion = torch::nn::functional::CrossEntropyFuncOptions().label_smoothing(labelSmoothing);
    for (int step = 0; step < steps; ++step) {
        const LabelledImages batch = drawImages(trainingSeed, static_cast<std::uint64_t>(step) * batchSize, batchSize);
        setLearningRate(optimizer, learningRate(step));
        optimizer.zero_grad();
        const torch::Tensor loss
            = torch::nn::functional::cross_entropy(net(inputOf(batch)), labelsOf(batch), criterion);
        loss.backward();
        optimizer.step();
        if (step % 50 == 0 || step + 1 == steps) {
            std::printf("step %4d of %d, loss %.4f\n", step, steps, loss.item<double>());
            std::fflush(stdout);
        }
    }
    net->eval();
    return net;
}

} // namespace bw
