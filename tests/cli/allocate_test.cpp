// "allocate" and "allocators": the document, the recipe, and the size of what "quantize" makes of it.

#include "tests/cli/cli_process.h"
#include "tests/cli/model_files.h"
#include "tests/support/paths.h"
#include "tests/support/temp_dir.h"

#include "core/allocate/allocator.h"
#include "core/base/json.h"
#include "core/sensitivity/sensitivity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace bw::test {
namespace {

class Allocate : public testing::Test
{
protected:
    static constexpr unsigned layerCount = 10;
    TempDir m_folder;

    std::string file(const std::string& name) const { return (m_folder / name).string(); }
    /// Several matrices of different sizes, large enough for sizes to mean something.
    std::string model() const
    {
        std::vector<FileTensor> tensors;
        for (unsigned i = 0; i < layerCount; ++i) {
            const std::int64_t rows = 24 + 9 * i;
            auto values = bellValues(static_cast<std::size_t>(rows) * 128, i + 1);
            std::for_each(values.begin(), values.end(), [i](float& value) { value *= 1 + static_cast<float>(i % 4); });
            tensors.push_back({ "blocks." + std::to_string(i) + ".weight", { rows, 128 }, std::move(values) });
        }
        tensors.push_back({ "norm.weight", { 128 }, bellValues(128, 99) });
        writeSafetensors(m_folder / "model.safetensors", tensors);
        return file("model.safetensors");
    }
    static Json run(std::vector<std::string> arguments, int exitCode = 0)
    {
        arguments.emplace_back("--json");
        const CliResult result = runCli(arguments);
        if (result.exitCode != exitCode) {
            throw std::runtime_error(
                arguments.front() + " ended with " + std::to_string(result.exitCode) + ": " + result.err + result.out);
        }
        return parseJson(result.out);
    }
};

TEST_F(Allocate, MakesARecipeThatQuantizesToTheSizeAskedFor)
{
    const auto source = model();
    const auto sourceBytes = std::filesystem::file_size(source);
    const std::uint64_t weightCount = 128 * (24 * layerCount + 9 * layerCount * (layerCount - 1) / 2);
    for (const char* budget : { "15%", "21%", "60kB", "4.3bpw" }) {
        const Json document = run({ "allocate", source, "--budget", budget, "-o", file("recipe.json") });
        EXPECT_EQ(document.at("allocator"), defaultAllocator().id);
        EXPECT_EQ(document.at("layers").size(), layerCount);
        EXPECT_EQ(parseJson(readFile(file("recipe.json"))).at("bitwright_recipe"), 1);
        const Json quantized
            = run({ "quantize", source, "--recipe", file("recipe.json"), "-o", file("small.safetensors") });
        EXPECT_EQ(quantized.at("bytes"), document.at("bytes"));
        EXPECT_DOUBLE_EQ(quantized.at("bits_per_weight").get<double>(), document.at("bits_per_weight").get<double>());
        const double limit = document.at("limit");
        const double reached = document.at("limit_unit") == "bytes"
            ? document.at("bytes").get<double>()
            : document.at("bits_per_weight").get<double>() * static_cast<double>(weightCount);
        EXPECT_LE(reached, limit) << budget;
        EXPECT_GE(reached, 0.995 * limit) << budget;
        if (std::string(budget) == "21%") {
            EXPECT_NEAR(quantized.at("bytes").get<double>() / static_cast<double>(sourceBytes), 0.21, 0.00105);
        }
        for (std::size_t i = 0; i < layerCount; ++i) {
            EXPECT_EQ(quantized.at("layers")[i].at("format"), document.at("layers")[i].at("format"));
            EXPECT_FALSE(document.at("layers")[i].at("reason").get<std::string>().empty());
        }
        const Json& front = document.at("front");
        for (std::size_t i = 0; i + 1 < front.size(); ++i) {
            EXPECT_LT(front[i][0].get<double>(), front[i + 1][0].get<double>());
            EXPECT_GT(front[i][1].get<double>(), front[i + 1][1].get<double>());
        }
    }
}

TEST_F(Allocate, TakesDamagesFromAFileAndRefusesThoseOfAnotherModel)
{
    const auto source = model();
    run({ "sensitivity", source, "--kind", "weight-error", "--formats", "int2/c,int4/c,int6/c", "-o",
        file("damage.h5") });
    const Json document = run({ "allocate", source, "--budget", "4bpw", "--sensitivity", file("damage.h5"), "--lock",
        "blocks.3=int6/c", "--tie", "blocks.[01]" });
    EXPECT_EQ(document.at("sensitivity"), "weight-error");
    EXPECT_EQ(document.at("layers")[3].at("format"), "int6/c");
    EXPECT_EQ(document.at("layers")[0].at("format"), document.at("layers")[1].at("format"));
    EXPECT_LE(document.at("bits_per_weight").get<double>(), 4);
    run({ "allocate", source, "--budget", "4bpw", "--sensitivity", file("damage.h5"), "--formats", "int3/c" }, 2);
    const auto other = writeSmallModel(m_folder.path()).string();
    run({ "allocate", other, "--budget", "4bpw", "--sensitivity", file("damage.h5") }, 2);
}

TEST_F(Allocate, SaysWhatIsWrong)
{
    const auto source = model();
    const auto message = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), { "allocate", source });
        return run(std::move(arguments), 2).at("error").at("message").get<std::string>();
    };
    EXPECT_NE(message({}).find("--budget"), std::string::npos);
    EXPECT_NE(message({ "--budget", "lots" }).find("25%"), std::string::npos);
    EXPECT_NE(message({ "--budget", "4bpw", "--allocator", "lagrangean" }).find("lagrangian"), std::string::npos);
    EXPECT_NE(message({ "--budget", "1bpw" }).find("smallest is"), std::string::npos);
    EXPECT_NE(message({ "--budget", "4bpw", "--with", "fil=exact" }).find("fill"), std::string::npos);
    EXPECT_NE(message({ "--budget", "4bpw", "--lock", "block9=int4/c" }).find("block9"), std::string::npos);
    EXPECT_NE(
        message({ "--budget", "4bpw", "--min-bits", "6", "--max-bits", "3" }).find("--max-bits"), std::string::npos);
    EXPECT_NE(message({ "--budget", "4bpw", "--allocator", "by-hand" }).find("--recipe"), std::string::npos);
    EXPECT_NE(message({ "--budget", "4bpw", "-o", source }).find("-o"), std::string::npos);
}

