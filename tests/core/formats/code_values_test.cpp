// Codec::codeValues(): the arrays say exactly what the codec decodes, for every format that has them.

#include "core/base/bit_stream.h"
#include "core/formats/codec.h"
#include "core/formats/format_family.h"
#include "tests/support/model_builders.h"

#include <set>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

float valueOf(const CodeValues& values, std::uint64_t position, std::uint16_t code)
{
    const std::uint64_t group = values.groups.at(position);
    const float level = values.isIntegers
        ? static_cast<float>(int { code } + values.low - (values.zeros.empty() ? 0 : values.zeros[group]))
        : values.table(group)[code];
    return level * values.scale(group);
}

TEST(CodeValues, SayWhatTheCodecDecodes)
{
    const auto matrix = normalTensor({ 24, 80 }, 11);
    std::set<std::string> families;
    for (const auto* family : formatFamilies().entries()) {
        for (const auto& example : family->examples) {
            if (fallbackFor(parseFormat(example), matrix.shape)) {
                continue;
            }
            const auto tensor = encodeTensor(fitCodec(parseFormat(example), matrix, {}), matrix, 0, {});
            const auto values = tensor.codec->codeValues();
            if (!values) {
                continue;
            }
            families.insert(family->id);
            std::vector<std::uint16_t> codes(static_cast<std::size_t>(tensor.count()));
            unpackCodes(tensor.parts.front().data.bytes, tensor.codec->codeBits(), 0, codes);
            const auto decoded = toFloats(dequantize(tensor, {}));
            for (std::size_t i = 0; i < codes.size(); ++i) {
                ASSERT_EQ(valueOf(*values, i, codes[i]), decoded[i]) << example << " at " << i;
            }
        }
    }
    for (const char* id : { "int", "ints", "uint", "nf4", "pow", "kmeans", "lloyd", "crd", "float", "po2", "levels" }) {
        EXPECT_TRUE(families.contains(id)) << id;
    }
}

} // namespace
} // namespace bw::test
