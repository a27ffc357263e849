// What the engine sees of a model while it runs, against PyTorch's own autograd.

#include "core/evaluate/observation.h"

#include "core/base/error.h"
#include "core/evaluate/inference_engine.h"
#include "core/model/loader.h"
#include "tests/support/temp_dir.h"
#include "tests/torch/fixtures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <map>
#include <memory>
#include <sstream>
#include <thread>

namespace bw {
namespace {

std::vector<std::string> split(const std::string& text, char separator)
{
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, separator);) {
        parts.push_back(part);
    }
    return parts;
}

template <class T>
std::vector<T> valuesOf(const std::filesystem::path& file)
{
    const auto bytes = test::readFile(file);
    std::vector<T> out(bytes.size() / sizeof(T));
    std::memcpy(out.data(), bytes.data(), out.size() * sizeof(T));
    return out;
}

struct Layer
{
    std::string name;
    Shape shape;
    int outAxis = 0;
    std::uint64_t count() const { return elementCount(shape); }
};

struct Case
{
    std::string name;
    FloatBatch samples;
    std::vector<Layer> layers;

    FloatBatch part(std::int64_t first, std::int64_t last) const
    {
        FloatBatch batch;
        batch.shape = samples.shape;
        batch.shape[0] = last - first;
        const auto size = static_cast<std::ptrdiff_t>(samples.values.size()) / samples.shape[0];
        batch.values.assign(samples.values.begin() + first * size, samples.values.begin() + last * size);
        return batch;
    }
};

/// A session and what it gave, used on the engine's thread.
struct Observed
{
    std::unique_ptr<ObservationSession> session;
    std::vector<LayerAccess> access;
    std::vector<std::vector<float>> gradients; ///< [samples, matrix order] by layer
    std::vector<std::int64_t> labels;
    std::vector<LayerInputs> inputs;
    bool takesBatches = false;
};

double relativeDistance(const std::vector<float>& a, const std::vector<float>& b)
{
    double difference = 0;
    double norm = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double d = static_cast<double>(a[i]) - static_cast<double>(b[i]);
        difference += d * d;
        norm += static_cast<double>(b[i]) * static_cast<double>(b[i]);
    }
    return norm == 0 ? difference : std::sqrt(difference / norm);
}

class Observations : public testing::Test
{
protected:
    static void SetUpTestSuite()
    {
        s_folder = std::make_unique<test::TempDir>();
        test::runFixture("make_observed_models.py", s_folder->path());
        for (const auto& line : split(test::readFile(file("models.txt")), '\n')) {
            const auto fields = split(line, '|');
            Case c;
            c.name = fields[0];
            c.samples.shape = { std::stoll(fields[1]) };
            for (const auto& size : split(fields[2], 'x')) {
                c.samples.shape.push_back(std::stoll(size));
            }
            c.samples.values = valuesOf<float>(file(c.name + ".in"));
            const auto model = openModel(file(c.name + ".pt"));
            for (const auto& name : split(fields[3], ',')) {
                const auto& layer = model->layer(model->find(name));
                c.layers.push_back({ name, layer.view.shape, layer.outAxis });
            }
            s_cases.push_back(std::move(c));
        }
        for (const auto& c : s_cases) {
            s_observed[c.name] = observe(c, 0);
            const auto& labels = s_observed[c.name]->labels;
            test::writeFile(file(c.name + ".labels"),
                { reinterpret_cast<const char*>(labels.data()), labels.size() * sizeof(labels[0]) });
        }
        test::runFixture("make_observed_models.py", s_folder->path(), "check");
    }
    static void TearDownTestSuite()
    {
        s_observed.clear();
        s_cases.clear();
        s_folder.reset();
    }
    static std::filesystem::path file(const std::string& name) { return s_folder->path() / name; }

