// What every format family must keep, run over the whole registry, all examples and all awkward inputs.

#include "core/base/bit_stream.h"
#include "core/base/error.h"
#include "core/base/half.h"
#include "core/base/parallel.h"
#include "core/formats/format_extra.h"
#include "core/formats/format_family.h"
#include "core/formats/groups.h"
#include "core/stats/error_metrics.h"
#include "tests/core/formats/format_support.h"
#include "tests/support/example_fit.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

struct Input
{
    std::string name;
    TensorView matrix;
};

std::vector<float> scaled(std::vector<float> values, float factor)
{
    for (auto& value : values) {
        value *= factor;
    }
    return values;
}

std::vector<float> mapped(std::vector<float> values, const std::function<float(float)>& f)
{
    std::transform(values.begin(), values.end(), values.begin(), f);
    return values;
}

TensorView inHalves(const std::vector<float>& values, Shape shape)
{
    std::vector<std::byte> bytes(values.size() * 2);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto half = floatToHalf(values[i]);
        std::memcpy(bytes.data() + 2 * i, &half, 2);
    }
    return makeTensor(DType::F16, std::move(shape), std::move(bytes));
}

std::vector<float> sixtyOrders(std::size_t count)
{
    auto values = gaussian(count, 5);
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] *= std::pow(10.0F, static_cast<float>(i % 60) - 30);
    }
    return values;
}

std::vector<Input> awkwardInputs()
{
    constexpr float largest = std::numeric_limits<float>::max();
    auto zeroRow = gaussian(210, 3);
    std::fill_n(zeroRow.begin() + 70, 70, 0.0F);
    auto outlier = gaussian(210, 4);
    outlier[100] = 1000;
    return {
        { "empty", makeTensor({ 0 }, {}) },
        { "no columns", makeTensor({ 4, 0 }, {}) },
        { "scalar", makeTensor({}, { -0.7F }) },
        { "one value", makeTensor({ 1, 1 }, { 0.3F }) },
        { "one dimension", makeTensor({ 37 }, gaussian(37, 1)) },
        { "ragged", makeTensor({ 3, 70 }, gaussian(210, 2)) },
        { "four dimensions", makeTensor({ 3, 5, 2, 7 }, gaussian(210, 2)) },
        { "zeros", makeTensor({ 3, 70 }, std::vector<float>(210, 0.0F)) },
        { "negative zeros", makeTensor({ 3, 70 }, std::vector<float>(210, -0.0F)) },
        { "row of zeros", makeTensor({ 3, 70 }, zeroRow) },
        { "constant", makeTensor({ 3, 70 }, std::vector<float>(210, 0.3F)) },
        { "negative constant", makeTensor({ 3, 70 }, std::vector<float>(210, -0.3F)) },
        { "subnormal", makeTensor({ 3, 70 }, scaled(gaussian(210, 6), 1e-40F)) },
        { "tiny", makeTensor({ 3, 70 }, scaled(gaussian(210, 6), 1e-30F)) },
        { "huge", makeTensor({ 3, 70 }, scaled(gaussian(210, 7), 5e37F)) },
        { "largest", makeTensor({ 2, 2 }, { largest, -largest, largest / 2, -1.0F }) },
        { "negative only",
            makeTensor({ 3, 70 }, mapped(gaussian(210, 8), [](float x) { return -std::abs(x) - 0.1F; })) },
        { "positive only", makeTensor({ 3, 70 }, mapped(gaussian(210, 8), [](float x) { return std::abs(x); })) },
        { "outlier", makeTensor({ 3, 70 }, outlier) },
        { "60 orders of magnitude", makeTensor({ 3, 70 }, sixtyOrders(210)) },
        { "half precision", inHalves(gaussian(210, 9), { 3, 70 }) },
        { "whole blocks", makeTensor({ 2, 512 }, gaussian(1024, 2)) },
        { "whole blocks, zeros", makeTensor({ 2, 512 }, std::vector<float>(1024, 0.0F)) },
        { "whole blocks, constant", makeTensor({ 2, 512 }, std::vector<float>(1024, -0.3F)) },
        { "whole blocks, subnormal", makeTensor({ 2, 512 }, scaled(gaussian(1024, 6), 1e-40F)) },
        { "whole blocks, huge", makeTensor({ 2, 512 }, scaled(gaussian(1024, 7), 5e37F)) },
        { "whole blocks, 60 orders of magnitude", makeTensor({ 2, 512 }, sixtyOrders(1024)) },
    };
}

