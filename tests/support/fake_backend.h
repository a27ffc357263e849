#pragma once

#include "core/calibrate/dataset.h"
#include "core/evaluate/inference_backend.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace bw::test {

/// A linear classifier, scores = W·x + b, in place of LibTorch.
struct FakeNetwork
{
    std::int64_t classes = 2;
    std::int64_t inputs = 2;
    std::vector<float> weight; ///< [classes, inputs]
    std::vector<float> bias; ///< [classes]
    /// Changes the outputs, throws, or waits. Called on the engine thread.
    std::function<void(const FloatBatch& inputs, FloatBatch& outputs, const JobContext& ctx)> hook;
    std::vector<std::int64_t> batches; ///< rows of each run so far
    std::atomic<bool> isRunning { false };
};

/// While it lives, the program's engine has a backend that opens every path as `network`.
class FakeBackendScope
{
public:
    explicit FakeBackendScope(std::shared_ptr<FakeNetwork> network);
    ~FakeBackendScope();
    FakeBackendScope(const FakeBackendScope&) = delete;
    FakeBackendScope& operator=(const FakeBackendScope&) = delete;
    ModelPtr model() const { return m_model; }

private:
    ModelPtr m_model;
};

/// Samples in memory.
class MemoryDataset final : public Dataset
{
public:
    MemoryDataset(Shape sampleShape, std::vector<float> values, std::vector<std::int64_t> labels,
        std::vector<std::string> classes = {});
    std::string name() const override { return "memory"; }
    std::filesystem::path path() const override { return {}; }
    std::uint64_t count() const override { return m_labels.size(); }
    Shape sampleShape() const override { return m_shape; }
    void read(std::uint64_t first, std::span<float> out) const override;
    std::span<const std::int64_t> labels() const override { return m_labels; }
    const std::vector<std::string>& classes() const override { return m_classes; }
    ContentHash contentHash() const override
    {
        return combine(bw::contentHash(std::as_bytes(std::span(m_values))),
            bw::contentHash(std::as_bytes(std::span(m_labels))));
    }
    const std::vector<Text>& warnings() const override { return m_warnings; }

private:
    Shape m_shape;
    std::vector<float> m_values;
    std::vector<std::int64_t> m_labels;
    std::vector<std::string> m_classes;
    std::vector<Text> m_warnings;
};

} // namespace bw::test
