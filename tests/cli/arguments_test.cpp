// What the program says to arguments that are wrong, and to requests for help. All through the real program.

#include "tests/cli/cli_process.h"
#include "tests/cli/model_files.h"
#include "tests/support/temp_dir.h"

#include "core/base/json.h"
#include "core/base/simd.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

namespace bw::test {
namespace {

struct Mistake
{
    std::vector<std::string> arguments; ///< MODEL stands for the small model
    std::string says; ///< must occur in the sentence
};

void PrintTo(const Mistake& mistake, std::ostream* out)
{
    for (const auto& argument : mistake.arguments) {
        *out << argument << ' ';
    }
}

class ArgumentMistakes : public testing::TestWithParam<Mistake>
{
};

TEST_P(ArgumentMistakes, OneSentenceAndExitCode2)
{
    const TempDir folder;
    const auto model = writeSmallModel(folder.path()).string();
    auto arguments = GetParam().arguments;
    std::replace(arguments.begin(), arguments.end(), std::string("MODEL"), model);
    std::replace(arguments.begin(), arguments.end(), std::string("OUT"), (folder / "out.safetensors").string());

    const CliResult plain = runCli(arguments);
    EXPECT_EQ(plain.exitCode, 2) << plain.err;
    EXPECT_EQ(plain.out, "");
    EXPECT_EQ(plain.err.substr(0, 7), "error: ");
    EXPECT_EQ(std::count(plain.err.begin(), plain.err.end(), '\n'), 1) << plain.err;
    EXPECT_NE(plain.err.find(GetParam().says), std::string::npos) << plain.err;

    arguments.emplace_back("--json");
    const CliResult json = runCli(arguments);
    EXPECT_EQ(json.exitCode, 2);
    const Json document = parseJson(json.out);
    EXPECT_EQ(document.at("error").at("kind"), "bad_input");
    EXPECT_FALSE(document.at("error").at("message").get<std::string>().empty());
    EXPECT_TRUE(document.at("error").at("context").is_array());
    EXPECT_EQ(json.err, plain.err);
    EXPECT_FALSE(std::filesystem::exists(folder / "out.safetensors"));
}

INSTANTIATE_TEST_SUITE_P(All, ArgumentMistakes,
    testing::Values(Mistake { {}, "say what to do" }, //
        Mistake { { "insepct", "MODEL" }, "did you mean \"inspect\"" }, //
        Mistake { { "zzzzzzzzzzzzz" }, "there are inspect" }, //
        Mistake { { "sensitivty", "MODEL" }, "did you mean \"sensitivity\"" }, //
        Mistake { { "sensitivity", "MODEL" }, "needs data: give calibration samples" }, //
        Mistake { { "inspect" }, "inspect needs MODEL" }, //
        Mistake { { "inspect", "MODEL", "other" }, "does not know what to do with \"other\"" }, //
        Mistake { { "inspect", "MODEL", "--layers", "x" }, "did you mean \"--layer\"" }, //
        Mistake { { "inspect", "MODEL", "--layer" }, "--layer needs a value" }, //
        Mistake { { "quantize", "MODEL", "-o", "OUT", "--set", "--report", "r.h5" }, "--set needs a value" }, //
        Mistake { { "inspect", "MODEL", "--layer", "(" }, "regular expression" }, //
        Mistake { { "inspect", "MODEL", "--layer", "conv1.wieght" }, "did you mean \"conv1.weight\"" }, //
        Mistake { { "inspect", "MODEL", "--threads", "two" }, "--threads takes a whole number" }, //
        Mistake { { "inspect", "MODEL", "--threads", "-1" }, "--threads takes a whole number" }, //
        Mistake { { "inspect", "MODEL", "--seed", "1.5" }, "--seed takes a whole number" }, //
        Mistake { { "inspect", "MODEL", "--max-memory", "lots" }, "--max-memory takes a size" }, //
        Mistake { { "inspect", "MODEL", "--progress", "jsn" }, "did you mean \"json\"" }, //
        Mistake { { "histogram", "MODEL" }, "histogram needs --layer" }, //
        Mistake { { "histogram", "MODEL", "--layer", "head.weigth" }, "did you mean \"head.weight\"" }, //
        Mistake { { "histogram", "MODEL", "--layer", "head.weight", "--bins", "0" },
            "--bins takes a whole number from 1" }, //
        Mistake { { "histogram", "MODEL", "--layer", "head.weight", "--bins", "2", "--bins", "3" }, "only once" }, //
        Mistake { { "histogram", "MODEL", "--layer", "head.weight", "-o", "x.txt" }, ".csv or .json" }, //
        Mistake { { "histogram", "MODEL", "--layer", "head.bias", "--format", "int4/c" }, "cannot be quantized" }, //
        Mistake { { "histogram", "MODEL", "--layer", "head.weight", "--format", "int4/c", "--log" }, "--log" }, //
        Mistake { { "formats", "inr" }, "did you mean \"int\"" }, //
        Mistake { { "error", "MODEL", "--format", "int4x/c" }, "did you mean int4" }, //
        Mistake { { "error", "MODEL", "--format", "int4/c", "--layer", "bias" }, "can be quantized" }, //
        Mistake { { "rank", "MODEL", "--top", "0" }, "from 1 to" }, //
        Mistake { { "exponent", "MODEL", "--scope", "layr" }, "did you mean \"layer\"" }, //
        Mistake { { "exponent", "MODEL", "--bits", "9" }, "from 2 to 8" }, //
        Mistake { { "exponent", "MODEL", "--scaling", "q" }, "--scaling q" }, //
        Mistake { { "quantize", "MODEL" }, "quantize needs --output" }, //
        Mistake { { "quantize", "MODEL", "-o", "out.xyz" }, "xyz" }, //
        Mistake { { "quantize", "MODEL", "-o", "OUT", "--to", "safetensor" }, "safetensors" }, //
        Mistake { { "quantize", "MODEL", "-o", "OUT", "--method", "rtm" }, "did you mean \"rtn\"" }, //
        Mistake { { "quantize", "MODEL", "-o", "OUT", "--format", "int99/c" }, "int99" }, //
        Mistake {
            { "quantize", "MODEL", "-o", "OUT", "--format", "int4/c", "--recipe", "r.json" }, "exclude each other" }, //
        Mistake { { "quantize", "MODEL", "-o", "OUT", "--set", "conv" }, "REGEX=FORMAT" }, //
        Mistake { { "quantize", "MODEL", "-o", "OUT", "--set", "covn1=int4/c" }, "covn1" }, //
        Mistake { { "quantize", "MODEL", "-o", "OUT", "--set", "(=int4/c" }, "(" }, //
        Mistake {
            { "quantize", "MODEL", "-o", "OUT.h5", "--report", "OUT.h5", "--to", "safetensors" }, "both name" }, //
        Mistake { { "evaluate", "MODEL", "--data", "x", "--metric", "top2" }, "did you mean \"top1\"" }, //
        Mistake { { "evaluate", "MODEL" }, "evaluate needs --data" }));

TEST(Help, IsOnStdoutForTheProgramAndEveryCommand)
{
    const CliResult program = runCli({ "--help" });
    EXPECT_EQ(program.exitCode, 0);
    EXPECT_EQ(program.err, "");
    for (const char* command : { "inspect", "histogram", "formats", "methods", "error", "rank", "exponent", "quantize",
             "evaluate", "verify", "dequantize" }) {
        EXPECT_NE(program.out.find(std::string("\n  ") + command + " "), std::string::npos) << command;
        const CliResult result = runCli({ command, "--help" });
        EXPECT_EQ(result.exitCode, 0);
        EXPECT_NE(result.out.find(std::string("bitwright-cli ") + command), std::string::npos) << result.out;
        for (const char* option :
            { "--json", "--threads", "--seed", "--quiet", "--progress", "--max-memory", "--help", "--version" }) {
            EXPECT_NE(result.out.find(option), std::string::npos) << command << " " << option;
        }
    }
}

TEST(Version, IsSaidAnywhere)
{
    EXPECT_EQ(runCli({ "--version" }).out.substr(0, 14), "bitwright-cli ");
    EXPECT_EQ(runCli({ "inspect", "--version" }).out, runCli({ "--version" }).out);
    EXPECT_TRUE(parseJson(runCli({ "--json", "--version" }).out).contains("version"));
}

std::string simdOf(const std::string& variable)
{
    const auto result = runCli({ "--version", "--json" }, { { { "BITWRIGHT_SIMD", variable } }, {} });
    return parseJson(result.out).at("simd").get<std::string>();
}

TEST(Simd, TheEnvironmentLimitsTheInstructionSet)
{
    EXPECT_EQ(simdOf("scalar"), "scalar");
    for (const auto& name : simd::targetNames()) {
        EXPECT_EQ(simdOf(name), name);
    }
    EXPECT_EQ(simdOf(""), simd::targetNames().front());
    EXPECT_NE(
        runCli({ "--version" }, { { { "BITWRIGHT_SIMD", "scalar" } }, {} }).out.find("(scalar)"), std::string::npos);
}

TEST(Simd, AnUnknownInstructionSetIsRefused)
{
    const auto result = runCli({ "--version" }, { { { "BITWRIGHT_SIMD", "mmx\n" } }, {} });
    EXPECT_EQ(result.exitCode, 2);
    EXPECT_NE(result.err.find("BITWRIGHT_SIMD"), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("scalar"), std::string::npos) << result.err;
}

TEST(GlobalFlags, WorkBeforeAndAfterTheCommand)
{
    const TempDir folder;
    const auto model = writeSmallModel(folder.path()).string();
    const CliResult after = runCli({ "inspect", model, "--json", "--threads", "1", "--seed", "3", "--quiet",
        "--progress", "none", "--max-memory", "1GB" });
    const CliResult before = runCli({ "--json", "--threads=1", "--max-memory", "1GB", "inspect", model });
    EXPECT_EQ(after.exitCode, 0) << after.err;
    EXPECT_EQ(before.exitCode, 0) << before.err;
    EXPECT_EQ(after.out, before.out);
    EXPECT_EQ(after.err, "");
}

TEST(Arguments, APatternMayHoldBracketsCommasAndEqualsSigns)
{
    const TempDir folder;
    const auto model = writeSmallModel(folder.path()).string();
    const CliResult result = runCli({ "quantize", model, "-o", (folder / "o.safetensors").string(), "--format",
        "int8/c", "--set", "[ch][oe][na,d]=int4/c", "--set", "^(?=conv)=int3/t", "--json" });
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const Json layers = parseJson(result.out).at("layers");
    EXPECT_EQ(layers[0].at("format"), "int3/t");
    EXPECT_EQ(layers[2].at("format"), "int4/c");
}

TEST(Arguments, DashDashEndsOptions)
{
    const TempDir folder;
    writeSmallModel(folder.path(), "--json");
    const CliResult result
        = runCli({ "inspect", "--", "--json" }, { {}, [&] { std::filesystem::current_path(folder.path()); } });
    EXPECT_EQ(result.exitCode, 0) << result.err;
    EXPECT_EQ(result.out.find('{'), std::string::npos);
}

} // namespace
} // namespace bw::test
