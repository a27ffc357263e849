#include "tests/widgets/made_up.h"

#include <algorithm>
#include <cmath>

namespace bw::made_up {

std::shared_ptr<const Histogram> histogram(int bins, double limit)
{
    Histogram result;
    const double width = 2 * limit / bins;
    for (int i = 0; i <= bins; ++i) {
        result.edges.push_back(-limit + i * width);
    }
    for (int i = 0; i < bins; ++i) {
        const double x = (-limit + (i + 0.5) * width) / limit;
        const double bell = 6200 * std::exp(-x * x / 0.035) + 260 * std::exp(-std::fabs(x) / 0.22);
        const double ripple = 1 + 0.05 * std::sin(i * 1.7) + 0.03 * std::sin(i * 0.61);
        result.counts.push_back(static_cast<std::uint64_t>(std::max(0.0, bell * ripple - 4)));
    }
    return std::make_shared<const Histogram>(result);
}

Grid powerGrid(int levels, double exponent, double clip)
{
    Grid grid;
    const int top = (levels - 1) / 2;
    for (int k = -top; k <= top; ++k) {
        const double share = std::pow(std::fabs(static_cast<double>(k)) / top, 1 / exponent);
        grid.levels.push_back(k < 0 ? -share * clip : share * clip);
    }
    for (std::size_t i = 1; i < grid.levels.size(); ++i) {
        grid.cellEdges.push_back((grid.levels[i - 1] + grid.levels[i]) / 2);
    }
    grid.clipLow = -clip;
    grid.clipHigh = clip;
    return grid;
}

std::shared_ptr<const Histogram> quantized(const Histogram& original, const Grid& grid)
{
    Histogram result = original;
    std::fill(result.counts.begin(), result.counts.end(), 0);
    const auto binOfValue = [&](double x) {
        const auto edge = std::upper_bound(result.edges.begin(), result.edges.end(), x);
        const auto index = std::max<std::ptrdiff_t>(0, edge - result.edges.begin() - 1);
        return std::min(static_cast<std::size_t>(index), result.counts.size() - 1);
    };
    for (std::size_t i = 0; i < original.counts.size(); ++i) {
        const double middle = (original.edges[i] + original.edges[i + 1]) / 2;
        const auto cell
            = std::upper_bound(grid.cellEdges.begin(), grid.cellEdges.end(), middle) - grid.cellEdges.begin();
        result.counts[binOfValue(grid.levels[static_cast<std::size_t>(cell)])] += original.counts[i];
    }
    return std::make_shared<const Histogram>(result);
}

FittedCurve fit(const Histogram& histogram)
{
    FittedCurve curve { { DensityKind::StudentT, 5.3 }, 0.1, 0, QStringLiteral("Student-t, ν = 5.3"), 0.012 };
    double squares = 0;
    for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
        const double middle = (histogram.edges[i] + histogram.edges[i + 1]) / 2;
        curve.count += static_cast<double>(histogram.counts[i]);
        squares += middle * middle * static_cast<double>(histogram.counts[i]);
    }
    curve.rms = std::sqrt(squares / curve.count);
    return curve;
}

LimitsPicture limits()
{
    LimitsPicture picture;
    picture.limits = RateLimits { 4.1289, 0.955, 1.142, 2.49, 2.24 };
    picture.rTimes2b = 1.71;
    picture.distribution = QStringLiteral("Student-t, ν = 5.3");
    picture.format = QStringLiteral("pow4/c");
    return picture;
}

HistogramPicture distribution()
{
    HistogramPicture picture;
    picture.title = QStringLiteral("layer1.0.conv1.weight");
    picture.original = histogram();
    picture.grid = powerGrid(15, 0.64, 0.34);
    picture.quantized = quantized(*picture.original, picture.grid);
    picture.gridNote = QStringLiteral("levels of channel 3 of 64, scale 0.0123");
    picture.canEditLevels = true;
    picture.canEditClip = true;
    picture.canEditExponent = true;
    picture.exponent = 0.5;
    picture.bestExponent = 0.64;
    picture.bestExponentGain = QStringLiteral("−31 % error");
    picture.fit = fit(*picture.original);
    picture.outlierValues = { -0.395F, -0.38F, 0.362F, 0.391F, 0.398F };
    return picture;
}

ExponentPicture exponent()
{
    ExponentPicture picture;
    picture.title = QStringLiteral("layer1.0.conv1.weight");
    picture.curve.bits = 4;
    picture.curve.optimum = 0.64;
    for (int i = 0; i <= 78; ++i) {
        const double a = 0.05 + 0.025 * i;
        const double d = std::log(a / 0.64);
        picture.curve.points.emplace_back(a, 0.098 * (1 + 0.95 * d * d + (a < 0.3 ? 3 * (0.3 - a) : 0)));
    }
    picture.curve.error = 0.098;
    picture.curve.errorUniform = 0.098 * (1 + 0.95 * std::pow(std::log(1 / 0.64), 2));
    picture.curve.flatLow = 0.58;
    picture.curve.flatHigh = 0.71;
    picture.current = 0.42;
    picture.isFixed = true;
    return picture;
}

