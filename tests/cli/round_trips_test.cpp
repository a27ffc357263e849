// Every exporter, read by programs that know nothing of this one (round_trips.py): the same values to the last bit.

#include "core/export/exporter.h"
#include "tests/cli/cli_process.h"
#include "tests/support/paths.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <cctype>
#include <map>
#include <sstream>

namespace bw::test {
namespace {

struct Trip
{
    const char* model; ///< below ../shared/data
    int tensors; ///< of the model
    /// What does not go into which exporter's files, and why; all others do.
    std::map<std::string, std::string> refused;
};

constexpr const char* noGraph = "holds weights only";
constexpr const char* noOnnxGraph = "ONNX files need the model's graph";
constexpr const char* noTokenizer = "GGUF files need what llama.cpp knows a model by";
constexpr const char* linearOnly = "linear layers only";

class RoundTrips : public testing::TestWithParam<Trip>
{
};

TEST_P(RoundTrips, ForeignReadersFindTheSameBits)
{
    BW_NEED_SHARED_DATA();
    const TempDir folder;
    std::vector<std::string> command { "/usr/bin/python3", (sourceDir() / "tests/cli/round_trips.py").string(),
        cliProgram().string(), (sharedData() / GetParam().model).string(), folder.path().string() };
    for (const auto* exporter : exporters().entries()) {
        if (BITWRIGHT_HAS_ENGINE || exporter->id.rfind("torchscript", 0) != 0) {
            command.push_back(exporter->id);
        }
    }
    int exitCode = -1;
    const std::string said = runProgram(command, &exitCode);
    ASSERT_EQ(exitCode, 0) << said;
    std::istringstream lines(said);
    std::size_t trips = 0;
    for (std::string line; std::getline(lines, line);) {
        const std::string exporter = line.substr(0, line.find('\t'));
        const auto refused = GetParam().refused.find(exporter);
        if (refused != GetParam().refused.end()) {
            EXPECT_NE(line.find("refused: "), std::string::npos) << line;
            EXPECT_NE(line.find(refused->second), std::string::npos) << line;
        } else if (exporter.rfind("onnx", 0) == 0) {
            EXPECT_NE(line.find("\tsame 20 tensors"), std::string::npos) << line; // weights; the rest with the graph
        } else {
            EXPECT_NE(line.find("\tsame " + std::to_string(GetParam().tensors) + " tensors"), std::string::npos)
                << line;
        }
        ++trips;
    }
    EXPECT_GE(trips, command.size() - 5) << "each exporter with at least one format";
}

const std::map<std::string, std::string> weightsOnly { { "torchscript", noGraph }, { "torchscript-packed", noGraph },
    { "onnx", noOnnxGraph }, { "onnx-int4", noOnnxGraph }, { "onnx-basic", noOnnxGraph }, { "gguf", noTokenizer } };

Trip with(Trip trip, const std::map<std::string, std::string>& more)
{
    trip.refused.insert(more.begin(), more.end());
    return trip;
}

Trip without(Trip trip, const std::vector<std::string>& exporterIds)
{
    for (const auto& id : exporterIds) {
        trip.refused.erase(id);
    }
    return trip;
}

INSTANTIATE_TEST_SUITE_P(All, RoundTrips,
    testing::Values(Trip { "mnist/mnist_model.state_dict", 4, weightsOnly },
        with({ "cifar10-resnet/resnet20.safetensors", 116, weightsOnly }, { { "compressed-tensors", linearOnly } }),
        without(with({ "stories260k/stories260K.gguf", 48, weightsOnly }, { { "compressed-tensors", linearOnly } }),
            { "gguf" }),
        without(with({ "cifar10-resnet/resnet20.onnx", 40, weightsOnly }, { { "compressed-tensors", linearOnly } }),
            { "onnx", "onnx-int4", "onnx-basic" }),
        without(
            with({ "cifar10-resnet/resnet20_traced.pt", 116, weightsOnly }, { { "compressed-tensors", linearOnly } }),
            { "torchscript", "torchscript-packed" })),
    [](const auto& trip) {
        std::string name;
        for (const char c : std::string(trip.param.model)) {
            name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
        }
        return name;
    });

} // namespace
} // namespace bw::test
