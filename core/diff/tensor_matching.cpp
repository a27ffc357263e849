#include "core/diff/tensor_matching.h"

#include "core/diff/alignment.h"
#include "core/diff/near_tensors.h"
#include "core/diff/tensor_names.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace bw::diff {

namespace {
/// What is left to be matched, and what was.
class Matching
{
public:
    Matching(const Model& a, const Model& b)
        : m_a(a)
        , m_b(b)
    {
        for (const LayerInfo& layer : a.layers()) {
            m_freeA.insert(layer.id);
        }
        for (const LayerInfo& layer : b.layers()) {
            m_freeB.insert(layer.id);
        }
    }

    void pair(LayerId a, LayerId b, MatchedBy how)
    {
        m_pairs.push_back({ a, b, how });
        m_freeA.erase(a);
        m_freeB.erase(b);
    }

    void matchNames()
    {
        for (const LayerInfo& layer : m_a.layers()) {
            const LayerId b = m_b.find(layer.name);
            if (b.isValid()) {
                pair(layer.id, b, MatchedBy::Name);
            }
        }
    }

    /// Pairs tensors for which `keysOf` gives a common key that no other free tensor of either side has.
    template <class KeysOf>
    void matchKeys(KeysOf keysOf, MatchedBy how)
    {
        const auto ofA = byKey(m_a, m_freeA, keysOf);
        const auto ofB = byKey(m_b, m_freeB, keysOf);
        for (const LayerInfo& layer : m_a.layers()) {
            for (const std::string& key : keysOf(layer)) {
                const auto b = ofB.find(key);
                const bool isUnique = b != ofB.end() && b->second.size() == 1 && ofA.at(key).size() == 1;
                if (m_freeA.contains(layer.id) && isUnique && m_freeB.contains(b->second.front())
                    && layer.count() == m_b.layer(b->second.front()).count()) {
                    pair(layer.id, b->second.front(), how);
                }
            }
        }
    }

    void matchContents(const JobContext& ctx)
    {
        std::map<std::uint64_t, std::vector<LayerId>> bySize;
        for (const LayerId b : m_freeB) {
            bySize[m_b.layer(b).count()].push_back(b);
        }
        std::map<std::uint64_t, NearTensors> large;
        const auto free = m_freeA;
        for (const LayerId a : free) {
            const auto group = bySize.find(m_a.layer(a).count());
            if (group == bySize.end() || m_a.layer(a).count() == 0) {
                continue;
            }
            if (group->second.size() <= mostCompared) {
                matchContent(a, group->second, ctx);
                continue;
            }
            auto near = large.find(group->first);
            if (near == large.end()) {
                near = large.emplace(group->first, NearTensors(m_b, group->second, ctx)).first;
            }
            if (const LayerId b = matchContent(a, near->second.near(m_a.layer(a), ctx), ctx); b.isValid()) {
                near->second.erase(b);
            }
        }
    }

    std::vector<TensorPair> pairs() const
    {
        auto sorted = m_pairs;
        std::sort(sorted.begin(), sorted.end(), [](const auto& x, const auto& y) { return x.a < y.a; });
        return sorted;
    }

private:
    using ByKey = std::map<std::string, std::vector<LayerId>>;

    template <class KeysOf>
    static ByKey byKey(const Model& model, const std::set<LayerId>& free, KeysOf keysOf)
    {
        ByKey found;
        for (const LayerId id : free) {
            for (const std::string& key : keysOf(model.layer(id))) {
                found[key].push_back(id);
            }
        }
        return found;
    }

    /// Of B's tensors of one size, up to so many are all compared with each of A's.
    static constexpr std::size_t mostCompared = 256;

    /// What `a` was paired with, if anything.
    LayerId matchContent(LayerId a, const std::vector<LayerId>& candidates, const JobContext& ctx)
    {
        // Below this, tensors of independent values look alike now and then; biases and other vectors do so often.
        constexpr double leastCosine = 0.75;
        constexpr std::uint64_t leastValues = 64;
        double best = leastCosine;
        LayerId chosen;
        const LayerInfo& layer = m_a.layer(a);
        for (const LayerId b : candidates) {
            ctx.checkpoint();
            if (!m_freeB.contains(b)) {
                continue;
            }
            const auto cosine = sampledCosine(layer, m_b.layer(b));
            const bool isMatrix = layer.view.shape.size() >= 2 && layer.count() >= leastValues;
            const bool isTelling = isMatrix || cosine == 1;
            if (isTelling && cosine > best) {
                best = cosine;
                chosen = b;
            }
        }
        if (chosen.isValid()) {
            pair(a, chosen, MatchedBy::Content);
        }
        return chosen;
    }

    const Model& m_a;
    const Model& m_b;
    std::set<LayerId> m_freeA;
    std::set<LayerId> m_freeB;
    std::vector<TensorPair> m_pairs;
};

std::vector<std::string> endingKeys(const LayerInfo& layer)
{
    // One word ("weight") says nothing; two may ("linear.weight" behind any prefix).
    std::vector<std::string> keys { layer.name };
    for (const auto ending : endings(layer.name)) {
        if (ending.find('.') != std::string_view::npos) {
            keys.emplace_back(ending);
        }
    }
    return keys;
}

std::vector<std::string> conventionKeys(const LayerInfo& layer)
{
    return { conventionalName(layer.name) };
}
} // namespace

std::vector<TensorPair> matchTensors(const Model& a, const Model& b, const JobContext& ctx)
{
    Matching matching(a, b);
    matching.matchNames();
    matching.matchKeys(conventionKeys, MatchedBy::Convention);
    matching.matchKeys(endingKeys, MatchedBy::Prefix);
    matching.matchContents(ctx);
    return matching.pairs();
}

} // namespace bw::diff