TEST_F(Allocate, WarnsWithoutData)
{
    const Json document = run({ "allocate", model(), "--budget", "4bpw" });
    ASSERT_FALSE(document.at("warnings").empty());
    EXPECT_NE(document.at("warnings")[0].get<std::string>().find("--data"), std::string::npos);
}

TEST(Allocators, AreListed)
{
    const CliResult result = runCli({ "allocators", "--json" });
    EXPECT_EQ(result.exitCode, 0);
    const Json document = parseJson(result.out);
    ASSERT_EQ(document.at("allocators").size(), allocators().entries().size());
    EXPECT_EQ(document.at("allocators")[0].at("id"), "lagrangian");
}

TEST(Sensitivities, AreListedWithWhatTheyNeed)
{
    const CliResult result = runCli({ "sensitivities", "--json" });
    EXPECT_EQ(result.exitCode, 0);
    const Json document = parseJson(result.out);
    const auto& list = document.at("sensitivities");
    ASSERT_EQ(list.size(), sensitivities().entries().size());
    const auto measured
        = std::find_if(list.begin(), list.end(), [](const Json& one) { return one.at("id") == "measured"; });
    ASSERT_NE(measured, list.end());
    EXPECT_TRUE(measured->at("needs_formats").get<bool>());
    EXPECT_TRUE(measured->at("shares_work").get<bool>());
}

#if BITWRIGHT_HAS_ENGINE
TEST_F(Allocate, ShrinksTheSampleToAQuarter)
{
    const auto sample = (sourceDir() / "resources/samples/shapes.pt").string();
    run({ "allocate", sample, "--budget", "25%", "-o", file("recipe.json") });
    const Json quantized
        = run({ "quantize", sample, "--recipe", file("recipe.json"), "-o", file("small.safetensors") });
    const double share = quantized.at("bytes").get<double>() / static_cast<double>(std::filesystem::file_size(sample));
    EXPECT_LE(share, 0.25);
    EXPECT_GE(share, 0.25 * 0.995);
}
#endif

} // namespace
} // namespace bw::test