/// 2^16 normal values with rows of different sizes.
const TensorView& reference()
{
    static const TensorView tensor = [] {
        auto values = gaussian(std::size_t { 1 } << 16, 42);
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] *= 0.05F * static_cast<float>(1 + i / 4096 % 3);
        }
        return makeTensor({ 16, 4096 }, std::move(values));
    }();
    return tensor;
}

std::vector<std::string> allExamples()
{
    std::vector<std::string> all;
    for (const auto* family : formatFamilies().entries()) {
        all.insert(all.end(), family->examples.begin(), family->examples.end());
    }
    for (const auto* extra : formatExtras().entries()) {
        all.insert(all.end(), extra->examples.begin(), extra->examples.end());
    }
    return all;
}

void forEachExample(const std::function<void(const FormatFamily&, const QuantFormat&)>& check)
{
    const auto examples = allExamples();
    for (const auto& example : examples) {
        SCOPED_TRACE(example);
        const auto format = parseFormat(example);
        check(familyOf(format), format);
    }
    EXPECT_GE(examples.size(), 60U);
}

bool canHold(const QuantFormat& format, const Shape& shape)
{
    return !fallbackFor(format, shape);
}
/// Three ragged rows, or rows of whole blocks for formats that take no others.
Shape threeRows(const QuantFormat& format)
{
    return canHold(format, { 3, 70 }) ? Shape { 3, 70 } : Shape { 3, 256 };
}
TensorView inThreeRows(const QuantFormat& format, std::vector<float> values)
{
    const Shape shape = threeRows(format);
    values.resize(elementCount(shape), values.back());
    return makeTensor(shape, std::move(values));
}
/// Weights of block types, of vectors and of rows in another order have no codes of their own.
bool hasCodes(const QuantFormat& format)
{
    static const auto few = makeTensor({ 1, 256 }, gaussian(256, 1));
    return fitExample(format, few)->codeBits() > 0;
}

double errorOf(const QuantFormat& format, const TensorView& matrix)
{
    const auto tensor = encodeTensor(fitExample(format, matrix), matrix, 0, {});
    return rmseOverRms(errorSums(toFloats(matrix), toFloats(dequantize(tensor, {}))));
}

bool sameBytes(const QuantizedTensor& a, const QuantizedTensor& b)
{
    return a.format == b.format && a.parts.size() == b.parts.size()
        && std::equal(a.parts.begin(), a.parts.end(), b.parts.begin(), [](const TensorPart& x, const TensorPart& y) {
               return x.name == y.name && x.data.dtype == y.data.dtype && x.data.shape == y.data.shape
                   && std::equal(x.data.bytes.begin(), x.data.bytes.end(), y.data.bytes.begin(), y.data.bytes.end());
           });
}

/// Groups as the scaling says, or rows where each row has its own grid under a common scale.
Groups groupsOf(const Codec& codec, const Shape& shape)
{
    const Groups groups(shape, codec.format().scaling);
    return groups.count() == codec.groupCount() ? groups
                                                : Groups(shape, Scaling { .granularity = Granularity::Channel });
}

TEST(FormatConformance, ExamplesAreCanonical)
{
    forEachExample([](const FormatFamily& family, const QuantFormat& format) {
        EXPECT_EQ(format.family, family.id);
        EXPECT_TRUE(validate(format).empty());
        EXPECT_EQ(parseFormat(formatText(format)), format);
    });
    for (const auto& example : allExamples()) {
        EXPECT_EQ(formatText(parseFormat(example)), example);
    }
}

