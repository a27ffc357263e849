#include "core/calibrate/labelled_dataset.h"

#include "core/base/error.h"
#include "core/model/file_reader.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace bw {

namespace {
[[noreturn]] void bad(const char* source)
{
    throw Error(ErrorKind::BadFile, Text(source));
}

void checkLabels(const LabelledDataset::Facts& facts)
{
    const auto classes = facts.classes.empty() ? std::numeric_limits<std::int32_t>::max()
                                               : static_cast<std::int64_t>(facts.classes.size());
    for (std::size_t i = 0; i < facts.labels.size(); ++i) {
        if (facts.labels[i] < 0 || facts.labels[i] >= classes) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "sample %1 has label %2, but the classes are 0 to %3"),
                toText(i), toText(facts.labels[i]), toText(classes - 1));
        }
    }
}

LabelledDataset::Facts checked(LabelledDataset::Facts facts)
{
    if (facts.labels.empty()) {
        bad(BW_TR_NOOP("core", "the data set has no samples"));
    }
    if (elementCount(facts.sampleShape) == 0) {
        bad(BW_TR_NOOP("core", "the samples have no values"));
    }
    checkLabels(facts);
    return facts;
}

ContentHash hashOf(const LabelledDataset::Facts& facts)
{
    std::string text = shapeText(facts.sampleShape) + "|" + toText(facts.normalization.divisor) + "|"
        + toText(facts.normalization.factor) + (facts.stored == SampleLayout::ChannelsLast ? "|last" : "|first");
    for (const auto* numbers : { &facts.normalization.mean, &facts.normalization.std }) {
        for (const float number : *numbers) {
            text += "|" + toText(number);
        }
    }
    return combine(contentHash(text), contentHash(std::as_bytes(std::span(facts.labels))));
}

class ArrayDataset : public LabelledDataset
{
public:
    ArrayDataset(TensorView inputs, Facts facts)
        : LabelledDataset(std::move(facts))
        , m_inputs(std::move(inputs))
    {
    }

private:
    void readSample(std::uint64_t index, std::span<float> out) const override
    {
        const auto size = static_cast<std::size_t>(normalizer().sampleSize());
        if (m_inputs.dtype == DType::U8) {
            const auto* bytes = reinterpret_cast<const std::uint8_t*>(m_inputs.bytes.data());
            normalizer().apply(std::span(bytes + index * size, size), out);
            return;
        }
        std::vector<float> stored(size);
        m_inputs.read(index * size, stored);
        normalizer().apply(std::span<const float>(stored), out);
    }
    ContentHash samplesHash() const override { return bw::contentHash(m_inputs.bytes); }

    TensorView m_inputs;
};
} // namespace

LabelledDataset::LabelledDataset(Facts facts)
    : m_facts(checked(std::move(facts)))
    , m_normalizer(m_facts.normalization, m_facts.sampleShape, m_facts.stored)
{
}

void LabelledDataset::read(std::uint64_t first, std::span<float> out) const
{
    const auto size = static_cast<std::size_t>(m_normalizer.sampleSize());
    if (out.size() % size != 0 || first > count() || out.size() / size > count() - first) {
        throw Error(
            ErrorKind::Internal, Text(BW_TR_NOOP("core", "samples were asked for that the data set does not have")));
    }
    for (std::size_t at = 0; at < out.size(); at += size) {
        readSample(first++, out.subspan(at, size));
    }
}

ContentHash LabelledDataset::contentHash() const
{
    std::call_once(m_hashOnce, [&] { m_hash = combine(samplesHash(), hashOf(m_facts)); });
    return m_hash;
}

DatasetPtr makeArrayDataset(TensorView inputs, LabelledDataset::Facts facts)
{
    const auto samples = inputs.shape.empty() ? 0 : static_cast<std::uint64_t>(inputs.shape.front());
    if (samples != facts.labels.size()) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "there are %1 samples, but %2 labels"), toText(samples),
            toText(facts.labels.size()));
    }
    return std::make_shared<const ArrayDataset>(std::move(inputs), std::move(facts));
}

namespace {
template <class Stored>
std::vector<std::int64_t> wholeNumbers(std::span<const std::byte> bytes)
{
    std::vector<std::int64_t> numbers(bytes.size() / sizeof(Stored));
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        Stored value;
        std::memcpy(&value, bytes.data() + i * sizeof(Stored), sizeof(Stored));
        // Values above 2^63 become negative, and are refused as such.
        numbers[i] = static_cast<std::int64_t>(value);
    }
    return numbers;
}
} // namespace

std::vector<std::int64_t> labelsFrom(const TensorView& labels)
{
    const bool isList = labels.shape.size() == 1 || (labels.shape.size() == 2 && labels.shape[1] == 1);
    if (!isList) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "the labels have shape %1; one whole number per sample is needed"),
            shapeText(labels.shape));
    }
    switch (labels.dtype) {
    case DType::U8:
        return wholeNumbers<std::uint8_t>(labels.bytes);
    case DType::I8:
        return wholeNumbers<std::int8_t>(labels.bytes);
    case DType::U16:
        return wholeNumbers<std::uint16_t>(labels.bytes);
    case DType::I16:
        return wholeNumbers<std::int16_t>(labels.bytes);
    case DType::U32:
        return wholeNumbers<std::uint32_t>(labels.bytes);
    case DType::I32:
        return wholeNumbers<std::int32_t>(labels.bytes);
    case DType::U64:
        return wholeNumbers<std::uint64_t>(labels.bytes);
    case DType::I64:
        return wholeNumbers<std::int64_t>(labels.bytes);
    default:
        break;
    }
    throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the labels are of type %1; whole numbers are needed"),
        info(labels.dtype).name);
}

void describeSamples(const TensorView& inputs, bool isImages, const std::optional<DatasetDescription>& description,
    LabelledDataset::Facts& facts)
{
    if (inputs.shape.size() < 2) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "the samples have shape %1; the first dimension must count them"),
            shapeText(inputs.shape));
    }
    Shape shape(inputs.shape.begin() + 1, inputs.shape.end());
    if (isImages && shape.size() == 2) {
        shape.insert(shape.begin(), 1);
    } else if (description && description->layout == SampleLayout::ChannelsLast && shape.size() > 1) {
        facts.stored = SampleLayout::ChannelsLast;
        shape.insert(shape.begin(), shape.back());
        shape.pop_back();
    }
    facts.sampleShape = std::move(shape);
}

void describeValues(bool isBytes, const std::optional<DatasetDescription>& description, LabelledDataset::Facts& facts)
{
    if (description) {
        facts.normalization = description->normalization;
        facts.classes = description->classes;
        facts.name = description->name;
    }
    if (isBytes && !(description && description->hasScale)) {
        facts.normalization.divisor = 255;
        facts.warnings.emplace_back(
            BW_TR_NOOP("core", "No dataset.json says how the values are scaled; bytes are divided by 255."));
    }
    if (facts.name.empty()) {
        facts.name = facts.path.filename().string();
    }
}

} // namespace bw
