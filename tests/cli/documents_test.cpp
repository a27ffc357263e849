// The --json documents of contract §2, their values against figures computed here, and what goes to which stream.

#include "tests/cli/cli_process.h"
#include "tests/cli/model_files.h"
#include "tests/support/paths.h"
#include "tests/support/temp_dir.h"

#include "core/base/content_hash.h"
#include "core/base/job_context.h"
#include "core/base/json.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace bw::test {
namespace {

class Documents : public testing::Test
{
protected:
    TempDir m_folder;
    std::string m_model = writeSmallModel(m_folder.path()).string();

    std::string file(const std::string& name) const { return (m_folder / name).string(); }
    static Json run(std::vector<std::string> arguments, int exitCode = 0)
    {
        arguments.emplace_back("--json");
        const CliResult result = runCli(arguments);
        if (result.exitCode != exitCode) {
            throw std::runtime_error(
                arguments.front() + " ended with " + std::to_string(result.exitCode) + ": " + result.err);
        }
        return parseJson(result.out);
    }
};

std::uint64_t sum(const Json& counts)
{
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t { 0 },
        [](auto total, const Json& c) { return total + c.get<std::uint64_t>(); });
}

TEST_F(Documents, Inspect)
{
    const Json document = run({ "inspect", m_model, "--stats", "--metadata" });
    EXPECT_EQ(document.at("model").at("format"), "safetensors");
    EXPECT_EQ(document.at("model").at("parameters"), 954);
    EXPECT_EQ(document.at("model").at("bytes"), std::filesystem::file_size(m_model));
    EXPECT_TRUE(document.at("metadata").is_object());
    ASSERT_EQ(document.at("layers").size(), 4U);
    const Json& layer = document.at("layers")[0];
    EXPECT_EQ(layer.at("name"), "conv1.weight");
    EXPECT_EQ(layer.at("kind"), "conv2d");
    EXPECT_EQ(layer.at("dtype"), "F32");
    EXPECT_EQ(layer.at("shape"), Json({ 8, 3, 3, 3 }));
    EXPECT_EQ(layer.at("numel"), 216);
    const auto values = bellValues(216, 1);
    const Json& stats = layer.at("stats");
    EXPECT_EQ(stats.at("min").get<double>(), static_cast<double>(*std::min_element(values.begin(), values.end())));
    EXPECT_EQ(stats.at("max").get<double>(), static_cast<double>(*std::max_element(values.begin(), values.end())));
    const double squares = std::accumulate(values.begin(), values.end(), 0.0,
        [](double total, float v) { return total + static_cast<double>(v) * static_cast<double>(v); });
    EXPECT_NEAR(stats.at("rms").get<double>(), std::sqrt(squares / 216), 1e-12);
    for (const char* key : { "mean", "std", "absmax", "kurtosis", "nan", "inf", "outlier_share" }) {
        EXPECT_TRUE(stats[key].is_number()) << key;
    }
    const Json& fit = layer.at("fit");
    EXPECT_EQ(fit.at("weights"), 216);
    EXPECT_EQ(fit.at("zero_share"), 0);
    EXPECT_EQ(fit.at("candidates").size(), 3U);
    const auto isChosen = [&](const Json& candidate) { return candidate.at("distribution") == fit.at("distribution"); };
    const auto& candidates = fit.at("candidates");
    EXPECT_EQ(std::find_if(candidates.begin(), candidates.end(), isChosen)->at("gap"), 0);
    EXPECT_EQ(candidates[0].at("scale"), stats.at("rms"));
    EXPECT_GT(fit.at("ks").get<double>(), 0);
    EXPECT_LT(fit.at("ks").get<double>(), 0.2);
    EXPECT_FALSE(run({ "inspect", m_model }).at("layers")[0].contains("stats"));
    EXPECT_EQ(run({ "inspect", m_model, "--layer", "^head" }).at("layers").size(), 2U);
}