TEST(FormatConformance, ValuesDecodeToLevelsOfTheirGroup)
{
    for (const auto& input : awkwardInputs()) {
        SCOPED_TRACE(input.name);
        forEachExample([&](const FormatFamily& family, const QuantFormat& format) {
            if (!hasCodes(format)) {
                return;
            }
            const auto codec = fitExample(format, input.matrix);
            const auto values = toFloats(input.matrix);
            const auto decoded = decodeAll(*codec, encodeAll(*codec, values));
            if (values.empty()) {
                EXPECT_EQ(codec->groupCount(), 0U);
                return;
            }
            const Groups groups = groupsOf(*codec, input.matrix.shape);
            const bool hasGroups = family.hasScaling;
            EXPECT_EQ(codec->groupCount(), hasGroups ? groups.count() : 1U);
            ASSERT_LT(codec->typicalGroup(), codec->groupCount());
            std::uint64_t known = std::numeric_limits<std::uint64_t>::max();
            Grid grid;
            for (std::size_t i = 0; i < values.size(); ++i) {
                const auto group = hasGroups ? groups.at(i) : 0;
                if (group != known) {
                    known = group;
                    grid = codec->grid(group);
                    ASSERT_TRUE(std::is_sorted(grid.levels.begin(), grid.levels.end(), std::less_equal<>()));
                    ASSERT_EQ(grid.cellEdges.size() + 1, std::max<std::size_t>(grid.levels.size(), 1));
                    ASSERT_LE(grid.levels.size(), static_cast<std::size_t>(codec->codeCount()));
                }
                ASSERT_TRUE(std::isfinite(decoded[i])) << i;
                if (grid.levels.empty()) {
                    ASSERT_EQ(decoded[i], values[i]);
                } else {
                    ASSERT_TRUE(
                        std::binary_search(grid.levels.begin(), grid.levels.end(), static_cast<double>(decoded[i])))
                        << i << ": " << decoded[i];
                }
            }
        });
    }
}

TEST(FormatConformance, GroupsOfZerosStayZero)
{
    forEachExample([&](const FormatFamily& family, const QuantFormat& format) {
        // GGML's arithmetic gives -0 where a code below the middle meets the scale 0, and blocks decode as GGML does.
        const bool isGgml = family.ggmlType != nullptr && family.ggmlType(format.params) >= 0;
        const auto zeros = inThreeRows(format, { 0.0F });
        const auto tensor = encodeTensor(fitExample(format, zeros), zeros, 0, {});
        for (const float value : toFloats(dequantize(tensor, {}))) {
            ASSERT_EQ(value, 0.0F);
            ASSERT_TRUE(isGgml || !std::signbit(value));
        }
    });
}

TEST(FormatConformance, EncodingDecodedValuesChangesNothing)
{
    for (const auto& input : awkwardInputs()) {
        SCOPED_TRACE(input.name);
        forEachExample([&](const FormatFamily&, const QuantFormat& format) {
            if (!hasCodes(format)) {
                return;
            }
            const auto codec = fitExample(format, input.matrix);
            const auto once = decodeAll(*codec, encodeAll(*codec, toFloats(input.matrix)));
            ASSERT_EQ(decodeAll(*codec, encodeAll(*codec, once)), once);
        });
    }
}

TEST(FormatConformance, PiecesEncodeAsTheWhole)
{
    const auto matrix = makeTensor({ 3, 70 }, gaussian(210, 2));
    const auto values = toFloats(matrix);
    forEachExample([&](const FormatFamily&, const QuantFormat& format) {
        if (!hasCodes(format)) {
            return;
        }
        const auto codec = fitExample(format, matrix);
        const auto codes = encodeAll(*codec, values);
        for (std::size_t first = 0; first < values.size(); first += 33) {
            const std::size_t count = std::min<std::size_t>(50, values.size() - first);
            std::vector<std::uint16_t> part(count);
            codec->encode(first, std::span(values).subspan(first, count), part);
            ASSERT_TRUE(std::equal(part.begin(), part.end(), codes.begin() + static_cast<std::ptrdiff_t>(first)))
                << first;
        }
    });
}

