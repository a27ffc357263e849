// The errors of ggml's own quantizers over distributions: the ggml_* rows of the table.

#include "core/base/parallel.h"
#include "core/stats/error_metrics.h"
#include "tests/core/gguf/gguf_support.h"
#include "tests/support/paths.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <sstream>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

constexpr std::size_t sampleSize = std::size_t { 1 } << 22;
constexpr std::size_t rowLength = 4096;

/// Writes the table's samples, as section 1.16 of the notes says they were drawn, to four files in a folder.
constexpr const char* drawSamples = R"(
import sys, numpy as np
n = 1 << 22
for i, name in enumerate(["Normal", "Laplace", "t5", "t7"]):
    random = np.random.default_rng([20250519, i])
    if i == 0:
        x = random.standard_normal(n)
    elif i == 1:
        x = random.laplace(0, 1 / np.sqrt(2), n)
    else:
        nu = 5 if i == 2 else 7
        x = random.standard_t(nu, n) * np.sqrt((nu - 2) / nu)
    x.astype(np.float32).tofile(sys.argv[1] + "/" + name)
)";

/// The file of a row's distribution.
std::string sampleName(const std::string& distribution, const std::string& params)
{
    return distribution != "StudentT" ? distribution : params.starts_with("df=5") ? "t5" : "t7";
}

std::vector<float> samples(const std::filesystem::path& file)
{
    const std::string bytes = readFile(file);
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}

ErrorSums errorsOf(const GgufBlockType& type, std::span<const float> values, std::span<const float> importance)
{
    return parallelReduce(
        values.size(), rowLength, {}, ErrorSums {},
        [&](std::uint64_t first, std::uint64_t) {
            const auto row = values.subspan(static_cast<std::size_t>(first), rowLength);
            return errorSums(row, decoded(type, encoded(type, row, importance)));
        },
        [](ErrorSums& total, const ErrorSums& part) { total.add(part); });
}

std::vector<std::string> fieldsOf(const std::string& line)
{
    std::vector<std::string> fields;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');) {
        fields.push_back(field);
    }
    return fields;
}

struct Scheme
{
    const GgufBlockType* type = nullptr;
    bool hasImportance = false;
};

/// ggml_Q4_K_flatimat and the like; nothing for other schemes.
std::optional<Scheme> schemeOf(std::string name)
{
    constexpr std::string_view prefix = "ggml_";
    if (!name.starts_with(prefix)) {
        return std::nullopt;
    }
    const auto end = name.rfind('_');
    const bool isFlat = name.substr(end) == "_flatimat";
    auto id = name.substr(prefix.size(), end - prefix.size());
    std::transform(id.begin(), id.end(), id.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
    return Scheme { ggufBlockTypes().find(id), isFlat };
}

TEST(GgufReference, TableOfErrors)
{
    const auto table = sharedDesign() / "reference-rmse.csv";
    if (sharedDesign().empty() || !std::filesystem::exists(table)) {
        GTEST_SKIP() << "skipped: no ../shared/design";
    }
    const TempDir folder;
    runPython(drawSamples, { folder.path().string() });
    const std::vector<float> flat(rowLength, 1.0F);
    std::istringstream lines(readFile(table));
    std::map<std::string, int> checked;
    std::string current;
    std::vector<float> values;
    for (std::string line; std::getline(lines, line);) {
        const auto fields = fieldsOf(line);
        const auto scheme = schemeOf(fields[2]);
        if (!scheme) {
            continue;
        }
        ASSERT_NE(scheme->type, nullptr) << fields[2];
        const auto name = sampleName(fields[0], fields[1]);
        if (name != current) {
            current = name;
            values = samples(folder / name);
            ASSERT_EQ(values.size(), sampleSize);
        }
        const auto importance = scheme->hasImportance ? std::span<const float>(flat) : std::span<const float>();
        const double error = rmseOverRms(errorsOf(*scheme->type, values, importance));
        // The table has six digits.
        EXPECT_NEAR(error / std::stod(fields[6]), 1, 1e-5) << name << " " << fields[2];
        EXPECT_DOUBLE_EQ(scheme->type->bitsPerWeight(), std::stod(fields[5]));
        ++checked[std::string(scheme->type->id)];
    }
    int total = 0;
    for (const auto& [id, count] : checked) {
        std::printf("%4d rows of %s\n", count, id.c_str());
        total += count;
    }
    EXPECT_EQ(total, 100);
}

} // namespace
} // namespace bw::test
