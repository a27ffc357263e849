#include "core/allocate/choice_meter.h"

#include "core/engine/quantize_model.h"

namespace bw {

ChoiceMeter::ChoiceMeter(const MeterOptions& options, const AllocationMenu& menu, ContentHash key,
    MeasureJournal& journal, ResultCache* cache, const JobContext& ctx)
    : m_model(options.model)
    , m_menu(menu)
    , m_key(key)
    , m_journal(journal)
    , m_cache(cache)
    , m_meter(options, ctx)
    , m_firstSample(options.firstSample)
    , m_valueBudget(options.memoryBudget / 4)
{
}

/// nullptr: the layer stays as it is.
const QuantFormat* ChoiceMeter::formatOf(std::uint32_t group, std::size_t member, std::uint32_t option) const
{
    const auto& members = m_menu.groups[group];
    const auto& layer = m_menu.layers[members.layers[member]];
    return layer.isExcluded ? nullptr : &layer.options[members.options[option].layerOptions[member]].format;
}

TensorView ChoiceMeter::valuesOf(std::uint32_t layer, const QuantFormat& format, const JobContext& ctx)
{
    auto key = std::pair { layer, formatText(format) };
    if (const auto known = m_values.find(key); known != m_values.end()) {
        return known->second;
    }
    const LayerInfo& info = m_model->layer(m_model->find(m_menu.layers[layer].name));
    LayerChoice choice;
    choice.format = format;
    QuantizedLayerPtr quantized;
    const auto content = m_cache == nullptr ? ContentHash() : resultKey(m_cache->tensorHash(info, ctx), choice);
    if (m_cache != nullptr) {
        quantized = m_cache->find(content);
    }
    if (quantized == nullptr) {
        quantized = quantizeLayer(info, choice, ctx);
        if (m_cache != nullptr) {
            m_cache->insert(content, quantized);
        }
    }
    auto values = dequantize(quantized->tensor, ctx);
    if (m_valueBytes + values.bytes.size() > m_valueBudget) {
        m_values.clear();
        m_valueBytes = 0;
    }
    m_valueBytes += values.bytes.size();
    m_values.emplace(std::move(key), values);
    return values;
}

void ChoiceMeter::addValues(
    std::uint32_t group, std::uint32_t option, std::vector<LayerValues>& values, const JobContext& ctx)
{
    const auto& layers = m_menu.groups[group].layers;
    for (std::size_t member = 0; member < layers.size(); ++member) {
        if (const auto* format = formatOf(group, member, option)) {
            values.emplace_back(
                m_model->find(m_menu.layers[layers[member]].name), valuesOf(layers[member], *format, ctx));
        }
    }
}

std::vector<LayerValues> ChoiceMeter::allValues(const Choices& choices, const JobContext& ctx)
{
    std::vector<LayerValues> values;
    for (std::uint32_t group = 0; group < choices.size(); ++group) {
        addValues(group, choices[group], values, ctx);
    }
    return values;
}

ContentHash ChoiceMeter::keyOf(const Choices& choices) const
{
    std::string text;
    for (std::uint32_t group = 0; group < choices.size(); ++group) {
        const auto& layers = m_menu.groups[group].layers;
        for (std::size_t member = 0; member < layers.size(); ++member) {
            const auto* format = formatOf(group, member, choices[group]);
            text += m_menu.layers[layers[member]].name + '\n' + (format == nullptr ? "" : formatText(*format)) + '\n';
        }
    }
    return combine(m_key, contentHash(std::string_view(text)));
}

template <class Measure>
DamageSums ChoiceMeter::sum(const Choices& choices, std::size_t batches, const Measure& measureBatch)
{
    const auto key = keyOf(choices);
    DamageSums sums;
    std::uint64_t first = m_firstSample;
    for (std::size_t batch = 0; batch < (batches == 0 ? batchCount() : std::min(batches, batchCount())); ++batch) {
        const auto count = m_meter.samplesIn(batch);
        const auto batchKey = combine(key, contentHash(std::string_view(toText(first) + ' ' + toText(count))));
        auto known = m_journal.find(batchKey);
        if (!known) {
            known = measureBatch(batch);
            m_journal.add(batchKey, *known);
        }
        sums.add(*known);
        first += count;
    }
    return sums;
}

DamageSums ChoiceMeter::measure(const Choices& choices, std::size_t batches, const JobContext& ctx)
{
    std::vector<LayerValues> values;
    bool isMade = false;
    return sum(choices, batches, [&](std::size_t batch) {
        if (!isMade) {
            values = allValues(choices, ctx);
            isMade = true;
        }
        return m_meter.measureModel(values, batch, ctx);
    });
}

DamageSums ChoiceMeter::measureNeighbour(
    const Choices& base, std::uint32_t group, std::uint32_t option, std::size_t batches, const JobContext& ctx)
{
    Choices choices = base;
    choices[group] = option;
    std::vector<LayerValues> changes;
    return sum(choices, batches, [&](std::size_t batch) {
        if (m_base != base) {
            m_meter.setBase(allValues(base, ctx), ctx);
            m_base = base;
        }
        if (changes.empty()) {
            addValues(group, option, changes, ctx);
        }
        return m_meter.measureLayers(changes, batch, ctx);
    });
}

} // namespace bw