TEST_F(Documents, InspectCountsWhatIsNotFinite)
{
    const Json stats
        = run({ "inspect", writeModelWithNan(m_folder.path()).string(), "--stats" }).at("layers")[2].at("stats");
    EXPECT_EQ(stats.at("nan"), 1);
    EXPECT_EQ(stats.at("inf"), 1);
    EXPECT_TRUE(stats.at("max").is_number());
}

TEST_F(Documents, InspectReadsShards)
{
    const Json document = run({ "inspect", writeShardedModel(m_folder.path()).string(), "--stats" });
    EXPECT_EQ(document.at("model").at("parameters"), 954);
    EXPECT_EQ(document.at("layers").size(), 4U);
}

TEST_F(Documents, Histogram)
{
    const Json document = run({ "histogram", m_model, "--layer", "head.weight", "--bins", "31", "--format", "int4/c" });
    EXPECT_EQ(document.at("layer"), "head.weight");
    EXPECT_EQ(document.at("counts").size(), 31U);
    EXPECT_EQ(document.at("edges").size(), 32U);
    EXPECT_EQ(sum(document.at("counts")), 720U);
    EXPECT_EQ(sum(document.at("counts_quantized")), 720U);
    EXPECT_EQ(document.at("nan"), 0);
    EXPECT_EQ(document.at("inf"), 0);
    EXPECT_EQ(document.at("levels").size(), 16U);
    EXPECT_EQ(document.at("cell_edges").size(), 15U);
    std::uint64_t cells = 0;
    for (const Json& cell : document.at("per_cell")) {
        cells += cell.at("count").get<std::uint64_t>();
    }
    EXPECT_EQ(cells, 720U);
}

TEST_F(Documents, HistogramOfMagnitudesCountsAllValues)
{
    const Json document = run({ "histogram", m_model, "--layer", "head.weight", "--log" });
    EXPECT_EQ(sum(document.at("counts")) + document.at("zero").get<std::uint64_t>(), 720U);
    EXPECT_EQ(document.at("edges").size(), document.at("counts").size() + 1);
}

TEST_F(Documents, HistogramFilesHoldAllBins)
{
    run({ "histogram", m_model, "--layer", "head.weight", "--bins", "200", "-o", file("h.csv") });
    const std::string csv = readFile(file("h.csv"));
    EXPECT_EQ(csv.substr(0, 15), "low,high,count\n");
    EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 201);
    const Json printed = run({ "histogram", m_model, "--layer", "head.weight", "--bins", "200", "-o", file("h.json") });
    EXPECT_EQ(parseJson(readFile(file("h.json"))), printed);
    EXPECT_NE(runCli({ "histogram", m_model, "--layer", "head.weight", "-o", file("h.json") }).out.find("Wrote"),
        std::string::npos);
}

TEST_F(Documents, RegistriesDescribeTheirParameters)
{
    const Json formats = run({ "formats" }).at("formats");
    ASSERT_FALSE(formats.empty());
    for (const Json& format : formats) {
        for (const char* key : { "id", "title", "parameters", "example" }) {
            EXPECT_TRUE(format.contains(key)) << format;
        }
        for (const Json& parameter : format.at("parameters")) {
            for (const char* key : { "id", "title", "type", "default" }) {
                EXPECT_TRUE(parameter.contains(key)) << parameter;
            }
            EXPECT_TRUE(parameter.contains("choices") != parameter.contains("min")) << parameter;
        }
        // Every example is a format the other commands take.
        EXPECT_EQ(
            runCli({ "error", m_model, "--format", format.at("example").get<std::string>(), "--quiet" }).exitCode, 0)
            << format.at("example");
        EXPECT_EQ(run({ "formats", format.at("id").get<std::string>() }).at("formats").size(), 1U);
        EXPECT_EQ(runCli({ "formats", format.at("id").get<std::string>() }).exitCode, 0);
    }
    const Json methods = run({ "methods" }).at("methods");
    for (const Json& method : methods) {
        for (const char* key : { "id", "title", "parameters", "needs_calibration" }) {
            EXPECT_TRUE(method.contains(key)) << method;
        }
    }
}

