#include "tests/support/fake_backend.h"

#include "core/base/error.h"
#include "core/evaluate/inference_engine.h"

#include <algorithm>

namespace bw::test {

namespace {
class FakeSession final : public InferenceSession
{
public:
    explicit FakeSession(std::shared_ptr<FakeNetwork> network)
        : m_network(std::move(network))
        , m_weight(m_network->weight)
    {
    }

    std::vector<std::string> swappableWeights() const override { return { "fc.weight" }; }
    void setWeight(const std::string& name, const TensorView& values) override
    {
        if (name != "fc.weight" || values.count() != m_weight.size()) {
            throw Error(ErrorKind::BadInput, "no such weight");
        }
        m_weight = toFloats(values);
    }
    void restoreWeights() override { m_weight = m_network->weight; }

    FloatBatch run(const FloatBatch& batch, const JobContext& ctx) override
    {
        m_network->isRunning = true;
        const auto rows = batch.shape.at(0);
        m_network->batches.push_back(rows);
        FloatBatch out { { rows, m_network->classes }, {} };
        for (std::int64_t row = 0; row < rows; ++row) {
            for (std::int64_t c = 0; c < m_network->classes; ++c) {
                float sum = m_network->bias.at(static_cast<std::size_t>(c));
                for (std::int64_t i = 0; i < m_network->inputs; ++i) {
                    sum += m_weight.at(static_cast<std::size_t>(c * m_network->inputs + i))
                        * batch.values.at(static_cast<std::size_t>(row * m_network->inputs + i));
                }
                out.values.push_back(sum);
            }
        }
        if (m_network->hook) {
            m_network->hook(batch, out, ctx);
        }
        return out;
    }

    void save(const std::filesystem::path&, const ProgramParts&) override
    {
        throw Error(ErrorKind::Unsupported, "the fake backend writes nothing");
    }

private:
    std::shared_ptr<FakeNetwork> m_network;
    std::vector<float> m_weight;
};

ModelPtr modelOf(const FakeNetwork& network)
{
    LayerInfo layer;
    layer.name = "fc.weight";
    layer.kind = LayerKind::Linear;
    layer.view = makeTensor({ network.classes, network.inputs }, network.weight);
    Model::Data data;
    data.path = "fake.pt";
    data.format = "fake";
    data.layers = { layer };
    data.hasGraph = true;
    return std::make_shared<const Model>(std::move(data));
}

class FakeBackend final : public InferenceBackend
{
public:
    explicit FakeBackend(std::shared_ptr<FakeNetwork> network)
        : m_network(std::move(network))
    {
    }
    std::string version() const override { return "fake"; }
    ModelPtr openModel(const std::filesystem::path&, const JobContext&) override { return modelOf(*m_network); }
    std::unique_ptr<InferenceSession> openSession(const std::filesystem::path&, const JobContext&) override
    {
        return std::make_unique<FakeSession>(m_network);
    }

private:
    std::shared_ptr<FakeNetwork> m_network;
};
} // namespace

FakeBackendScope::FakeBackendScope(std::shared_ptr<FakeNetwork> network)
    : m_model(modelOf(*network))
{
    InferenceEngine::useBackend([network] { return std::make_unique<FakeBackend>(network); });
}

FakeBackendScope::~FakeBackendScope()
{
    InferenceEngine::useBackend({});
}

MemoryDataset::MemoryDataset(
    Shape sampleShape, std::vector<float> values, std::vector<std::int64_t> labels, std::vector<std::string> classes)
    : m_shape(std::move(sampleShape))
    , m_values(std::move(values))
    , m_labels(std::move(labels))
    , m_classes(std::move(classes))
{
}

void MemoryDataset::read(std::uint64_t first, std::span<float> out) const
{
    const auto start = m_values.begin() + static_cast<std::ptrdiff_t>(first * elementCount(m_shape));
    std::copy(start, start + static_cast<std::ptrdiff_t>(out.size()), out.begin());
}

} // namespace bw::test
