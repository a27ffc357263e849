#include "core/allocate/build_menu.h"

#include "core/allocate/damages.h"
#include "core/allocate/file_costs.h"
#include "core/engine/quantize_model.h"
#include "core/export/format_obstacles.h"
#include "core/recipe/layer_pattern.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <numeric>
#include <optional>
#include <set>

namespace bw {

namespace {
/// The format that leaves a layer as it is, or holds all its values.
QuantFormat ownFormat(DType dtype)
{
    std::string name = info(dtype).name;
    std::transform(
        name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    try {
        return parseFormat(name);
    } catch (const Error&) {
        return parseFormat("f32");
    }
}

class MenuBuilder
{
public:
    MenuBuilder(const DamageTable& table, const Model& model, const AllocationLimits& limits,
        const std::string& exporter, const JobContext& ctx)
        : m_table(table)
        , m_model(model)
        , m_limits(limits)
        , m_ctx(ctx)
        , m_costs(model, exporter, ctx)
        , m_target(exporterFor({}, exporter))
        , m_typical(typicalDamagePerError(table))
    {
        m_menu.exporter = exporter;
    }

    AllocationMenu build() &&
    {
        readLimits();
        findObstacles();
        m_menu.kind = m_table.kind;
        m_menu.unit = m_table.unit;
        m_menu.sourceBytes = m_model.fileBytes();
        m_menu.fixedBytes = m_costs.fixedBytes();
        for (const auto& damage : m_table.layers) {
            m_ctx.checkpoint();
            addLayer(damage);
        }
        m_menu.unconstrainedBytes += m_menu.fixedBytes;
        noteLeftOut();
        addGroups();
        return std::move(m_menu);
    }

private:
    void readLimits()
    {
        if (m_table.layers.empty()) {
            throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "There is no layer that can be quantized."));
        }
        std::vector<std::string> names;
        for (const auto& layer : m_table.layers) {
            names.push_back(layer.layer);
        }
        const auto check = [&](const std::string& name) {
            if (std::find(names.begin(), names.end(), name) == names.end()) {
                throw Error(ErrorKind::BadInput,
                    BW_TR_NOOP("core", "there is no layer \"%1\" to allocate; the nearest is \"%2\""), printable(name),
                    printable(nearestWord(name, names)));
            }
        };
        for (const auto& lock : m_limits.locks) {
            check(lock.layer);
            m_locks[lock.layer] = &lock.format;
        }
        for (const auto& name : m_limits.excluded) {
            check(name);
            m_excluded.insert(name);
        }
        for (const auto& allowed : m_limits.allowed) {
            check(allowed.layer);
            m_allowed[allowed.layer] = &allowed.formats;
        }
        for (const auto& tie : m_limits.ties) {
            std::for_each(tie.begin(), tie.end(), check);
        }
    }

    /// What the exporter says of every candidate and lock.
    void findObstacles()
    {
        std::vector<LayerId> layers;
        for (const auto& damage : m_table.layers) {
            layers.push_back(infoOf(damage).id);
        }
        const auto ask = [&](const QuantFormat& format) {
            if (obstaclesOf(format) == nullptr) {
                m_obstacles.emplace_back(format, formatObstacles(m_model, layers, format, m_target, m_ctx));
            }
        };
        for (const auto& damage : m_table.layers) {
            for (const auto& point : damage.points) {
                ask(point.format);
            }
        }
        for (const auto& lock : m_limits.locks) {
            ask(lock.format);
        }
    }

    const std::map<std::string, Text>* obstaclesOf(const QuantFormat& format) const
    {
        const auto known = std::find_if(
            m_obstacles.begin(), m_obstacles.end(), [&](const auto& entry) { return entry.first == format; });
        return known == m_obstacles.end() ? nullptr : &known->second;
    }

    /// Why a file of that kind cannot hold the layer so; null if it can.
    const Text* obstacle(const std::string& layer, const QuantFormat& format) const
    {
        const auto* all = obstaclesOf(format);
        const auto found = all == nullptr ? std::map<std::string, Text>::const_iterator() : all->find(layer);
        return all == nullptr || found == all->end() ? nullptr : &found->second;
    }