/// R of symmetric absmax rounding per channel with the scale stored in float32, computed plainly.
double plainR(const std::vector<float>& values, std::size_t channels, int bits)
{
    const std::size_t columns = values.size() / channels;
    const float top = std::exp2f(static_cast<float>(bits - 1)) - 1;
    double error = 0;
    double signal = 0;
    for (std::size_t c = 0; c < channels; ++c) {
        float most = 0;
        for (std::size_t i = 0; i < columns; ++i) {
            most = std::max(most, std::fabs(values[c * columns + i]));
        }
        const float scale = most / top;
        for (std::size_t i = 0; i < columns; ++i) {
            const double x = static_cast<double>(values[c * columns + i]);
            const double q = static_cast<double>(std::round(values[c * columns + i] / scale) * scale);
            error += (q - x) * (q - x);
            signal += x * x;
        }
    }
    return std::sqrt(error / signal);
}

TEST_F(Documents, StoredOrdersOfRowsAreCountedAndExplained)
{
    const Json head = run({ "error", m_model, "--format", "kmeans2/t/groups=2", "--layer", "head" }).at("layers").at(0);
    const Json& order = head.at("row_order");
    EXPECT_EQ(order.at("bits"), 10 * 32);
    EXPECT_NEAR(order.at("bits_per_weight_without").get<double>(),
        head.at("bits_per_weight").get<double>() - 10 * 32 / 720.0, 1e-12);
    // A file of weights does not say what follows them.
    EXPECT_FALSE(order.at("can_reorder").get<bool>());
    EXPECT_FALSE(order.at("why_not").get<std::string>().empty());
    EXPECT_EQ(
        run({ "inspect", m_model, "--layer", "head.weight" }).at("layers").at(0).at("channel_links").at("why_not"),
        order.at("why_not"));
    EXPECT_NE(runCli({ "error", m_model, "--format", "kmeans2/t/groups=2" }).out.find("The order of its 10 rows"),
        std::string::npos);
    EXPECT_FALSE(
        run({ "error", m_model, "--format", "kmeans2/t", "--layer", "head" }).at("layers").at(0).contains("row_order"));
    const Json written = run({ "quantize", m_model, "--format", "kmeans2/t/groups=2", "-o", file("g.safetensors") });
    for (const Json& layer : written.at("layers")) {
        EXPECT_EQ(layer.contains("row_order"), !layer.at("kept").get<bool>());
        if (layer.at("name") == "head.weight") {
            EXPECT_EQ(layer.at("row_order"), order);
        }
    }
}

