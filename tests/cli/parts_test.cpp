// Parts of the program that need no process: sizes, rules, tables, progress text, and all of it under a locale with
// decimal commas.

#include "app/cli/arguments.h"
#include "app/cli/json_documents.h"
#include "app/cli/model_choices.h"
#include "app/cli/progress_line.h"
#include "app/cli/text_table.h"
#include "core/base/error.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <locale>

namespace bw::cli {
namespace {

TEST(ParseSize, KnowsDecimalAndBinaryUnits)
{
    EXPECT_EQ(parseSize("0"), 0U);
    EXPECT_EQ(parseSize("1000000"), 1'000'000U);
    EXPECT_EQ(parseSize("500MB"), 500'000'000U);
    EXPECT_EQ(parseSize("500m"), 500'000'000U);
    EXPECT_EQ(parseSize("1.5GiB"), 1'610'612'736U);
    EXPECT_EQ(parseSize("2Gi"), 2'147'483'648U);
    EXPECT_EQ(parseSize("7kB"), 7'000U);
    EXPECT_EQ(parseSize("3B"), 3U);
}

TEST(ParseSize, RefusesWhatIsNoSize)
{
    for (const char* text :
        { "", "MB", "-1", "1,5GB", "12QB", "1 GB", "1e400", "GiB", "5iB", "nan", "1MBB", "9999999999TB" }) {
        EXPECT_FALSE(parseSize(text).has_value()) << text;
    }
}

TEST(SplitRule, SplitsAtTheLastEqualsSignThatAFormatFollows)
{
    EXPECT_EQ(splitRule("conv=int4/c").first, "conv");
    EXPECT_EQ(formatText(splitRule("conv=int4/c").second), "int4/c");
    EXPECT_EQ(splitRule("a=b=int8/t").first, "a=b");
    EXPECT_EQ(splitRule("(?=x)=int8/t").first, "(?=x)");
    EXPECT_EQ(splitRule("^layer[0-9]=$=int3/b64").first, "^layer[0-9]=$");
}

std::string ruleError(const std::string& text)
{
    try {
        splitRule(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::BadInput);
        return error.fullEnglish();
    }
    return "no error";
}

TEST(SplitRule, SaysWhatIsWrong)
{
    EXPECT_NE(ruleError("conv").find("REGEX=FORMAT"), std::string::npos);
    EXPECT_NE(ruleError("=int4/c").find("REGEX=FORMAT"), std::string::npos);
    EXPECT_NE(ruleError("a=b=int4x/c").find("did you mean int4"), std::string::npos) << ruleError("a=b=int4x/c");
}

TEST(TextTable, AlignsAndCutsTheFlexibleColumn)
{
    TextTable table;
    table.column("layer", Align::Left, Cut::Middle);
    table.column("n", Align::Right);
    table.row({ std::string(150, 'x') + ".weight", "7" });
    table.row({ "short", "12345" });
    const std::string text = table.text();
    std::size_t begin = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
        EXPECT_LE(displayWidth(text.substr(begin, end - begin)), TextTable::width);
        begin = end + 1;
    }
    EXPECT_NE(text.find("weight      7\n"), std::string::npos) << text;
}

TEST(TextTable, CutsBetweenCharactersNotBytes)
{
    const std::string cut = elided("äöüäöüäöüäöü", 7);
    EXPECT_EQ(displayWidth(cut), 7U);
    EXPECT_EQ(cut, "äö…üäöü");
}

TEST(Wrapped, BreaksBetweenWordsAndIndents)
{
    const std::string text = wrapped(std::string(60, 'a') + " " + std::string(60, 'b') + " c", 2);
    EXPECT_EQ(text, "  " + std::string(60, 'a') + "\n  " + std::string(60, 'b') + " c\n");
    EXPECT_EQ(wrapped("", 2), "");
}

TEST(TextTable, SaysWhatItLeavesOut)
{
    TextTable table;
    table.column("layer");
    for (int i = 0; i < 100; ++i) {
        table.row({ std::to_string(i) });
    }
    EXPECT_NE(table.text(60).find("… and 40 more: --all"), std::string::npos);
    EXPECT_EQ(table.text(0).find("more"), std::string::npos);
}

TEST(ProgressText, ShowsPhaseShareRateAndTimeLeft)
{
    const Progress progress { "Quantizing", 0.425, 425, 1000, "weights" };
    EXPECT_EQ(progressText(progress, 12.3e6, 12, 80), "Quantizing  42 %  12.3 M weights/s  0:12 left");
    EXPECT_EQ(progressText(progress, 0, -1, 80), "Quantizing  42 %");
    EXPECT_LE(displayWidth(progressText(progress, 12.3e6, 12, 30)), 29U);
    EXPECT_EQ(durationText(3661), "1:01:01");
    EXPECT_EQ(durationText(59.2), "1:00");
}

TEST(ProgressText, JsonIsOneObjectALine)
{
    const std::string line = progressJson({ "Writing", 0.5, 5, 10, "bytes" }, 2.5, -1);
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    const Json json = parseJson(line);
    EXPECT_EQ(json.at("phase"), "Writing");
    EXPECT_EQ(json.at("fraction"), 0.5);
    EXPECT_EQ(json.at("rate"), 2.5);
    EXPECT_TRUE(json.at("seconds_left").is_null());
}

class CommaNumbers : public std::numpunct<char>
{
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
};

TEST(CommaLocale, ChangesNothing)
{
    const std::locale before = std::locale::global(std::locale(std::locale(), new CommaNumbers));
    EXPECT_EQ(numberText(1234.5), "1234"); // round half to even, four digits
    EXPECT_EQ(numberText(0.125), "0.125");
    EXPECT_EQ(countText(1234567), "1,234,567");
    EXPECT_EQ(percentText(0.818), "81.80 %");
    EXPECT_EQ(parseSize("1.5GiB"), 1'610'612'736U);
    EXPECT_EQ(progressText({ "P", 0.5, 1, 2, "u" }, 1500, 61, 80), "P  50 %  1.5 k u/s  1:01 left");
    EXPECT_EQ(jsonText(Json { { "x", 0.5 }, { "n", 1234567 } }), "{\n  \"x\": 0.5,\n  \"n\": 1234567\n}\n");
    std::locale::global(before);
}

TEST(Numbers, InfinityIsNullInDocumentsAndSpeltInTables)
{
    EXPECT_EQ(jsonText(Json { { "sqnr_db", std::numeric_limits<double>::infinity() } }), "{\n  \"sqnr_db\": null\n}\n");
    EXPECT_EQ(numberText(std::numeric_limits<double>::infinity()), "inf");
    EXPECT_EQ(numberText(std::nan("")), "nan");
}

} // namespace
} // namespace bw::cli
