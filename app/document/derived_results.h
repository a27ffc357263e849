#pragma once

#include "app/document/layer_work.h"
#include "core/engine/result_cache.h"
#include "core/recipe/plan.h"

#include <QObject>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace bw {

class CoalescingJob;
class Lanes;
class PreviewSamples;
class SessionDocument;

/// What is known of one layer just now.
struct LayerView
{
    LayerFactsPtr facts; ///< null: not computed yet
    LayerResultPtr result; ///< the newest there is, perhaps of an earlier recipe; null: none
    bool isStale
        = false; ///< `result` belongs to an earlier recipe, or there is none though the layer is to be quantized
    std::optional<Error> failure; ///< why there is no result for this recipe, or no statistics
};

/// The figures of the whole model for the current recipe.
struct ModelFigures
{
    std::uint64_t fileBytesBefore = 0; ///< of the model's own file
    std::optional<std::uint64_t> fileBytesAfter; ///< of the file that is exported; nothing while some layer was never
                                                 ///< computed
    std::uint64_t bytesBefore = 0; ///< of all tensors
    std::optional<std::uint64_t> bytesAfter; ///< of all tensors
    std::optional<double> bitsPerWeight;
    std::optional<double> rmseOverRms; ///< over all quantized weights
    bool isExact = true; ///< false: a layer is sampled or stale
};

/// Everything recomputed from the session: statistics, results, exponent curves. Decides alone what is stale, what runs
/// next, and what is reused; the only owner of the result cache. GUI thread; the work runs on lanes.
class DerivedResults : public QObject
{
    Q_OBJECT
public:
    DerivedResults(SessionDocument& document, Lanes& lanes, QObject* parent = nullptr);
    ~DerivedResults() override;

    const Plan& plan() const { return m_plan; }
    const LayerView& layer(LayerId id) const { return m_layers[id.index()]; }
    const LayerPlan& layerPlan(LayerId id) const { return m_plan.layers[id.index()]; }
    ModelFigures figures() const;
    ResultCache& cache() { return *m_cache; }
    std::shared_ptr<ResultCache> sharedCache() const { return m_cache; }

    /// Layers to look at first: the shown one, then the selected, then the visible ones.
    void setPriority(std::vector<LayerId> first);
    /// While something is dragged, the first `priority` layers get previews and everything else waits.
    void setDragging(bool isDragging);
    /// Stops all work; nothing is delivered any more.
    void stop();
    bool isBusy() const;
    /// Layers without statistics, and with a stale result.
    int missingFacts() const { return m_missingFacts; }
    int staleCount() const;

Q_SIGNALS:
    /// The plan changed (a new recipe, or another model).
    void planChanged();
    void layersChanged(const std::vector<bw::LayerId>& layers);
    /// Nothing is left to do.
    void settled();

private:
    std::uint64_t fixedFileBytes() const;
    void openModel();
    void replan();
    void bind(std::vector<LayerPlan> layers);
    void bindModelScope();
    void startNext();
    void startFacts();
    void startExact();
    void startPreview();
    void storeFacts(LayerId id, LayerFactsPtr facts);
    void storeResult(LayerId id, LayerResultPtr result);
    void storeFailure(LayerId id, const Error& error);
    bool needsFacts(LayerId id) const;
    bool needsExact(LayerId id) const;
    bool needsPreview(LayerId id) const;
    /// The most urgent layer that `isWanted`; invalid if there is none.
    LayerId pick(bool (DerivedResults::*isWanted)(LayerId) const) const;

    SessionDocument& m_document;
    std::shared_ptr<ResultCache> m_cache;
    ModelPtr m_model;
    Plan m_plan; ///< model-scope parameters still open
    std::vector<LayerPlan> m_bound; ///< with model-scope parameters fixed; what results are computed for
    bool m_isBinding = false;
    std::vector<LayerView> m_layers;
    std::vector<LayerId> m_priority;
    int m_missingFacts = 0;
    mutable std::optional<std::uint64_t> m_fixedFileBytes; ///< of this model
    bool m_isDragging = false;
    LayerId m_factsRunning;
    LayerId m_exactRunning;
    std::map<std::pair<LayerId, std::string>, LayerResultPtr> m_known; ///< exact results of this model by choice
    std::shared_ptr<PreviewSamples> m_samples;
    std::unique_ptr<CoalescingJob> m_factsJob;
    std::unique_ptr<CoalescingJob> m_exactJob;
    std::unique_ptr<CoalescingJob> m_previewJob;
    std::unique_ptr<CoalescingJob> m_bindJob;
};

} // namespace bw