TEST(FormatConformance, BitsAreTheBytesWritten)
{
    for (const auto& input : awkwardInputs()) {
        SCOPED_TRACE(input.name);
        forEachExample([&](const FormatFamily& family, const QuantFormat& format) {
            if (!canHold(format, input.matrix.shape)) {
                EXPECT_THROW(fitExample(format, input.matrix), Error);
                return;
            }
            const auto tensor = encodeTensor(fitExample(format, input.matrix), input.matrix, 0, {});
            // 0: other codes than the family's; of a family with a usual coder the alphabet follows from the weights.
            if (tensor.codec->codeBits() != 0 && family.usualCoder.empty()) {
                ASSERT_EQ(tensor.codec->codeBits(), family.codeBits(format.params));
            }
            std::uint64_t written = 0;
            for (const auto& part : tensor.parts) {
                written += 8 * part.data.bytes.size();
                ASSERT_EQ(part.data.bytes.size(), elementCount(part.data.shape) * info(part.data.dtype).size);
            }
            ASSERT_GE(written, tensor.bits());
            ASSERT_LT(written, tensor.bits() + 8 * tensor.parts.size());
        });
    }
}

TEST(FormatConformance, RestoredTensorsDecodeTheSame)
{
    for (const auto& input : awkwardInputs()) {
        SCOPED_TRACE(input.name);
        forEachExample([&](const FormatFamily&, const QuantFormat& format) {
            if (!canHold(format, input.matrix.shape)) {
                return;
            }
            const auto tensor = encodeTensor(fitExample(format, input.matrix), input.matrix, 0, {});
            // From the text, as a file would hold it.
            const auto restored = restoreTensor(parseFormat(formatText(tensor.format)), tensor.shape, 0, tensor.parts);
            ASSERT_TRUE(sameBytes(restored, tensor));
            ASSERT_EQ(toFloats(dequantize(restored, {})), toFloats(dequantize(tensor, {})));
            ASSERT_EQ(restored.bits(), tensor.bits());
            ASSERT_EQ(restored.codec->typicalGroup(), tensor.codec->typicalGroup());
            if (hasCodes(format)) {
                ASSERT_EQ(encodeAll(*restored.codec, toFloats(input.matrix)),
                    encodeAll(*tensor.codec, toFloats(input.matrix)));
            }
        });
    }
}

TEST(FormatConformance, PartsOfTheWrongSizeAreRefused)
{
    const auto refuses = [](const QuantizedTensor& tensor, Shape shape, std::vector<TensorPart> parts) {
        try {
            restoreTensor(tensor.format, std::move(shape), 0, std::move(parts));
            return false;
        } catch (const Error& error) {
            return error.kind() == ErrorKind::BadFile;
        }
    };
    forEachExample([&](const FormatFamily&, const QuantFormat& format) {
        const auto matrix = inThreeRows(format, gaussian(210, 2));
        const auto tensor = encodeTensor(fitExample(format, matrix), matrix, 0, {});
        EXPECT_TRUE(refuses(tensor, { 3, 80 }, tensor.parts));
        EXPECT_TRUE(refuses(tensor, { 3, 1000000000000000000 }, tensor.parts));
        for (std::size_t i = 0; i < tensor.parts.size(); ++i) {
            SCOPED_TRACE(tensor.parts[i].name);
            auto parts = tensor.parts;
            parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(i));
            EXPECT_TRUE(refuses(tensor, tensor.shape, parts));
            const std::size_t size = tensor.parts[i].data.bytes.size();
            for (const std::size_t cut : { std::size_t { 1 }, size }) {
                if (size == 0) {
                    continue;
                }
                parts = tensor.parts;
                auto& data = parts[i].data;
                data.bytes = data.bytes.first(size - cut);
                EXPECT_TRUE(refuses(tensor, tensor.shape, parts)) << cut;
            }
            parts = tensor.parts;
            auto& data = parts[i].data;
            data = makeTensor(DType::F64, { 1 }, std::vector<std::byte>(8));
            EXPECT_TRUE(refuses(tensor, tensor.shape, parts));
        }
    });
}