    static std::unique_ptr<Observed> open(const Case& c)
    {
        auto observed = std::make_unique<Observed>();
        InferenceEngine::instance().run([&](InferenceBackend& backend) {
            std::vector<WatchedLayer> layers;
            for (const auto& layer : c.layers) {
                layers.push_back({ layer.name, layer.outAxis });
            }
            observed->session = backend.openObservation(file(c.name + ".pt"), layers, {});
            observed->access = observed->session->prepare(c.part(0, 2), {});
            observed->takesBatches = observed->session->takesBatches();
        });
        return observed;
    }

    /// Everything, in batches of two if there may be any.
    static std::unique_ptr<Observed> observe(const Case& c, std::uint64_t seed, std::int64_t batch = 2,
        LikelihoodDraw draw = LikelihoodDraw::Label)
    {
        auto observed = open(c);
        batch = observed->takesBatches ? batch : 1;
        observed->gradients.resize(c.layers.size());
        std::vector<std::size_t> seen;
        for (std::size_t i = 0; i < c.layers.size(); ++i) {
            if (observed->access[i].noInputs.empty()) {
                seen.push_back(i);
            }
        }
        InferenceEngine::instance().run([&](InferenceBackend&) {
            for (std::int64_t first = 0; first < c.samples.shape[0]; first += batch) {
                const auto samples = c.part(first, std::min(c.samples.shape[0], first + batch));
                const auto labels
                    = observed->session->observeGradients(samples, static_cast<std::uint64_t>(first), seed, draw,
                        [&](std::size_t layer, std::span<const float> values) {
                            auto& all = observed->gradients[layer];
                            all.insert(all.end(), values.begin(), values.end());
                        },
                        {});
                observed->labels.insert(observed->labels.end(), labels.begin(), labels.end());
                observed->session->observeInputs(samples, seen, {});
            }
            for (std::size_t i = 0; i < c.layers.size(); ++i) {
                observed->inputs.push_back(observed->session->takeInputs(i));
            }
        });
        return observed;
    }

    static const Case& find(const std::string& name)
    {
        return *std::find_if(s_cases.begin(), s_cases.end(), [&](const Case& c) { return c.name == name; });
    }

    /// [rows…] of a weight in its own order as the layer's matrix.
    static std::vector<float> asMatrix(const Layer& layer, std::vector<float> values)
    {
        return toFloats(withAxisFirst(makeTensor(layer.shape, std::move(values)), layer.outAxis));
    }

    /// [sample][weights] of each layer's gradients against what PyTorch wrote.
    static void compareWithAutograd(const Case& c, const Observed& observed, const std::string& suffix)
    {
        const auto reference = valuesOf<float>(file(c.name + suffix));
        const auto samples = static_cast<std::size_t>(c.samples.shape[0]);
        std::size_t at = 0;
        for (std::size_t i = 0; i < c.layers.size(); ++i) {
            SCOPED_TRACE(c.name + " " + c.layers[i].name + " " + suffix);
            EXPECT_TRUE(observed.access[i].noGradients.empty()) << observed.access[i].noGradients.english();
            const auto count = c.layers[i].count();
            ASSERT_EQ(observed.gradients[i].size(), samples * count);
            for (std::size_t s = 0; s < samples; ++s, at += count) {
                const auto first = reference.begin() + static_cast<std::ptrdiff_t>(at);
                const auto wanted = asMatrix(c.layers[i], { first, first + static_cast<std::ptrdiff_t>(count) });
                const auto mine = observed.gradients[i].begin() + static_cast<std::ptrdiff_t>(s * count);
                EXPECT_LT(relativeDistance({ mine, mine + static_cast<std::ptrdiff_t>(count) }, wanted), 1e-4);
            }
        }
        EXPECT_EQ(at, reference.size());
    }

    static inline std::unique_ptr<test::TempDir> s_folder;
    static inline std::vector<Case> s_cases;
    static inline std::map<std::string, std::unique_ptr<Observed>> s_observed;
};