TEST_F(Documents, ErrorAgreesWithAPlainComputation)
{
    const Json document = run({ "error", m_model, "--format", "int4s/c:absmax:f32" });
    ASSERT_EQ(document.at("layers").size(), 2U);
    const Json& head = document.at("layers")[1];
    EXPECT_EQ(head.at("name"), "head.weight");
    const double r = head.at("rmse_over_rms").get<double>();
    EXPECT_NEAR(r, plainR(bellValues(720, 3), 10, 4), 1e-6);
    EXPECT_NEAR(head.at("sqnr_db").get<double>(), -20 * std::log10(r), 1e-9);
    const double bits = head.at("bits_per_weight").get<double>();
    EXPECT_NEAR(bits, 4 + 32.0 * 10 / 720, 1e-12);
    EXPECT_NEAR(head.at("r_times_2b").get<double>(), r * std::exp2(bits), 1e-9);
    const double total = (bits * 720 + document.at("layers")[0].at("bits_per_weight").get<double>() * 216) / 936;
    EXPECT_NEAR(document.at("total").at("bits_per_weight").get<double>(), total, 1e-12);
    EXPECT_EQ(document.at("total").at("bytes"), static_cast<std::uint64_t>(std::ceil(total * 936 / 8)));
    EXPECT_EQ(run({ "error", m_model, "--format", "int4/c", "--layer", "conv" }).at("layers").size(), 1U);
    const Json& limit = document.at("layers")[0].at("limit");
    const double figure = document.at("layers")[0].at("r_times_2b").get<double>();
    EXPECT_NEAR(
        limit.at("distance_db").get<double>(), 20 * std::log10(figure / limit.at("shannon").get<double>()), 1e-9);
    EXPECT_LT(limit.at("shannon"), limit.at("entropy_coded"));
    EXPECT_LT(limit.at("entropy_coded"), limit.at("lloyd_max"));
    EXPECT_TRUE(limit.at("panter_dite").is_number());
    EXPECT_EQ(
        limit.at("distribution"), run({ "inspect", m_model, "--stats" }).at("layers")[0].at("fit").at("distribution"));
    const Json coded = run({ "error", m_model, "--format", "int4s/c/sparse=1%", "--layer", "head" }).at("layers")[0];
    EXPECT_GT(coded.at("entropy_bits"), 2);
    EXPECT_LT(coded.at("entropy_bits"), 4);
    // 7 of 720 weights in one block: 7 offsets of 16 bits and one end of 32; log2 of 720 over 7.
    EXPECT_NEAR(coded.at("sparse_index_bits_stored").get<double>(), (7 * 16 + 32) / 720.0, 1e-12);
    double ways = 0;
    for (int i = 0; i < 7; ++i) {
        ways += std::log2((720.0 - i) / (i + 1));
    }
    EXPECT_NEAR(coded.at("sparse_index_bits_limit").get<double>(), ways / 720, 1e-12);
    EXPECT_TRUE(run({ "error", m_model, "--format", "int4s/c/rans" }).at("layers")[0].at("entropy_bits").is_null());
    EXPECT_FALSE(run({ "error", m_model, "--format", "int4s/c" }).at("layers")[0].contains("sparse_index_bits_limit"));
    // 32 bits are beyond every limit that is known.
    EXPECT_TRUE(run({ "error", m_model, "--format", "f32" }).at("layers")[0].at("limit").is_null());
}

TEST_F(Documents, RankAgreesWithErrorAndKeepsTheLimit)
{
    const Json document = run({ "rank", m_model, "--layer", "head", "--max-bits", "3.3", "--top", "4" });
    EXPECT_EQ(document.at("max_bits"), 3.3);
    EXPECT_EQ(document.at("weights"), 720);
    EXPECT_EQ(document.at("weights_sampled"), 720);
    ASSERT_EQ(document.at("formats").size(), 4U);
    EXPECT_GT(document.at("ranked"), 4);
    double before = 0;
    for (const Json& format : document.at("formats")) {
        const double r = format.at("rmse_over_rms").get<double>();
        EXPECT_GE(r, before);
        EXPECT_LE(format.at("bits_per_weight").get<double>(), 3.3);
        EXPECT_EQ(format.at("exact"), true);
        before = r;
        const Json error
            = run({ "error", m_model, "--layer", "head", "--format", format.at("format").get<std::string>() });
        EXPECT_EQ(error.at("total").at("rmse_over_rms"), format.at("rmse_over_rms"));
        EXPECT_EQ(error.at("total").at("bits_per_weight"), format.at("bits_per_weight"));
        EXPECT_NEAR(error.at("layers")[0].at("limit").at("distance_db").get<double>(),
            format.at("distance_db").get<double>(), 1e-9);
    }
    // Block types that the layer's rows are too short for have stand-ins, as they do in "quantize".
    const Json wide = run({ "rank", m_model, "--layer", "head", "--max-bits", "16.5", "--top", "2000" });
    EXPECT_TRUE(wide.at("unusable").empty());
    bool isStandInShown = false;
    for (const Json& format : wide.at("formats")) {
        if (format.contains("stand_ins")) {
            isStandInShown = true;
            EXPECT_EQ(format.at("stand_ins").at("layers"), 1);
            EXPECT_EQ(format.at("stand_ins").at("layer"), "head.weight");
        }
    }
    EXPECT_TRUE(isStandInShown);
    EXPECT_EQ(run({ "rank", m_model, "--max-bits", "0.5" }).at("formats").size(), 0U);
}