/// Scales, codebooks and exponents made NaN or infinite, and codes that no level has.
TEST(FormatConformance, RubbishInPartsIsRefusedOrDecodesSafely)
{
    forEachExample([&](const FormatFamily& family, const QuantFormat& format) {
        const auto matrix = inThreeRows(format, gaussian(210, 2));
        const auto tensor = encodeTensor(fitExample(format, matrix), matrix, 0, {});
        for (std::size_t i = 0; i < tensor.parts.size(); ++i) {
            auto parts = tensor.parts;
            const auto& old = tensor.parts[i].data;
            parts[i].data
                = makeTensor(old.dtype, old.shape, std::vector<std::byte>(old.bytes.size(), std::byte { 0xFF }));
            const bool isCodes = i == 0;
            const bool mustFail = isCodes ? tensor.codec->codeCount() < (1 << tensor.codec->codeBits())
                                          : info(old.dtype).isFloat && !old.bytes.empty();
            try {
                const auto restored = restoreTensor(tensor.format, tensor.shape, 0, parts);
                EXPECT_FALSE(mustFail) << tensor.parts[i].name;
                toFloats(dequantize(restored, {}));
            } catch (const Error& error) {
                EXPECT_EQ(error.kind(), ErrorKind::BadFile) << family.id;
            }
        }
    });
}

TEST(FormatConformance, NonFiniteValuesAreRefusedByIndex)
{
    for (const float bad : { std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
             -std::numeric_limits<float>::infinity() }) {
        auto values = gaussian(210, 2);
        const auto finite = values;
        values[123] = bad;
        values[200] = bad;
        forEachExample([&](const FormatFamily&, const QuantFormat& format) {
            const auto good = inThreeRows(format, finite);
            const auto matrix = inThreeRows(format, values);
            for (const bool atFit : { true, false }) {
                try {
                    if (atFit) {
                        fitExample(format, matrix);
                    } else {
                        encodeTensor(fitExample(format, good), matrix, 0, {});
                    }
                    ADD_FAILURE();
                } catch (const Error& error) {
                    EXPECT_EQ(error.kind(), ErrorKind::BadInput);
                    EXPECT_NE(error.fullEnglish().find("value 123 is not a finite number"), std::string::npos)
                        << error.fullEnglish();
                }
            }
        });
    }
}

TEST(FormatConformance, NegatedWeightsGiveNegatedValuesWhereClaimed)
{
    const auto values = gaussian(210, 2);
    const auto matrix = makeTensor({ 3, 70 }, values);
    const auto mirrored = makeTensor({ 3, 70 }, scaled(values, -1));
    std::size_t checked = 0;
    forEachExample([&](const FormatFamily& family, const QuantFormat& format) {
        if (!family.isOdd || !hasCodes(format)) {
            return;
        }
        ++checked;
        const auto codec = fitExample(format, matrix);
        const auto mirror = fitExample(format, mirrored);
        EXPECT_EQ(decodeAll(*mirror, encodeAll(*mirror, toFloats(mirrored))),
            scaled(decodeAll(*codec, encodeAll(*codec, values)), -1));
    });
    EXPECT_GE(checked, 10U);
}