    void noteLeftOut()
    {
        std::string formats;
        const Text* why = nullptr;
        bool isSomethingLeft = false;
        for (const auto& [format, layers] : m_obstacles) {
            isSomethingLeft = isSomethingLeft || layers.size() < m_table.layers.size();
            if (!layers.empty()) {
                formats += (formats.empty() ? "" : ", ") + formatText(format) + " (" + toText(layers.size()) + "/"
                    + toText(m_table.layers.size()) + ")";
                why = why == nullptr ? &layers.begin()->second : why;
            }
        }
        if (why == nullptr) {
            return;
        }
        if (!isSomethingLeft) {
            throw Error(ErrorKind::BadInput,
                BW_TR_NOOP("core",
                    "%1 files can hold none of the formats to choose from (%2); choose from others. The first reason: "
                    "%3"),
                m_target.title.english(), formats, why->english());
        }
        m_menu.notes.push_back(Text(BW_TR_NOOP("core",
                                        "Left out, because %1 files cannot hold them (in how many of the layers): %2. "
                                        "The first reason: %3"),
            { m_target.title.english(), formats, why->english() }));
    }

    const LayerInfo& infoOf(const LayerDamage& damage) const
    {
        const LayerId id = m_model.find(damage.layer);
        if (!id.isValid() || m_model.layer(id).count() != damage.count) {
            throw Error(ErrorKind::BadInput,
                BW_TR_NOOP("core",
                    "the damages are of another model: it has no layer \"%1\" of %2 weights; measure them anew"),
                printable(damage.layer), toText(damage.count));
        }
        return m_model.layer(id);
    }

    void addLayer(const LayerDamage& damage)
    {
        const LayerInfo& info = infoOf(damage);
        MenuLayer layer;
        layer.name = damage.layer;
        layer.role = info.role;
        layer.kind = layerKindName(info.kind);
        layer.count = damage.count;
        layer.rms = damage.rms;
        layer.value = damage.value;
        layer.note = damage.note;
        m_menu.weightCount += damage.count;
        auto options = candidates(damage, info, layer);
        const bool isRefused = options.empty()
            && std::any_of(damage.points.begin(), damage.points.end(),
                [&](const auto& p) { return p.isUsable() && obstacle(damage.layer, p.format) != nullptr; });
        countUnconstrained(options);
        if (m_locks.contains(damage.layer)) {
            layer.isLocked = true;
            layer.options = { lockedOption(damage, info, options, *m_locks[damage.layer]) };
        } else if (m_excluded.contains(damage.layer)) {
            layer.isExcluded = true;
            layer.options = { keptOption(info) };
        } else {
            layer.options = withoutLarger(withinLimits(std::move(options), layer), info);
        }
        if (layer.options.empty() && isRefused) {
            layer.note
                = Text(BW_TR_NOOP("core",
                           "%1 files can hold it in none of the formats to choose from; it stays in its own type"),
                    { m_target.title.english() });
        } else if (layer.options.empty()) {
            layer.note = Text(BW_TR_NOOP("core", "no format can serve this layer; it stays in its own type"));
        }
        if (layer.options.empty()) {
            layer.isExcluded = true;
            layer.options = { keptOption(info) };
        }
        m_menu.layers.push_back(std::move(layer));
    }

    LayerOption option(
        const LayerInfo& info, const QuantFormat& format, std::uint64_t bits, const ErrorSums& error, double damage)
    {
        return { format, bits, m_costs.layerBytes(info, format, bits, error), damage, damage, 0 };
    }

    LayerOption keptOption(const LayerInfo& info)
    {
        ErrorSums exact;
        exact.count = info.count();
        return option(info, ownFormat(info.view.dtype), 8 * info.storedBytes(), exact, 0);
    }