/// tr(Δ C Δᵀ), Δ in matrix order.
double outputError(const LayerInputs& inputs, const Layer& layer, const std::vector<float>& delta)
{
    const auto rows = static_cast<std::uint64_t>(layer.shape[static_cast<std::size_t>(layer.outAxis)]);
    const auto columns = layer.count() / rows;
    double total = 0;
    for (const auto& block : inputs.blocks) {
        for (auto r = block.firstRow; r < block.firstRow + block.rows; ++r) {
            const float* row = delta.data() + r * columns + block.firstColumn;
            for (std::uint64_t i = 0; i < block.columns; ++i) {
                for (std::uint64_t j = 0; j < block.columns; ++j) {
                    total += static_cast<double>(row[i]) * block.covariance[i * block.columns + j]
                        * static_cast<double>(row[j]);
                }
            }
        }
    }
    for (std::uint64_t r = 0; r < inputs.lookups.size(); ++r) {
        for (std::uint64_t i = 0; i < columns; ++i) {
            const double d = static_cast<double>(delta[r * columns + i]);
            total += inputs.lookups[r] * d * d;
        }
    }
    return total;
}

TEST_F(Observations, GradientsOfEachSampleAreAutograds)
{
    ASSERT_EQ(s_cases.size(), 13U);
    for (const auto& c : s_cases) {
        const auto& observed = *s_observed.at(c.name);
        if (c.name == "no_gradient") {
            EXPECT_FALSE(observed.access[0].noGradients.empty());
            continue;
        }
        compareWithAutograd(c, observed, ".grads");
        compareWithAutograd(c, *observe(c, 0, 2, LikelihoodDraw::Signs), ".signed");
    }
}

TEST_F(Observations, BothDrawsHaveTheFisherInformationAsTheirMeanAndSignsVaryLess)
{
    const auto& c = find("conv");
    const auto deltas = valuesOf<float>(file("conv.delta"));
    const auto exact = valuesOf<double>(file("conv.exact"));
    const auto session = open(c);
    constexpr int draws = 600;
    std::vector<std::array<double, 2>> errors(c.layers.size()); // standard errors by draw
    for (const auto draw : { LikelihoodDraw::Label, LikelihoodDraw::Signs }) {
        std::vector<double> sums(c.layers.size());
        std::vector<double> squares(c.layers.size());
        for (int seed = 0; seed < draws; ++seed) {
            std::vector<double> total(c.layers.size());
            const auto add = [&](std::size_t layer, std::span<const float> gradients) {
                const auto count = c.layers[layer].count();
                std::size_t first = 0;
                for (std::size_t l = 0; l < layer; ++l) {
                    first += c.layers[l].count();
                }
                for (std::size_t at = 0; at < gradients.size(); at += count) {
                    double product = 0;
                    for (std::size_t i = 0; i < count; ++i) {
                        product += static_cast<double>(gradients[at + i]) * static_cast<double>(deltas[first + i]);
                    }
                    total[layer] += product * product;
                }
            };
            InferenceEngine::instance().run([&](InferenceBackend&) {
                session->session->observeGradients(c.samples, 0, static_cast<std::uint64_t>(seed), draw, add, {});
            });
            for (std::size_t l = 0; l < total.size(); ++l) {
                sums[l] += total[l];
                squares[l] += total[l] * total[l];
            }
        }
        for (std::size_t l = 0; l < sums.size(); ++l) {
            const double mean = sums[l] / draws;
            const double error = std::sqrt((squares[l] / draws - mean * mean) / draws);
            EXPECT_NEAR(mean, exact[l], 5 * error) << c.layers[l].name;
            errors[l][draw == LikelihoodDraw::Signs ? 1 : 0] = error;
        }
    }
    // Not for each error of each layer, but on the whole.
    std::array<double, 2> variances {};
    for (std::size_t l = 0; l < errors.size(); ++l) {
        variances[0] += std::pow(errors[l][0] / exact[l], 2);
        variances[1] += std::pow(errors[l][1] / exact[l], 2);
    }
    EXPECT_LT(variances[1], 0.9 * variances[0]) << variances[1] / variances[0];
}

