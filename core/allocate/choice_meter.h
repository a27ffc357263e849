#pragma once

#include "core/allocate/menu.h"
#include "core/engine/result_cache.h"
#include "core/sensitivity/damage_meter.h"
#include "core/sensitivity/measure_journal.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace bw {

using Choices = std::vector<std::uint32_t>; ///< option of each group of a menu

/// Measures choices of formats for a whole model on some samples. Every batch's figures are kept in a journal by
/// content, so nothing is measured twice, also not by the next run of the program.
class ChoiceMeter
{
public:
    /// `journal`, `cache` and `menu` outlive it; `cache` may be null. `key`: of model and data.
    ChoiceMeter(const MeterOptions& options, const AllocationMenu& menu, ContentHash key, MeasureJournal& journal,
        ResultCache* cache, const JobContext& ctx);

    std::size_t batchCount() const { return m_meter.batchCount(); }
    std::uint64_t sampleCount() const { return m_meter.sampleCount(); }

    /// On the first `batches` batches; 0: on all.
    DamageSums measure(const Choices& choices, std::size_t batches, const JobContext& ctx);
    /// `base` with the option of one group replaced: the same figures as measure() of that choice, sooner.
    DamageSums measureNeighbour(
        const Choices& base, std::uint32_t group, std::uint32_t option, std::size_t batches, const JobContext& ctx);

private:
    template <class Measure>
    DamageSums sum(const Choices& choices, std::size_t batches, const Measure& measureBatch);
    const QuantFormat* formatOf(std::uint32_t group, std::size_t member, std::uint32_t option) const;
    TensorView valuesOf(std::uint32_t layer, const QuantFormat& format, const JobContext& ctx);
    void addValues(std::uint32_t group, std::uint32_t option, std::vector<LayerValues>& values, const JobContext& ctx);
    std::vector<LayerValues> allValues(const Choices& choices, const JobContext& ctx);
    ContentHash keyOf(const Choices& choices) const;

    ModelPtr m_model;
    const AllocationMenu& m_menu;
    ContentHash m_key;
    MeasureJournal& m_journal;
    ResultCache* m_cache = nullptr;
    DamageMeter m_meter;
    std::uint64_t m_firstSample = 0;
    Choices m_base;
    std::uint64_t m_valueBudget = 0;
    std::uint64_t m_valueBytes = 0;
    std::map<std::pair<std::uint32_t, std::string>, TensorView> m_values; ///< by layer of the menu and format
};

} // namespace bw