std::vector<ChannelRange> channels(int count)
{
    std::vector<ChannelRange> result;
    for (int i = 0; i < count; ++i) {
        const double s = 0.2 + 0.12 * std::sin(i * 0.9) + 0.06 * std::sin(i * 2.3) + (i % 17 == 5 ? 0.2 : 0);
        result.push_back({ static_cast<float>(-s), static_cast<float>(s * (0.8 + 0.2 * std::cos(i))),
            static_cast<float>(s * 0.28) });
    }
    return result;
}

OutliersPicture outliers()
{
    OutliersPicture picture;
    picture.title = QStringLiteral("layer1.0.conv1.weight");
    picture.shape = { 64, 576 };
    picture.mean = 0.0011;
    picture.std = 0.061;
    picture.share3Sigma = 0.0123;
    for (int i = 0; i < 32; ++i) {
        const double magnitude = 0.62 * std::pow(0.965, i);
        picture.outliers.push_back({ static_cast<std::uint64_t>((i * 7919 + 1234) % (64 * 576)),
            static_cast<float>(i % 3 == 0 ? -magnitude : magnitude) });
    }
    return picture;
}

std::vector<LayerRow> layers(int count)
{
    std::vector<LayerRow> rows;
    for (int i = 0; i < count; ++i) {
        LayerRow row;
        row.id = LayerId(static_cast<std::size_t>(i));
        const bool isConv = i % 4 != 3;
        row.name = isConv ? QStringLiteral("layer%1.%2.conv%3.weight").arg(i / 8).arg(i / 4 % 2).arg(i % 4 + 1)
                          : QStringLiteral("layer%1.%2.bn.weight").arg(i / 8).arg(i / 4 % 2);
        row.kind = isConv ? QStringLiteral("convolution") : QStringLiteral("norm");
        row.shape = isConv ? QStringLiteral("64×32×3×3") : QStringLiteral("64");
        row.parameters = isConv ? 18432U + static_cast<unsigned>(i) * 64U : 64U;
        if (isConv) {
            row.format = i % 8 == 0 ? QStringLiteral("int8/c") : QStringLiteral("pow4(a=0.5)/c");
            row.bits = i % 8 == 0 ? 8.25 : 4.13;
            row.r = 0.09 + 0.004 * (i % 11);
            row.sqnr = -20 * std::log10(*row.r);
            row.outlierShare = 0.004 + 0.0007 * (i % 9);
        } else {
            row.isKept = true;
            row.note = QStringLiteral("Kept as it is: one dimension.");
        }
        row.kurtosis = 3 + (i % 5);
        for (int b = 0; b < 24; ++b) {
            const double x = (b - 11.5) / (4.0 + i % 3);
            row.sparkline.push_back(static_cast<float>(std::exp(-x * x)));
        }
        if (i == 6) {
            row.hasFailed = true;
            row.r.reset();
            row.sqnr.reset();
            row.note = QStringLiteral("The weights hold 3 NaN values.");
        }
        row.isStale = i == 9 || i == 10;
        rows.push_back(row);
    }
    if (count > 2) {
        rows[2].name = QStringLiteral(
            "module.encoder.very_long_block_name.with_many_parts.attention.self.query_projection.weight");
    }
    return rows;
}