TEST_F(Observations, InputsSayWhatAnErrorOfTheWeightsDoesToTheOutputs)
{
    for (const auto& c : s_cases) {
        const auto& observed = *s_observed.at(c.name);
        const auto deltas = valuesOf<float>(file(c.name + ".delta"));
        const auto wanted = valuesOf<double>(file(c.name + ".errors"));
        std::size_t at = 0;
        for (std::size_t i = 0; i < c.layers.size(); ++i) {
            SCOPED_TRACE(c.name + " " + c.layers[i].name);
            const auto first = deltas.begin() + static_cast<std::ptrdiff_t>(at);
            const auto count = c.layers[i].count();
            at += count;
            const auto delta = asMatrix(c.layers[i], { first, first + static_cast<std::ptrdiff_t>(count) });
            if (observed.access[i].noInputs.empty() && wanted[i] > 0 && c.name != "mixing") {
                EXPECT_NEAR(outputError(observed.inputs[i], c.layers[i], delta) / wanted[i], 1, 1e-4);
                EXPECT_EQ(observed.inputs[i].energies.size(), static_cast<std::size_t>(c.samples.shape[0]));
            }
        }
    }
}

TEST_F(Observations, EachSampleHasTheEnergyOfItsInputs)
{
    const auto& observed = *s_observed.at("conv");
    for (const auto& inputs : observed.inputs) {
        double trace = 0;
        for (const auto& block : inputs.blocks) {
            for (std::uint64_t i = 0; i < block.columns; ++i) {
                trace += block.covariance[i * (block.columns + 1)];
            }
        }
        double energy = 0;
        for (const double value : inputs.energies) {
            EXPECT_GT(value, 0);
            energy += value;
        }
        EXPECT_NEAR(energy / trace, 1, 1e-5);
    }
}

TEST_F(Observations, WhatCannotBeSeenIsSaidAndNeverZero)
{
    const auto reasons = [&](const std::string& name) {
        std::vector<bool> seen;
        for (const auto& access : s_observed.at(name)->access) {
            seen.push_back(access.noInputs.empty());
        }
        return seen;
    };
    using Seen = std::vector<bool>;
    EXPECT_EQ(reasons("conv"), Seen({ true, true, true, true }));
    EXPECT_EQ(reasons("others"), Seen({ true, true, true, true, true }));
    EXPECT_EQ(reasons("tied"), Seen({ true, true }));
    EXPECT_EQ(reasons("sequence_first"), Seen({ true, true, true }));
    EXPECT_EQ(reasons("recurrent"), Seen({ false, false, true }));
    EXPECT_EQ(reasons("scaled"), Seen({ false, false }));
    EXPECT_EQ(reasons("no_gradient"), Seen({ false }));
    EXPECT_NE(s_observed.at("recurrent")->access[0].noInputs.english().find("aten::lstm"), std::string::npos);
    for (const auto& [name, observed] : s_observed) {
        for (std::size_t i = 0; i < observed->access.size(); ++i) {
            const bool hasInputs = !observed->inputs[i].blocks.empty() || !observed->inputs[i].lookups.empty();
            EXPECT_EQ(hasInputs, observed->access[i].noInputs.empty()) << name;
            EXPECT_EQ(observed->gradients[i].empty(), !observed->access[i].noGradients.empty()) << name;
        }
    }
}

TEST_F(Observations, SamplesThatInfluenceOneAnotherAreTakenOneByOne)
{
    EXPECT_TRUE(s_observed.at("conv")->takesBatches);
    EXPECT_TRUE(s_observed.at("sequence_first")->takesBatches);
    EXPECT_FALSE(s_observed.at("mixing")->takesBatches);
    EXPECT_FALSE(s_observed.at("recurrent")->takesBatches);
}