TEST_F(Documents, AnExactFormatHasNoSqnr)
{
    writeSafetensors(m_folder / "ones.safetensors", { { "w.weight", { 2, 4 }, std::vector<float>(8, 1.0F) } });
    const Json layer = run({ "error", file("ones.safetensors"), "--format", "int4s/c:absmax:f32" }).at("layers")[0];
    if (layer.at("rmse_over_rms") == 0.0) {
        EXPECT_TRUE(layer.at("sqnr_db").is_null());
    }
    EXPECT_LT(layer.at("rmse_over_rms").get<double>(), 1e-6);
}

TEST_F(Documents, ExponentInEveryScope)
{
    for (const std::string scope : { "layer", "model", "channel" }) {
        const Json document = run({ "exponent", m_model, "--scope", scope, "--bits", "4" });
        EXPECT_EQ(document.at("scope"), scope);
        EXPECT_EQ(document.at("bits"), 4);
        ASSERT_EQ(document.at("layers").size(), 2U);
        for (const Json& layer : document.at("layers")) {
            for (const char* key : { "name", "optimum", "error", "error_uniform", "curve" }) {
                EXPECT_TRUE(layer.contains(key)) << key;
            }
            EXPECT_GE(layer.at("curve").size(), 10U);
            EXPECT_EQ(layer.at("curve")[0].size(), 2U);
            if (scope != "model") {
                EXPECT_LE(layer.at("error").get<double>(), layer.at("error_uniform").get<double>() * (1 + 1e-9));
            }
        }
        if (scope == "model") {
            EXPECT_EQ(document.at("layers")[0].at("optimum"), document.at("optimum"));
            EXPECT_LE(document.at("error").get<double>(), document.at("error_uniform").get<double>() * (1 + 1e-9));
        }
        if (scope == "channel") {
            EXPECT_EQ(document.at("layers")[1].at("exponents").size(), 10U);
        }
    }
}

TEST_F(Documents, ExponentsOfChannelsAreNoWorseThanOfTheLayer)
{
    const Json layer = run({ "exponent", m_model, "--scope", "layer" });
    const Json channel = run({ "exponent", m_model, "--scope", "channel" });
    for (std::size_t i = 0; i < layer.at("layers").size(); ++i) {
        EXPECT_LE(
            channel.at("layers")[i].at("error").get<double>(), layer.at("layers")[i].at("error").get<double>() * 1.001);
        EXPECT_NEAR(channel.at("layers")[i].at("error_uniform").get<double>(),
            layer.at("layers")[i].at("error_uniform").get<double>(), 1e-7);
    }
}