FormatChoices formatChoices()
{
    const ParamSpec bits { .id = "bits",
        .title = "Bits",
        .help = "Bits of one code",
        .type = ParamSpec::Type::Int,
        .min = 1,
        .max = 8,
        .step = 1,
        .defaultValue = std::int64_t { 4 } };
    const ParamSpec exponent { .id = "a",
        .title = "Exponent",
        .help = "Below 1: levels crowd around zero",
        .type = ParamSpec::Type::Real,
        .min = 0.05,
        .max = 2,
        .step = 0.01,
        .defaultValue = {},
        .canBeSearched = true };
    const ParamSpec scope { .id = "scope",
        .title = "Scope",
        .help = "What shares an exponent",
        .type = ParamSpec::Type::Choice,
        .defaultValue = std::string("layer"),
        .choices = { "layer", "channel", "model" },
        .choiceTitles = { "layer", "channel", "model" } };
    const ParamSpec levels { .id = "levels",
        .title = "Levels",
        .help = "In units of the scale, ascending",
        .type = ParamSpec::Type::RealList,
        .min = -1,
        .max = 1,
        .defaultValue = std::vector<double> { -1, -0.3, 0, 0.4, 1 },
        .minItems = 2,
        .maxItems = 256 };
    FormatChoices choices;
    choices.families = {
        { QStringLiteral("int"), QStringLiteral("Signed integers"),
            QStringLiteral("Equally spaced levels times a scale; halves round away from zero."), { bits } },
        { QStringLiteral("pow"), QStringLiteral("Power function"),
            QStringLiteral("Levels follow x to the power 1/a: an exponent below 1 puts more of them near zero."),
            { bits, exponent, scope } },
        { QStringLiteral("kmeans"), QStringLiteral("k-means codebook"),
            QStringLiteral("Levels fitted to the weights, in weight units."), { bits }, true, false },
        { QStringLiteral("levels"), QStringLiteral("Your own levels"), QStringLiteral("A codebook you draw yourself."),
            { levels } },
        { QStringLiteral("bf16"), QStringLiteral("bfloat16"),
            QStringLiteral("No quantization: the upper half of float32."), {}, false, false },
    };
    choices.scaleRules
        = { { QStringLiteral("absmax"), QStringLiteral("largest magnitude"), QStringLiteral("Nothing saturates.") },
              { QStringLiteral("search"), QStringLiteral("least error, searched"),
                  QStringLiteral("Scale with the least squared error.") },
              { QStringLiteral("clip"), QStringLiteral("clip at a share"), QStringLiteral("Larger weights saturate."),
                  true, 0, 1, 0.98 } };
    ParamSpec share { .id = "share",
        .title = "Outliers kept",
        .help = "Share of the weights",
        .type = ParamSpec::Type::Real,
        .min = 0,
        .max = 0.5,
        .step = 0.001,
        .defaultValue = 0.001 };
    choices.extras = { { QStringLiteral("sparse"), QStringLiteral("Sparse outliers"),
                           QStringLiteral("The largest weights are kept beside the codes."), share, {} },
        { QStringLiteral("zstd"), QStringLiteral("zstd"), QStringLiteral("Codes compressed."), std::nullopt,
            QStringLiteral("coder") },
        { QStringLiteral("rans"), QStringLiteral("rANS"), QStringLiteral("Codes by their frequency."), std::nullopt,
            QStringLiteral("coder") } };
    choices.families.back().takesExtras = false;
    choices.scaleStores = { { QStringLiteral("bf16"), QStringLiteral("bfloat16") },
        { QStringLiteral("f16"), QStringLiteral("float16") }, { QStringLiteral("f32"), QStringLiteral("float32") } };
    return choices;
}

std::vector<MethodChoice> methodChoices()
{
    const ParamSpec damp { .id = "damp",
        .title = "Damping",
        .help = "Added to the diagonal",
        .type = ParamSpec::Type::Real,
        .min = 0,
        .max = 1,
        .step = 0.01,
        .defaultValue = 0.01 };
    return { { QStringLiteral("rtn"), QStringLiteral("Round to nearest"),
                 QStringLiteral("Every weight takes its nearest level."), {}, false },
        { QStringLiteral("gptq"), QStringLiteral("GPTQ"),
            QStringLiteral("Rounds column by column and corrects the rest."), { damp }, true } };
}

QuantFormat powerFormat()
{
    QuantFormat format;
    format.family = "pow";
    format.params = { { "bits", std::int64_t { 4 } }, { "a", 0.5 }, { "scope", std::string("layer") } };
    format.scaling = { Granularity::Block, 64, "clip", 0.98, "f16" };
    return format;
}

std::vector<RunsEntry> runs()
{
    EvalRun base { .label = "float",
        .metrics = { { "top1", 0.818, 0.8005, 0.8343, 2000 }, { "top5", 0.988, 0.982, 0.992, 2000 },
            { "cross_entropy", 0.5823, 0.552, 0.613, 2000 } },
        .seconds = 11.2,
        .dataName = "cifar10_test2000" };
    EvalRun quantizedRun { .label = "quantized",
        .metrics = { { "top1", 0.7855, 0.767, 0.803, 2000 }, { "top5", 0.985, 0.979, 0.989, 2000 },
            { "cross_entropy", 0.6911, 0.657, 0.725, 2000 }, { "kl_mean", 0.0712, 0.066, 0.077, 2000 },
            { "agreement", 0.9115, 0.898, 0.923, 2000 } },
        .seconds = 12.4,
        .dataName = "cifar10_test2000" };
    const char* names[] = { "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck" };
    for (std::uint64_t i = 0; i < 10; ++i) {
        base.classes.push_back({ names[i], 190 + i * 2, 150 + i * 4 });
        quantizedRun.classes.push_back({ names[i], 190 + i * 2, 146 + i * 4 - i % 4 });
    }
    EvalResult result;
    result.runs = { base, quantizedRun };
    result.comparisons = { { "float", "quantized", "top1", -0.0325, -0.044, -0.021, 2.4e-8 } };
    return { { QStringLiteral("pow4/c, 14:05"), result, false }, { QStringLiteral("int4/c, 13:58"), result, true } };
}

