// Index files of sharded models made wrong by hand, and shards that are not what their index says.

#include "tests/support/bad_files.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/pickle_builder.h"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace bw {
namespace {

using namespace std::string_literals;
using test::BadFile;

std::string repeated(const std::string& text, std::size_t count)
{
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
        out += text;
    }
    return out;
}

std::string map(const std::string& entries)
{
    return "{\"weight_map\": {" + entries + "}}";
}

/// Texts that are no JSON, or not the JSON of an index. `good`: an entry that is right.
std::vector<BadFile> badTexts(const std::string& good)
{
    const std::string whole = map(good);
    return {
        { "empty", "", { "malformed" } },
        { "a space", " ", { "malformed" } },
        { "zero bytes", std::string(20, '\0'), { "malformed" } },
        { "zero byte behind it", whole + "\0"s, { "malformed" } },
        { "zero byte inside", "{\"weight_map\0\": {}}"s, { "malformed" } },
        { "plain text", "hello", { "malformed" } },
        { "cut off in the map", whole.substr(0, whole.size() - 2), { "malformed" } },
        { "cut off in a name", whole.substr(0, whole.size() - 6), { "malformed" } },
        { "cut off before the end", whole.substr(0, whole.size() - 1), { "malformed" } },
        { "cut off after the key", "{\"weight_map\":", { "malformed" } },
        { "text behind it", whole + "x", { "malformed" } },
        { "two of them", whole + whole, { "malformed" } },
        { "comma at the end", map(good + ","), { "malformed" } },
        { "no comma", map(good + " " + good), { "malformed" } },
        { "no colon", "{\"weight_map\" {}}", { "malformed" } },
        { "comment", "{/* */\"weight_map\": {}}", { "malformed" } },
        { "single quotes", "{'weight_map': {'w': 'shard'}}", { "malformed" } },
        { "names without quotes", "{weight_map: {w: shard}}", { "malformed" } },
        { "not UTF-8", map("\"w\xff\": \"shard\""), { "malformed" } },
        { "half a surrogate", map("\"w\\ud800\": \"shard\""), { "malformed" } },
        { "unknown escape", map("\"w\\q\": \"shard\""), { "malformed" } },
        { "line break in a name", map("\"w\n\": \"shard\""), { "malformed" } },
        { "number with a leading zero", "{\"n\": 01}", { "malformed" } },
        { "not a number", "{\"n\": NaN}", { "malformed" } },
        { "UTF-16", "\xff\xfe{\0}\0"s, { "malformed" } },
        { "text", "\"weight_map\"", { "not a JSON object" } },
        { "number", "5", { "not a JSON object" } },
        { "fraction", "0.5", { "not a JSON object" } },
        { "null", "null", { "not a JSON object" } },
        { "true", "true", { "not a JSON object" } },
        { "array", "[]", { "not a JSON object" } },
        { "array of an index", "[" + whole + "]", { "not a JSON object" } },
        { "nothing in it", "{}", { "lists no tensors" } },
        { "no map", "{\"metadata\": {\"total_size\": 4}}", { "lists no tensors" } },
        { "map of another name", "{\"weights_map\": {" + good + "}}", { "lists no tensors" } },
        { "map in capitals", "{\"WEIGHT_MAP\": {" + good + "}}", { "lists no tensors" } },
        { "map too deep", "{\"x\": " + whole + "}", { "lists no tensors" } },
        { "empty map", map(""), { "lists no tensors" } },
        { "map a text", "{\"weight_map\": \"w\"}", { "\"weight_map\" is not a list" } },
        { "map a number", "{\"weight_map\": 5}", { "\"weight_map\" is not a list" } },
        { "map null", "{\"weight_map\": null}", { "\"weight_map\" is not a list" } },
        { "map true", "{\"weight_map\": true}", { "\"weight_map\" is not a list" } },
        { "map an array", "{\"weight_map\": [\"shard\"]}", { "\"weight_map\" is not a list" } },
        { "map given twice", "{\"weight_map\": {" + good + "}, \"weight_map\": {}}", { "given twice" } },
        { "map given twice, once escaped", "{\"weight_map\": {}, \"weight\\u005fmap\": {" + good + "}}",
            { "given twice" } },
        { "nested 1,000 deep", "{\"x\": " + std::string(1000, '['), { "nested too deeply" } },
        { "objects nested 100,000 deep", repeated("{\"x\":", 100'000), { "nested too deeply" } },
        { "nested deeply behind the map", "{\"weight_map\": {" + good + "}, \"x\": " + std::string(500'000, '['),
            { "nested too deeply" } },
        { "nested deeply in the map", map("\"w\": " + std::string(500'000, '[')), { "\"weight_map\" is not a list" } },
        { "a megabyte of spaces", std::string(1'000'000, ' '), { "malformed" } },
        { "a megabyte of brackets", std::string(1'000'000, '{'), { "malformed" } },
        { "a megabyte of digits", "{\"n\": " + std::string(1'000'000, '9'), { "malformed" } },
    };
}

std::vector<BadFile> badEntries(const std::string& good)
{
    const auto refused = ErrorKind::Refused;
    std::string many;
    for (int i = 0; i < 20'000; ++i) {
        many += "\"layers." + std::to_string(i) + "\": \"shard\", ";
    }
    return {
        { "file a number", map("\"w\": 5"), { "\"weight_map\" is not a list" } },
        { "file null", map("\"w\": null"), { "\"weight_map\" is not a list" } },
        { "file true", map("\"w\": true"), { "\"weight_map\" is not a list" } },
        { "file a fraction", map("\"w\": 1.5"), { "\"weight_map\" is not a list" } },
        { "file an array", map("\"w\": [\"shard\"]"), { "\"weight_map\" is not a list" } },
        { "file an object", map("\"w\": {\"file\": \"shard\"}"), { "\"weight_map\" is not a list" } },
        { "tensor twice", map(good + ", " + good), { "tensor w is listed twice" } },
        { "tensor twice, once escaped", map(good + ", \"\\u0077\": \"shard\""), { "tensor w is listed twice" } },
        { "file without a name", map("\"w\": \"\""), { "shard name \"\"" }, refused },
        { "file in a folder", map("\"w\": \"a/shard\""), { "a/shard", "same folder" }, refused },
        { "file name with a zero byte", map("\"w\": \"shard\\u0000\""), { "same folder" }, refused },
        { "tensor that no shard has", map(good + ", \"x\": \"shard\""), { "shard", "tensor x", "does not" } },
        { "20,000 tensors that no shard has", map(many + good), { "tensor layers.0", "does not" } },
        { "tensor without a name", map(good + ", \"\": \"shard\""), { "does not" } },
        { "tensor of another shard", map("\"w\": \"other\", \"v\": \"shard\""), { "other", "tensor w" } },
        { "shard missing", map("\"w\": \"none\""), { "none", "does not exist" }, ErrorKind::NotFound },
        { "shard of another case", map("\"w\": \"SHARD\""), { "SHARD", "does not exist" }, ErrorKind::NotFound },
        { "shard with a space behind", map("\"w\": \"shard \""), { "does not exist" }, ErrorKind::NotFound },
        { "shard with a dot behind", map("\"w\": \"shard.\""), { "does not exist" }, ErrorKind::NotFound },
        { "shard name too long", map("\"w\": \"" + std::string(256, 's') + "\""), { "ss…", "too long" } },
        { "shard name of 100,000 letters", map("\"w\": \"" + std::string(100'000, 's') + "\""), { "ss…", "too long" } },
        { "shard empty", map("\"w\": \"empty\""), { "empty" } },
        { "shard plain text", map("\"w\": \"text\""), { "file ", "text" } },
        { "shard cut off", map("\"w\": \"cut\""), { "cut" } },
        { "one shard right, one cut off", map(good + ", \"v\": \"cut\""), { "cut" } },
    };
}

/// What else is in the folder.
std::map<std::string, std::string> folder(const std::string& shard, const std::string& other)
{
    return { { "shard", shard }, { "other", other }, { "empty", "" }, { "text", "hello, this is no model" },
        { "cut", shard.substr(0, shard.size() / 2) } };
}

void expectRefused(const char* what, const std::string& index, const std::map<std::string, std::string>& beside)
{
    const std::string good = R"("w": "shard")";
    auto files = badTexts(good);
    for (auto& more : badEntries(good)) {
        files.push_back(std::move(more));
    }
    EXPECT_GE(files.size(), 60U);
    test::expectAllRefused(what, index, files, beside);
}

TEST(ShardIndexBadFiles, OfSafetensorsAreRefusedWithTheirCause)
{
    const auto shard = [](const char* name) {
        return test::safetensorsBytes("{" + test::tensorJson(name, "F32", "2,2", 0, 16) + "}", std::string(16, '\1'));
    };
    expectRefused("sharded safetensors", "model.safetensors.index.json", folder(shard("w"), shard("v")));
}

TEST(ShardIndexBadFiles, OfPytorchAreRefusedWithTheirCause)
{
    using namespace test::pickle;
    const auto shard = [](const char* name) { return torchZip(proto() + dict({ text(name), tensor({}) }) + stop); };
    expectRefused("sharded PyTorch", "pytorch_model.bin.index.json", folder(shard("w"), shard("v")));
}

} // namespace
} // namespace bw