TEST_F(Observations, LabelsAreDrawnFromTheModelAndDependOnTheSeedAlone)
{
    const auto& c = find("conv");
    const auto& two = *s_observed.at("conv");
    const auto one = observe(c, 0, 1);
    EXPECT_EQ(one->labels, two.labels);
    for (std::size_t i = 0; i < c.layers.size(); ++i) {
        EXPECT_LT(relativeDistance(one->gradients[i], two.gradients[i]), 1e-5);
    }
    // As often as the model says, over many seeds: five standard deviations.
    const auto p = valuesOf<double>(file("conv.p"));
    const auto session = open(c);
    std::vector<double> counts(p.size());
    constexpr int draws = 400;
    InferenceEngine::instance().run([&](InferenceBackend&) {
        for (int seed = 0; seed < draws; ++seed) {
            const auto labels = session->session->observeGradients(
                c.samples, 0, static_cast<std::uint64_t>(seed), LikelihoodDraw::Label,
                [](std::size_t, std::span<const float>) {}, {});
            for (std::size_t s = 0; s < labels.size(); ++s) {
                counts[s * 5 + static_cast<std::size_t>(labels[s])] += 1;
            }
        }
    });
    for (std::size_t i = 0; i < p.size(); ++i) {
        EXPECT_NEAR(counts[i], draws * p[i], 5 * std::sqrt(draws * p[i] * (1 - p[i])) + 1) << i;
    }
}

TEST_F(Observations, TheTraceOfTheHessianIsExactWhereTheLossIsQuadratic)
{
    // For a softmax over W x + b, tr H = Σ_samples ‖x‖² Σ_c p_c (1 - p_c), whatever the labels are.
    const auto& c = find("probable");
    const auto observed = open(c);
    const auto p = valuesOf<double>(file("probable.p"));
    double wanted = 0;
    for (std::size_t s = 0; s < 4; ++s) {
        double squares = 0;
        double spread = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            squares += std::pow(static_cast<double>(c.samples.values[s * 4 + i]), 2);
        }
        for (std::size_t k = 0; k < 3; ++k) {
            spread += p[s * 3 + k] * (1 - p[s * 3 + k]);
        }
        wanted += squares * spread;
    }
    const std::vector<std::int64_t> labels { 0, 1, 2, 0 };
    constexpr int probes = 2000;
    double mean = 0;
    double square = 0;
    InferenceEngine::instance().run([&](InferenceBackend&) {
        for (int seed = 0; seed < probes; ++seed) {
            const auto values
                = observed->session->hessianProbe(c.samples, labels, static_cast<std::uint64_t>(seed), {});
            mean += values.at(0) / probes;
            square += values.at(0) * values.at(0) / probes;
        }
    });
    EXPECT_NEAR(mean, wanted, 5 * std::sqrt((square - mean * mean) / probes));
}

TEST_F(Observations, UnknownWeightsAndModelsThatCannotRunAreRefused)
{
    const auto opened = [&](const std::string& name, const WatchedLayer& layer) {
        InferenceEngine::instance().run(
            [&](InferenceBackend& backend) { backend.openObservation(file(name), { layer }, {}); });
    };
    EXPECT_THROW(opened("conv.pt", { "absent.weight", 0 }), Error);
    EXPECT_THROW(opened("conv.pt", { "a.weight", 7 }), Error);
    EXPECT_THROW(opened("absent.pt", { "a.weight", 0 }), Error);
}

TEST_F(Observations, ACanceledPassEndsAtOnce)
{
    const auto& c = find("conv");
    const auto observed = open(c);
    std::stop_source stop;
    stop.request_stop();
    const JobContext ctx(stop.get_token());
    InferenceEngine::instance().run([&](InferenceBackend&) {
        EXPECT_THROW(observed->session->observeGradients(
                         c.samples, 0, 0, LikelihoodDraw::Signs, [](std::size_t, std::span<const float>) { FAIL(); }, ctx),
            Canceled);
        EXPECT_THROW(observed->session->observeInputs(c.samples, std::vector<std::size_t> { 0 }, ctx), Canceled);
    });
}

} // namespace
} // namespace bw