std::vector<FormatRow> formatRows()
{
    const auto format = [](const char* family, int bits) {
        QuantFormat made;
        made.family = family;
        made.params["bits"] = std::int64_t { bits };
        return made;
    };
    std::vector<FormatRow> rows(3);
    rows[0] = { format("int", 3), QStringLiteral("Signed integers"),
        QStringLiteral("Equally spaced levels times a scale; halves round away from zero."), QStringLiteral("int3/b64"),
        { -0.4, -0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3 }, 0.193, 3.25, 1.83, 4.1 };
    rows[0].isCurrent = true;
    rows[1] = { format("lloyd", 3), QStringLiteral("Fitted codebook (Lloyd–Max)"),
        QStringLiteral("One codebook for the tensor, with the least squared error over all weights."),
        QStringLiteral("lloyd3/b64"), { -0.31, -0.17, -0.09, -0.03, 0.02, 0.08, 0.16, 0.3 }, 0.171, 3.26, 1.63, 3.09 };
    rows[1].isExact = false;
    rows[2] = { format("int", 11), QStringLiteral("Blocks of 32"), QStringLiteral("A block type."),
        QStringLiteral("q3_x") };
    rows[2].reason = QStringLiteral("rows have 36 weights, which is no multiple of 32");
    return rows;
}

PickerPicture pickerPicture()
{
    PickerPicture picture;
    picture.title = QStringLiteral("Formats for layer1.0.conv1.weight");
    picture.histogram = histogram();
    picture.rows = formatRows();
    picture.note = QStringLiteral("With the layer's bits and scales; measured on all 36,864 weights.");
    return picture;
}

FormatsPicture formats()
{
    FormatsPicture picture;
    picture.title = QStringLiteral("layer1.0.conv1.weight");
    picture.note = QStringLiteral("Symmetric integers under all block sizes and scale types");
    picture.series = { QStringLiteral("scales as bfloat16"), QStringLiteral("scales as single precision") };
    for (int series = 0; series < 2; ++series) {
        for (int step = 0; step < 5; ++step) {
            FormatPoint point;
            point.format.family = "int";
            point.format.scaling.granularity = Granularity::Block;
            point.format.scaling.blockSize = 256 >> step;
            point.format.scaling.store = series == 0 ? "bf16" : "f32";
            point.spelling = QStringLiteral("int3/b%1%2").arg(256 >> step).arg(series == 0 ? u"" : u":f32");
            point.name = QStringLiteral("Scale per block of %1").arg(256 >> step);
            point.series = series;
            point.bits = 3 + (series + 1) * 16.0 / (256 >> step);
            point.r = 0.22 - 0.012 * step - 0.0005 * series;
            point.rTimes2b = point.r * std::exp2(point.bits);
            point.isCurrent = series == 0 && step == 1;
            point.isOnFront = series == 0;
            picture.points.push_back(point);
        }
    }
    return picture;
}

SurveyPicture survey()
{
    SurveyPicture picture;
    picture.title = QStringLiteral("layer1.0.conv1.weight");
    picture.note = QStringLiteral("limits: Normal");
    for (int family = 0; family < 18; ++family) {
        picture.families.push_back({ QStringLiteral("Family %1").arg(family + 1), family });
        for (int bits = 2; bits <= 8; ++bits) {
            for (const bool isBest : { true, false }) {
                SurveyPoint point;
                point.format.family = "int";
                point.format.params["bits"] = std::int64_t { bits };
                point.format.scaling.blockSize = family;
                point.spelling = QStringLiteral("f%1x%2%3").arg(family + 1).arg(bits).arg(isBest ? u"" : u"/t");
                point.name = QStringLiteral("Scale per block of 64");
                point.family = family;
                point.bits = bits + 0.25 - (isBest ? 0 : 0.2);
                point.rTimes2b = (1.6 + 0.11 * family + 0.05 * bits) * (isBest ? 1 : 1.5);
                point.r = point.rTimes2b * std::exp2(-point.bits);
                point.fromLimit = 20 * std::log10(point.rTimes2b);
                point.isFamilyBest = isBest;
                point.isOnFront = family == 0 && isBest;
                point.isCurrent = family == 3 && bits == 4 && isBest;
                picture.points.push_back(point);
            }
        }
    }
    for (double bits = 1; bits <= 9; bits += 0.5) {
        picture.limits.push_back({ bits, 1, 1.19, 1.65, 1.6 - 0.4 / bits });
    }
    return picture;
}

} // namespace bw::made_up
