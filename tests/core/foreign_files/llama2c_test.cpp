// llama2.c checkpoints, against the GGUF file of the same model and numpy.

#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/model/loader.h"
#include "tests/support/bad_files.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/damaged_files.h"
#include "tests/support/paths.h"
#include "tests/support/temp_dir.h"

#include <array>

#include <gtest/gtest.h>

namespace bw {
namespace {

using test::BadFile;
using test::littleEndian;

/// dim, hidden_dim, n_layers, n_heads, n_kv_heads, vocab_size, seq_len
using Numbers = std::array<std::int64_t, 7>;
constexpr Numbers small { 8, 6, 2, 4, 2, 10, 3 };

std::uint64_t valuesOf(const Numbers& n, bool isLegacy, bool isShared)
{
    const std::int64_t head = n[0] / n[3];
    const std::int64_t keys = head * n[4];
    const std::int64_t words = n[5] < 0 ? -n[5] : n[5];
    const std::int64_t layer = 2 * n[0] + 2 * n[0] * n[0] + 2 * n[0] * keys + 3 * n[0] * n[1];
    return static_cast<std::uint64_t>(
        layer * n[2] + n[0] + (isShared ? 1 : 2) * words * n[0] + (isLegacy ? n[6] * head : 0));
}

std::string header(const Numbers& numbers)
{
    std::string out;
    for (const auto number : numbers) {
        out += littleEndian(static_cast<std::uint64_t>(number), 4);
    }
    return out;
}

std::string counting(std::uint64_t count)
{
    std::vector<float> values(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<float>(i);
    }
    return test::floatBytes(values);
}

std::string legacy(const Numbers& numbers)
{
    return header(numbers) + counting(valuesOf(numbers, true, numbers[5] > 0));
}

std::string marked(const Numbers& numbers, bool isShared, std::uint64_t version = 1)
{
    std::string out = "24ka" + littleEndian(version, 4) + header(numbers) + std::string(1, isShared ? '\1' : '\0');
    out.resize(256, '\0');
    return out + counting(valuesOf(numbers, false, isShared));
}

TEST(Llama2c, StoriesHasTheValuesOfTheGguf)
{
    BW_NEED_SHARED_DATA();
    const auto folder = test::sharedData() / "stories260k";
    const auto bin = openModel(folder / "stories260K.bin");
    const auto gguf = openModel(folder / "stories260K.gguf");
    EXPECT_EQ(bin->format(), "llama2c");
    EXPECT_EQ(bin->metadata().at("n_kv_heads"), "4");
    std::size_t compared = 0;
    for (const auto& layer : bin->layers()) {
        if (layer.name.starts_with("freq_cis")) {
            EXPECT_FALSE(layer.isQuantizable());
            continue;
        }
        const auto id = gguf->find(layer.name);
        ASSERT_TRUE(id.isValid()) << layer.name;
        EXPECT_EQ(gguf->layer(id).view.shape, layer.view.shape) << layer.name;
        EXPECT_EQ(toFloats(gguf->layer(id).view), toFloats(layer.view)) << layer.name;
        EXPECT_EQ(gguf->layer(id).role, layer.role) << layer.name;
        ++compared;
    }
    EXPECT_EQ(compared, 47U); // all but output.weight, which is the embedding
    EXPECT_EQ(bin->layer(bin->find("token_embd.weight")).tiedNames, std::vector<std::string> { "output.weight" });
}

TEST(Llama2c, EveryVersionAndClassifier)
{
    const test::TempDir dir;
    test::writeFile(dir / "a.bin", legacy(small));
    EXPECT_EQ(openModel(dir / "a.bin")->layers().size(), 4U + 2 * 9);
    Numbers own = small;
    own[5] = -10;
    test::writeFile(dir / "b.bin", legacy(own));
    const auto model = openModel(dir / "b.bin");
    EXPECT_TRUE(model->find("output.weight").isValid());
    // The classifier is last: its last value is the last of the file.
    const auto values = toFloats(model->layer(model->find("output.weight")).view);
    EXPECT_EQ(values.back(), static_cast<float>(valuesOf(own, true, false) - 1));
    test::writeFile(dir / "c.bin", marked(small, false));
    const auto version1 = openModel(dir / "c.bin");
    EXPECT_EQ(toFloats(version1->layer(version1->find("blk.0.attn_norm.weight")).view).front(), 0.0F);
    EXPECT_EQ(version1->metadata().at("version"), "1");
    test::writeFile(dir / "d.bin", marked(small, true));
    EXPECT_FALSE(openModel(dir / "d.bin")->find("output.weight").isValid());
}

std::string with(std::size_t at, std::int64_t value)
{
    Numbers numbers = small;
    numbers[at] = value;
    return header(numbers) + counting(valuesOf(small, true, true));
}

std::string markedWith(std::size_t at, std::int64_t value)
{
    auto bytes = marked(small, true);
    bytes.replace(8 + 4 * at, 4, littleEndian(static_cast<std::uint64_t>(value), 4));
    return bytes;
}

TEST(Llama2c, BadFilesAreRefusedWithTheirCause)
{
    std::vector<BadFile> files;
    const auto whole = legacy(small);
    const auto mark = marked(small, true);
    // Without a mark, a file whose numbers do not add up is nothing known at all.
    const std::vector<std::string> unknown { "not a model file of a known kind" };
    constexpr std::array names { "dim", "hidden_dim", "n_layers", "n_heads", "n_kv_heads", "vocab_size", "seq_len" };
    static std::vector<std::string> defects; // the names live as long as the table
    defects.reserve(200);
    const auto add = [&](std::string defect, std::string bytes, std::vector<std::string> words,
                         ErrorKind kind = ErrorKind::BadFile) {
        defects.push_back(std::move(defect));
        files.push_back({ defects.back().c_str(), std::move(bytes), std::move(words), kind });
    };
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string name = names[i];
        add(name + " of 0", with(i, 0), unknown);
        add(name + " one more", with(i, small[i] + 1), unknown);
        add(name + " of 2^31-1", with(i, 2147483647), unknown);
        add(name + " of -2^31", with(i, -2147483648LL), unknown);
        add("marked, " + name + " of 0", markedWith(i, 0), { "cannot be those of a llama2.c model" });
        add("marked, " + name + " of -1", markedWith(i, -1), { "cannot be those of a llama2.c model" });
        if (i != 6) { // of which the size of such files does not depend
            add("marked, " + name + " doubled", markedWith(i, 2 * small[i]), {});
            add("marked, " + name + " of 2^26", markedWith(i, 1 << 26), {});
        }
    }
    add("one byte missing", whole.substr(0, whole.size() - 1), unknown);
    add("one byte more", whole + "x", unknown);
    add("one value more", whole + "abcd", unknown);
    add("header alone", whole.substr(0, 28), unknown);
    add("half a header", whole.substr(0, 20), unknown);
    add("marked, one byte missing", mark.substr(0, mark.size() - 1), { "truncated or damaged" });
    add("marked, one byte more", mark + "x", { "truncated or damaged" });
    add("marked, header alone", mark.substr(0, 256), { "truncated or damaged" });
    add("marked, half a header", mark.substr(0, 100), { "cannot be those" });
    add("mark alone", mark.substr(0, 4), { "cannot be those" });
    add("version 2", marked(small, true, 2), { "version 2", "0 and 1" }, ErrorKind::Unsupported);
    add("version 0 with a mark", marked(small, true, 0), { "version 0" }, ErrorKind::Unsupported);
    add("version of -1", marked(small, true, 0xFFFFFFFF), { "version -1" }, ErrorKind::Unsupported);
    EXPECT_GE(files.size(), 60U);
    test::expectAllRefused("llama2.c", "m.bin", files);
}

TEST(Llama2c, DamageIsNeverASurprise)
{
    test::expectNoSurprises(marked(small, true).substr(0, 400), "m.bin", 3);
    Numbers many { 2, 1, 1000, 1, 1, 1, 1 };
    const test::TempDir dir;
    test::writeFile(dir / "many.bin", legacy(many));
    EXPECT_EQ(openModel(dir / "many.bin")->layers().size(), 9004U);
    test::expectCheapToOpen(dir / "many.bin", "1000 layers");
}

} // namespace
} // namespace bw
