#include "core/base/error.h"
#include "core/formats/format_family.h"

#include <random>

#include <gtest/gtest.h>

namespace bw {
namespace {

std::string parseError(const char* text)
{
    try {
        parseFormat(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::BadInput);
        return error.fullEnglish();
    }
    return "no error";
}

TEST(FormatText, ReadsElementScalingRuleAndStoreInEitherOrder)
{
    const auto format = parseFormat("int4s/b32:f16:clip0.9");
    EXPECT_EQ(format.family, "ints");
    EXPECT_EQ(std::get<std::int64_t>(format.params.at("bits")), 4);
    EXPECT_EQ(format.scaling.granularity, Granularity::Block);
    EXPECT_EQ(format.scaling.blockSize, 32);
    EXPECT_EQ(format.scaling.rule, "clip");
    EXPECT_EQ(format.scaling.ruleValue, 0.9);
    EXPECT_EQ(format.scaling.store, "f16");
    EXPECT_EQ(format, parseFormat("int4s/b32:clip0.9:f16"));
    EXPECT_EQ(formatText(format), "int4s/b32:clip0.9:f16");
}

TEST(FormatText, DefaultsAreLeftOutAndMissingScalingIsPerTensor)
{
    EXPECT_EQ(formatText(parseFormat("int4/b64:absmax:bf16")), "int4/b64");
    EXPECT_EQ(formatText(parseFormat("int4")), "int4/t");
    EXPECT_EQ(formatText(parseFormat(" int4 / c ")), "int4/c");
    EXPECT_EQ(formatText(parseFormat("int16/c:f32")), "int16/c:f32");
}

TEST(FormatText, ErrorsNameThePartAndTheNearestWord)
{
    EXPECT_NE(parseError("int4x").find("did you mean int4?"), std::string::npos) << parseError("int4x");
    EXPECT_NE(parseError("INT4/c").find("did you mean int4?"), std::string::npos);
    EXPECT_NE(parseError("int4/b32:absmx").find("did you mean absmax?"), std::string::npos);
    EXPECT_NE(parseError("int4/b32:bf61").find("did you mean bf16?"), std::string::npos);
    EXPECT_NE(parseError("int9/c").find("bits must be 1 to 8, or 16, not 9"), std::string::npos);
    EXPECT_NE(parseError("int0/c").find("unknown number format"), std::string::npos);
    EXPECT_NE(parseError("int4/b0").find("block size"), std::string::npos);
    EXPECT_NE(parseError("int4/c/flat=0.1%").find("\"/flat=0.1%\""), std::string::npos);
    EXPECT_NE(parseError("int4/x").find("\"/x\""), std::string::npos);
    EXPECT_NE(parseError("int4/c:absmax:absmax").find("second"), std::string::npos);
    EXPECT_NE(
        parseError("int4/c:clip1.5").find("the value 1.5 of the scale rule \"clip\" must be above 0 and at most 1"),
        std::string::npos);
    EXPECT_NE(parseError("int4/c:clip").find("needs a number"), std::string::npos);
    EXPECT_NE(parseError("").find("unknown number format"), std::string::npos);
    EXPECT_NE(parseError("int99999999999999999999/c").find("bits must be"), std::string::npos);
}

TEST(FormatText, ValidateListsEveryProblemAtItsField)
{
    auto format = parseFormat("int4/c");
    format.params["bits"] = std::string("four");
    format.params["colour"] = 1.0;
    format.scaling.rule = "biggest";
    format.scaling.blockSize = 7;
    std::vector<std::string> fields;
    for (const auto& problem : validate(format)) {
        fields.push_back(problem.field);
    }
    EXPECT_EQ(fields, (std::vector<std::string> { "bits", "colour", "block", "rule" }));
    EXPECT_EQ(validate({ "nothing", {}, {} }).front().field, "family");
}

/// Texts made of real pieces and rubbish: either a format that prints and reads back, or bw::Error, never anything
/// else.
TEST(FormatText, RandomTextsGiveAFormatOrAnError)
{
    std::vector<std::string> pieces { "/", ":", "(", ")", ",", "=", "b", "t", "c", "0", "7", "32", "1e9", "-1", ".",
        " ", "\xff", "权", "a", "scope", "layer", "model", "channel", "99999999999999999999", "sparse", "%", "zstd",
        "search", "clip0.5", "nan", "inf" };
    for (const auto* family : formatFamilies().entries()) {
        pieces.insert(pieces.end(), family->examples.begin(), family->examples.end());
        pieces.push_back(family->id);
    }
    for (const auto& store : scaleStores()) {
        pieces.push_back(":" + store.id);
    }
    std::mt19937 random(1);
    std::size_t parsed = 0;
    for (int round = 0; round < 30000; ++round) {
        std::string text;
        for (auto n = random() % 6; n > 0; --n) {
            text += pieces[random() % pieces.size()];
        }
        if (random() % 4 == 0 && !text.empty()) {
            text[random() % text.size()] = static_cast<char>(random() % 256);
        }
        try {
            const auto format = parseFormat(text);
            EXPECT_TRUE(validate(format).empty()) << text;
            EXPECT_EQ(parseFormat(formatText(format)), format) << text;
            ++parsed;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::BadInput) << text;
        }
    }
    EXPECT_GT(parsed, 300U);
}

} // namespace
} // namespace bw