    /// All usable candidates with damages as they count, by rising bytes.
    std::vector<LayerOption> candidates(const LayerDamage& damage, const LayerInfo& info, MenuLayer& layer)
    {
        std::vector<const DamagePoint*> points;
        for (const auto& point : damage.points) {
            if (point.isUsable() && obstacle(damage.layer, point.format) == nullptr) {
                points.push_back(&point);
            }
        }
        std::stable_sort(
            points.begin(), points.end(), [](const DamagePoint* a, const DamagePoint* b) { return a->bits < b->bits; });
        const auto smooth = smoothDamages(points);
        std::vector<LayerOption> options;
        for (std::size_t i = 0; i < points.size(); ++i) {
            const auto& point = *points[i];
            const double counted = damage.isKnown ? smooth[i] : m_typical * point.error.squaredError;
            options.push_back(option(info, point.format, point.bits, point.error, counted));
            options.back().measured = damage.isKnown ? point.damage : counted;
            options.back().standardError = damage.isKnown ? point.standardError : 0;
        }
        std::stable_sort(options.begin(), options.end(),
            [](const LayerOption& a, const LayerOption& b) { return a.bytes < b.bytes; });
        if (!damage.isKnown) {
            layer.note = Text(BW_TR_NOOP("core", "its damage is not known; counted as that of a typical layer"));
        }
        return options;
    }

    LayerOption lockedOption(const LayerDamage& damage, const LayerInfo& info, const std::vector<LayerOption>& options,
        const QuantFormat& format)
    {
        if (const Text* why = obstacle(damage.layer, format)) {
            throw Error(ErrorKind::BadInput,
                BW_TR_NOOP("core", "layer %1 is locked to %2, which %3 files cannot hold: %4"), printable(damage.layer),
                formatText(format), m_target.title.english(), why->english());
        }
        for (const auto& known : options) {
            if (known.format == format) {
                return known;
            }
        }
        if (format == ownFormat(info.view.dtype)) {
            return keptOption(info);
        }
        return withContext(Text(BW_TR_NOOP("core", "layer %1"), { printable(damage.layer) }), [&] {
            const auto quantized = quantizeLayer(info, { format, LayerChoice {}.method, {} }, m_ctx);
            return option(info, format, quantized->tensor.bits(), quantized->error,
                quantized->error.squaredError * damagePerError(damage, m_typical));
        });
    }

    std::vector<LayerOption> withinLimits(std::vector<LayerOption> options, MenuLayer& layer) const
    {
        const auto allowed = m_allowed.find(layer.name);
        const auto isOut = [&](const LayerOption& option) {
            const double bits = static_cast<double>(option.bits) / static_cast<double>(layer.count);
            const bool isForbidden = allowed != m_allowed.end()
                && std::find(allowed->second->begin(), allowed->second->end(), option.format) == allowed->second->end();
            return isForbidden || bits < m_limits.minBits || bits > m_limits.maxBits;
        };
        std::vector<LayerOption> left;
        std::copy_if(options.begin(), options.end(), std::back_inserter(left),
            [&](const LayerOption& option) { return !isOut(option); });
        if (left.empty() && !options.empty()) {
            throw Error(ErrorKind::BadInput,
                BW_TR_NOOP("core",
                    "layer %1 has no format left: none of the candidates has as many bits as asked for and is allowed "
                    "there"),
                printable(layer.name));
        }
        return left;
    }

    /// Codebooks of a small layer can take more than the layer as it is: nobody wants those where a smaller one will
    /// do.
    static std::vector<LayerOption> withoutLarger(std::vector<LayerOption> options, const LayerInfo& info)
    {
        const auto isLarger = [&](const LayerOption& option) { return option.bits > 8 * info.storedBytes(); };
        if (!std::all_of(options.begin(), options.end(), isLarger)) {
            std::erase_if(options, isLarger);
        }
        return options;
    }

    void countUnconstrained(const std::vector<LayerOption>& options)
    {
        if (!options.empty()) {
            m_menu.unconstrainedBytes += options.front().bytes;
            m_menu.unconstrainedBits
                += std::min_element(options.begin(), options.end(), [](const auto& a, const auto& b) {
                       return a.bits < b.bits;
                   })->bits;
        }
    }