TEST_F(Documents, QuantizeVerifyDequantize)
{
    const Json document = run({ "quantize", m_model, "-o", file("q.safetensors"), "--format", "int4/c", "--set",
        "head=int8/c", "--report", file("r.h5") });
    EXPECT_EQ(document.at("output"), file("q.safetensors"));
    EXPECT_EQ(document.at("bytes"), std::filesystem::file_size(file("q.safetensors")));
    EXPECT_EQ(document.at("verified"), true);
    EXPECT_EQ(document.at("sha256"), sha256OfFile(file("q.safetensors"), {}));
    ASSERT_EQ(document.at("layers").size(), 4U);
    for (const Json& layer : document.at("layers")) {
        for (const char* key : { "name", "format", "method", "bits_per_weight", "rmse_over_rms", "reason" }) {
            EXPECT_TRUE(layer.contains(key)) << key;
        }
    }
    EXPECT_EQ(document.at("layers")[0].at("format"), "int4/c");
    EXPECT_EQ(document.at("layers")[1].at("format"), "f32");
    EXPECT_EQ(document.at("layers")[1].at("kept"), true);
    EXPECT_NE(document.at("layers")[1].at("reason"), "");
    EXPECT_EQ(document.at("layers")[2].at("format"), "int8/c");
    EXPECT_NE(document.at("layers")[2].at("reason").get<std::string>().find("rule 1"), std::string::npos);

    const Json verified = run({ "verify", file("q.safetensors"), "--source", m_model });
    EXPECT_EQ(verified.at("ok"), true);
    EXPECT_FALSE(verified.at("checks").empty());
    for (const Json& check : verified.at("checks")) {
        EXPECT_TRUE(check.contains("name") && check.contains("ok") && check.contains("detail")) << check;
    }
    EXPECT_EQ(run({ "verify", file("r.h5") }).at("ok"), true);

    const Json back = run({ "dequantize", file("q.safetensors"), "-o", file("back.safetensors") });
    EXPECT_EQ(back.at("bytes"), std::filesystem::file_size(file("back.safetensors")));
    // Its weights are what the error figures say: quantizing them again changes nothing.
    const Json again = run({ "error", file("back.safetensors"), "--format", "int4/c", "--layer", "conv1" });
    EXPECT_LT(again.at("total").at("rmse_over_rms").get<double>(),
        document.at("layers")[0].at("rmse_over_rms").get<double>() / 2);
}

TEST_F(Documents, DequantizedExportIsWhatDequantizeMakes)
{
    run({ "quantize", m_model, "-o", file("q.safetensors"), "--format", "int3/c" });
    run({ "dequantize", file("q.safetensors"), "-o", file("a.safetensors") });
    run({ "quantize", m_model, "-o", file("b.safetensors"), "--format", "int3/c", "--dequantized" });
    const Json a = run({ "inspect", file("a.safetensors"), "--stats" }).at("layers");
    const Json b = run({ "inspect", file("b.safetensors"), "--stats" }).at("layers");
    EXPECT_EQ(a, b);
}

TEST_F(Documents, QuantizeWithoutAnyFormatUsesTheDefaultRecipe)
{
    const Json document = run({ "quantize", m_model, "-o", file("q.safetensors") });
    EXPECT_EQ(document.at("layers")[0].at("format"), "int8/c");
}

TEST_F(Documents, TheSameBytesForAnyNumberOfThreads)
{
    const auto shas = [&](const std::string& model, const std::string& format) {
        std::vector<std::string> out;
        for (const char* threads : { "1", "2", "7" }) {
            out.push_back(
                run({ "quantize", model, "-o", file("q.safetensors"), "--format", format, "--threads", threads })
                    .at("sha256")
                    .get<std::string>());
        }
        return out;
    };
    writeSafetensors(m_folder / "wide.safetensors", { { "w.weight", { 64, 6000 }, bellValues(384000, 9) } });
    for (const char* format : { "int4s/b32", "int3/c", "int5/t" }) {
        const auto hashes = shas(file("wide.safetensors"), format);
        EXPECT_EQ(hashes[0], hashes[1]) << format;
        EXPECT_EQ(hashes[0], hashes[2]) << format;
    }
}

TEST_F(Documents, ShardsAndOneFileGiveTheSameLayers)
{
    const auto index = writeShardedModel(m_folder.path()).string();
    const Json sharded = run({ "quantize", index, "-o", file("a.safetensors"), "--format", "int4/c" });
    const Json single = run({ "quantize", m_model, "-o", file("b.safetensors"), "--format", "int4/c" });
    EXPECT_EQ(sharded.at("bits_per_weight"), single.at("bits_per_weight"));
    EXPECT_EQ(sharded.at("layers").size(), single.at("layers").size());
}