TEST(FormatConformance, SameBytesForOneAndTwoThreadsAndFromTheResolvedText)
{
    forEachExample([](const FormatFamily&, const QuantFormat& format) {
        setThreadCount(1);
        const auto one = encodeTensor(fitExample(format, reference()), reference(), 0, {});
        setThreadCount(2);
        const auto two = encodeTensor(fitExample(format, reference()), reference(), 0, {});
        setThreadCount(0);
        EXPECT_TRUE(sameBytes(one, two));
        const auto again
            = encodeTensor(fitExample(parseFormat(formatText(one.format)), reference()), reference(), 0, {});
        EXPECT_TRUE(sameBytes(one, again)) << formatText(one.format);
    });
}

TEST(FormatConformance, FirstExampleKeepsItsTolerance)
{
    for (const auto* family : formatFamilies().entries()) {
        const double error = errorOf(parseFormat(family->examples.front()), reference());
        EXPECT_LE(error, family->tolerance) << family->id;
        EXPECT_GE(error, family->tolerance / 2) << family->id << ": the tolerance is too wide to catch anything";
    }
}

TEST(FormatConformance, MoreBitsAreNeverWorse)
{
    std::size_t compared = 0;
    forEachExample([&](const FormatFamily&, QuantFormat format) {
        // Under a fixed clipping point below 1, what is cut off can outweigh finer levels.
        if (!format.params.contains("bits") || format.scaling.ruleValue != 0) {
            return;
        }
        double before = std::numeric_limits<double>::infinity();
        for (std::int64_t bits = 1; bits <= 16; ++bits) {
            format.params["bits"] = bits;
            if (!validate(format).empty()) {
                continue;
            }
            const double error = errorOf(format, reference());
            EXPECT_LE(error, before) << formatText(format);
            before = error;
            ++compared;
        }
    });
    EXPECT_GE(compared, 180U);
}

TEST(FormatConformance, SearchedScalesAreNeverWorse)
{
    forEachExample([](const FormatFamily& family, QuantFormat format) {
        if (!family.hasScale || !family.hasScaling) {
            return;
        }
        // The same grid with both rules: the exponent and the codebook follow the scales.
        format.scaling.rule = "absmax";
        format.scaling.ruleValue = 0;
        format.params = fitExample(format, reference())->format().params;
        const double plain = errorOf(format, reference());
        format.scaling.rule = "search";
        if (!validate(format).empty()) {
            return;
        }
        EXPECT_LE(errorOf(format, reference()), plain * (1 + 1e-6)) << formatText(format);
    });
}

TEST(FormatConformance, CancellationStopsAFit)
{
    std::stop_source source;
    source.request_stop();
    const JobContext ctx(source.get_token());
    forEachExample([&](const FormatFamily&, const QuantFormat& format) {
        EXPECT_THROW(fitExample(format, reference(), ctx), Canceled);
    });
}

TEST(FormatConformance, EveryParameterOutOfRangeIsAProblem)
{
    forEachExample([](const FormatFamily& family, const QuantFormat& format) {
        for (const auto& spec : family.schema) {
            auto broken = format;
            broken.params[spec.id] = spec.type == ParamSpec::Type::Int
                ? ParamValue(static_cast<std::int64_t>(spec.max) + 1)
                : spec.type == ParamSpec::Type::Real   ? ParamValue(spec.max * 2)
                : spec.type == ParamSpec::Type::Choice ? ParamValue(std::string("nonsense"))
                                                       : ParamValue(std::vector<double> { spec.max * 2, 0 });
            const auto problems = validate(broken);
            ASSERT_FALSE(problems.empty()) << spec.id;
            EXPECT_EQ(problems.front().field, spec.id);
            EXPECT_THROW(fitExample(broken, reference()), Error);
            broken.params.erase(spec.id);
            EXPECT_FALSE(validate(broken).empty()) << spec.id;
            EXPECT_EQ(withDefaults(family.schema, broken.params).size(), family.schema.size());
        }
    });
}

} // namespace
} // namespace bw::test
