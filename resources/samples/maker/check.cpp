#include "check.h"

#include "sample_files.h"
#include "train.h"

#include <torch/script.h>

#include <cstdio>

namespace bw {

namespace {

constexpr double requiredAccuracy = 0.97;
constexpr std::int64_t batchSize = 250;

bool sameBytes(const std::filesystem::path& file, const std::string& expected)
{
    const bool same = readBytes(file) == expected;
    std::printf("%-32s %s\n", file.filename().string().c_str(), same ? "same bytes" : "DIFFERS from what is drawn");
    return same;
}

std::int64_t countCorrect(torch::jit::Module& model, const LabelledImages& set)
{
    const torch::NoGradGuard noGrad;
    const torch::Tensor input = inputOf(set);
    std::int64_t correct = 0;
    for (std::int64_t first = 0; first < input.size(0); first += batchSize) {
        const torch::Tensor logits = model.forward({ input.slice(0, first, first + batchSize) }).toTensor();
        const torch::Tensor best = logits.argmax(1);
        for (std::int64_t i = 0; i < best.size(0); ++i) {
            correct += best[i].item<std::int64_t>() == set.labels[static_cast<std::size_t>(first + i)] ? 1 : 0;
        }
    }
    return correct;
}

bool accurate(const std::filesystem::path& file, const LabelledImages& set)
{
    torch::jit::Module model = torch::jit::load(file.string());
    std::int64_t parameters = 0;
    for (const torch::Tensor& parameter : model.parameters()) {
        parameters += parameter.numel();
    }
    const std::int64_t correct = countCorrect(model, set);
    const double accuracy = static_cast<double>(correct) / static_cast<double>(set.labels.size());
    const bool enough = accuracy >= requiredAccuracy;
    std::printf("%-32s %s: %lld of %zu test images right (%.2f %%), %lld parameters\n",
        file.filename().string().c_str(), enough ? "good" : "TOO POOR", static_cast<long long>(correct),
        set.labels.size(), 100 * accuracy, static_cast<long long>(parameters));
    return enough;
}

} // namespace

bool checkSample(const std::filesystem::path& folder)
{
    const LabelledImages test = drawImages(testSet.seed, 0, testSet.count);
    const LabelledImages calibration = drawImages(calibrationSet.seed, 0, calibrationSet.count);
    bool good = sameBytes(folder / testSet.fileName, safetensorsBytes(test));
    good &= sameBytes(folder / calibrationSet.fileName, safetensorsBytes(calibration));
    good &= sameBytes(folder / datasetFileName, datasetText());
    good &= accurate(folder / modelFileName, test);
    return good;
}

} // namespace bw