    void addGroups()
    {
        // Union of overlapping ties: each layer points at an earlier one of its group.
        std::vector<std::uint32_t> root(m_menu.layers.size());
        std::iota(root.begin(), root.end(), 0U);
        std::map<std::string, std::uint32_t> index;
        for (std::uint32_t i = 0; i < root.size(); ++i) {
            index[m_menu.layers[i].name] = i;
        }
        const auto find = [&](std::uint32_t i) {
            while (root[i] != i) {
                i = root[i];
            }
            return i;
        };
        for (const auto& tie : m_limits.ties) {
            for (std::size_t i = 1; i < tie.size(); ++i) {
                const auto a = find(index[tie[0]]);
                const auto b = find(index[tie[i]]);
                root[std::max(a, b)] = std::min(a, b);
            }
        }
        std::map<std::uint32_t, std::uint32_t> groupOf;
        for (std::uint32_t i = 0; i < root.size(); ++i) {
            const auto [at, isNew] = groupOf.try_emplace(find(i), static_cast<std::uint32_t>(m_menu.groups.size()));
            if (isNew) {
                m_menu.groups.emplace_back();
            }
            m_menu.layers[i].group = at->second;
            m_menu.groups[at->second].layers.push_back(i);
        }
        for (auto& group : m_menu.groups) {
            addOptions(group);
        }
    }

    static std::optional<std::uint32_t> indexOf(const MenuLayer& layer, const QuantFormat& format)
    {
        for (std::uint32_t i = 0; i < layer.options.size(); ++i) {
            if (layer.options[i].format == format) {
                return i;
            }
        }
        return std::nullopt;
    }

    /// A lock or exclusion of one tied layer holds for all of them, as far as they can have that format.
    void addOptions(MenuGroup& group)
    {
        for (const auto& candidate : m_menu.layers[group.layers.front()].options) {
            MenuGroup::Option merged;
            merged.format = candidate.format;
            for (const auto layer : group.layers) {
                const auto at = indexOf(m_menu.layers[layer], candidate.format);
                if (!at) {
                    break;
                }
                const auto& own = m_menu.layers[layer].options[*at];
                merged.bits += own.bits;
                merged.bytes += own.bytes;
                merged.damage += own.damage;
                merged.layerOptions.push_back(*at);
            }
            if (merged.layerOptions.size() == group.layers.size()) {
                group.options.push_back(std::move(merged));
            }
        }
        if (group.options.empty()) {
            throw Error(ErrorKind::BadInput,
                BW_TR_NOOP("core",
                    "layers %1 and %2 are tied but have no format in common: untie them, or lock them to the same "
                    "format"),
                printable(m_menu.layers[group.layers.front()].name),
                printable(m_menu.layers[group.layers.back()].name));
        }
        std::stable_sort(
            group.options.begin(), group.options.end(), [](const auto& a, const auto& b) { return a.bytes < b.bytes; });
    }

    const DamageTable& m_table;
    const Model& m_model;
    const AllocationLimits& m_limits;
    const JobContext& m_ctx;
    FileCosts m_costs;
    const Exporter& m_target;
    double m_typical;
    std::vector<std::pair<QuantFormat, std::map<std::string, Text>>> m_obstacles; ///< by format, then layer
    AllocationMenu m_menu;
    std::map<std::string, const QuantFormat*> m_locks;
    std::map<std::string, const std::vector<QuantFormat>*> m_allowed;
    std::set<std::string> m_excluded;
};
} // namespace

AllocationMenu buildMenu(const DamageTable& table, const Model& model, const AllocationLimits& limits,
    const std::string& exporter, const JobContext& ctx)
{
    return MenuBuilder(table, model, limits, exporter, ctx).build();
}

std::vector<std::vector<std::string>> tiesMatching(const DamageTable& table, const std::string& pattern)
{
    const LayerPattern compiled(pattern);
    std::map<std::vector<std::string>, std::vector<std::string>> byCapture;
    for (const auto& layer : table.layers) {
        if (const auto captured = compiled.captures(layer.layer)) {
            byCapture[*captured].push_back(layer.layer);
        }
    }
    std::vector<std::vector<std::string>> ties;
    for (auto& [captured, names] : byCapture) {
        ties.push_back(std::move(names));
    }
    return ties;
}

} // namespace bw