TEST_F(Documents, HumanTextIsOnStdoutWithinOneHundredColumns)
{
    const std::vector<std::vector<std::string>> all { { "inspect", m_model }, { "inspect", m_model, "--stats" },
        { "formats" }, { "methods" }, { "histogram", m_model, "--layer", "head.weight", "--format", "int4/c" },
        { "error", m_model, "--format", "int4/c" }, { "exponent", m_model },
        { "quantize", m_model, "-o", file("q.safetensors") } };
    for (const auto& arguments : all) {
        const CliResult result = runCli(arguments);
        EXPECT_EQ(result.exitCode, 0) << result.err;
        EXPECT_EQ(result.err, "");
        EXPECT_NE(result.out, "");
        EXPECT_EQ(result.out.back(), '\n');
    }
    EXPECT_EQ(runCli({ "quantize", m_model, "-o", file("q.safetensors"), "--quiet" }).out, "");
}

TEST_F(Documents, WarningsGoToStderrAndIntoTheDocument)
{
    // A tensor this program leaves out or cannot read as numbers would warn; none here, so neither place speaks.
    const CliResult result = runCli({ "inspect", m_model, "--json" });
    EXPECT_EQ(result.err, "");
    EXPECT_FALSE(parseJson(result.out).contains("warnings"));
}

TEST(SharedData, EvaluateOneModel)
{
    BW_NEED_SHARED_DATA();
    const auto model = (sharedData() / "cifar10-resnet/resnet20_traced.pt").string();
    const auto data = (sharedData() / "cifar10/cifar10_test2000.safetensors").string();
    const CliResult result = runCli({ "evaluate", model, "--data", data, "--samples", "200", "--format", "int4/c",
        "--metric", "top1,kl_mean", "--json" });
    if (!BITWRIGHT_HAS_ENGINE) {
        EXPECT_EQ(result.exitCode, 4) << result.err;
        GTEST_SKIP() << "skipped: this build has no inference engine (BITWRIGHT_WITH_TORCH=OFF)";
    }
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const Json document = parseJson(result.out);
    ASSERT_EQ(document.at("runs").size(), 2U);
    EXPECT_EQ(document.at("runs")[0].at("label"), "float");
    for (const Json& run : document.at("runs")) {
        for (const Json& metric : run.at("metrics")) {
            EXPECT_TRUE(metric.at("name") == "top1" || metric.at("name") == "kl_mean") << metric;
            EXPECT_LE(metric.at("low").get<double>(), metric.at("value").get<double>());
            EXPECT_GE(metric.at("high").get<double>(), metric.at("value").get<double>());
            EXPECT_EQ(metric.at("n"), 200);
        }
    }
    ASSERT_EQ(document.at("comparisons").size(), 1U);
    for (const char* key : { "a", "b", "metric", "difference", "low", "high", "p" }) {
        EXPECT_TRUE(document.at("comparisons")[0].contains(key)) << key;
    }
}

#if BITWRIGHT_HAS_ENGINE
/// Sums of matrix products are split by the number of LibTorch's threads, which must not follow --threads.
TEST(Evaluate, GivesTheSameFiguresOnAnyNumberOfThreads)
{
    const auto samples = sourceDir() / "resources/samples";
    const auto runs = [&](const char* threads) {
        const CliResult result = runCli({ "evaluate", (samples / "shapes.pt").string(), "--data",
            (samples / "shapes_test2000.safetensors").string(), "--samples", "150", "--format", "int3/c", "--threads",
            threads, "--json" });
        EXPECT_EQ(result.exitCode, 0) << result.err;
        const Json document = parseJson(result.out);
        Json all = Json::array();
        for (const Json& run : document.at("runs")) {
            all.push_back(run.at("metrics"));
        }
        return all;
    };
    const Json one = runs("1");
    ASSERT_EQ(one.size(), 2U);
    EXPECT_EQ(runs("2"), one);
    EXPECT_EQ(runs("5"), one);
}
#endif

} // namespace
} // namespace bw::test
