// What every method must keep, over the whole registry.

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/formats/format_family.h"
#include "core/methods/method.h"
#include "core/stats/error_metrics.h"
#include "tests/core/formats/format_support.h"

#include <cmath>
#include <set>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

constexpr const char* formats[] { "int4/c", "int3s/b32:search", "pow4/c", "kmeans2/c", "f32" };

TensorView weights()
{
    return makeTensor({ 40, 70, 9 }, gaussian(40 * 70 * 9, 1));
}

TEST(Methods, IdsAreUniqueAndEntriesComplete)
{
    std::set<std::string> ids;
    for (const auto* method : methods().entries()) {
        EXPECT_TRUE(ids.insert(method->id).second);
        EXPECT_FALSE(method->title.empty());
        EXPECT_FALSE(method->explanation.empty());
        EXPECT_TRUE(checkParams(method->schema, withDefaults(method->schema, {})).empty());
        EXPECT_EQ(methods().find(method->id), method);
    }
    EXPECT_NE(methods().find("rtn"), nullptr);
    EXPECT_EQ(methods().find("nothing"), nullptr);
}

TEST(Methods, NoCodeIsWorseThanNearestOnAverageAndBytesDoNotDependOnThreads)
{
    const LayerInput layer { weights(), 1, "layer" };
    const auto values = toFloats(layer.matrix);
    for (const auto* method : methods().entries()) {
        if (method->needsCalibration) {
            continue;
        }
        for (const char* text : formats) {
            SCOPED_TRACE(method->id + " " + text);
            const auto format = parseFormat(text);
            setThreadCount(1);
            const auto one = method->quantize(layer, format, withDefaults(method->schema, {}), {});
            setThreadCount(2);
            const auto two = method->quantize(layer, format, withDefaults(method->schema, {}), {});
            setThreadCount(0);
            ASSERT_EQ(one.parts.size(), two.parts.size());
            for (std::size_t i = 0; i < one.parts.size(); ++i) {
                EXPECT_TRUE(std::equal(one.parts[i].data.bytes.begin(), one.parts[i].data.bytes.end(),
                    two.parts[i].data.bytes.begin(), two.parts[i].data.bytes.end()));
            }
            EXPECT_EQ(one.outAxis, 1);
            EXPECT_EQ(dequantize(one, {}).shape, (Shape { 70, 40, 9 }));
            const auto codec = fitCodec(format, layer.matrix, {});
            std::vector<float> decoded(values.size());
            decodeTensor(one, 0, decoded);
            EXPECT_LE(errorSums(values, decoded).squaredError,
                errorSums(values, decodeAll(*codec, encodeAll(*codec, values))).squaredError);
        }
    }
}

/// Nearest by comparing with every level.
TEST(Methods, RoundToNearestFindsTheNearestLevel)
{
    const LayerInput layer { makeTensor({ 4, 200 }, gaussian(800, 2)), 0, "layer" };
    const auto values = toFloats(layer.matrix);
    for (const char* text :
        { "int4/c:f32", "int3s/c", "nf4/c", "kmeans3/c", "lloyd4/c", "levels(-1,-0.2,0.1,1)/c", "uint4/c" }) {
        const auto tensor = methods().find("rtn")->quantize(layer, parseFormat(text), {}, {});
        std::vector<float> decoded(values.size());
        decodeTensor(tensor, 0, decoded);
        for (std::size_t i = 0; i < values.size(); ++i) {
            double nearest = INFINITY;
            for (const double level : tensor.codec->grid(i / 200).levels) {
                nearest = std::min(nearest, std::abs(level - static_cast<double>(values[i])));
            }
            ASSERT_NEAR(std::abs(static_cast<double>(decoded[i]) - static_cast<double>(values[i])), nearest, 1e-6)
                << text << " " << i;
        }
    }
}

TEST(Methods, CancellationAndBadValuesLeaveQuantize)
{
    std::stop_source source;
    source.request_stop();
    const JobContext canceled(source.get_token());
    const LayerInput layer { weights(), 0, "layer" };
    const LayerInput bad { makeTensor({ 1, 2 }, { 1, NAN }), 0, "layer" };
    for (const auto* method : methods().entries()) {
        const auto params = withDefaults(method->schema, {});
        EXPECT_THROW(method->quantize(layer, parseFormat("int4/c"), params, canceled), Canceled);
        EXPECT_THROW(method->quantize(bad, parseFormat("int4/c"), params, {}), Error);
    }
}

} // namespace
} // namespace bw::test
