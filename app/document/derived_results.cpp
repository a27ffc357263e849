#include "app/document/derived_results.h"

#include "app/document/preview_samples.h"
#include "app/document/session_document.h"
#include "app/jobs/coalescing_job.h"
#include "app/jobs/lanes.h"
#include "core/export/exporter.h"
#include "core/formats/format_family.h"

#include <QElapsedTimer>
#include <QThreadPool>

#include <algorithm>

namespace bw {

namespace {
constexpr std::uint64_t cacheBytes = std::uint64_t { 1 } << 30;
constexpr std::size_t knownResults = 20000;
// On the light lane, results a user waits for go before statistics nobody looks at yet.
constexpr int factsPriority = 0;
constexpr int exactPriority = 1;
} // namespace

DerivedResults::DerivedResults(SessionDocument& document, Lanes& lanes, QObject* parent)
    : QObject(parent)
    , m_document(document)
    , m_cache(std::make_shared<ResultCache>(cacheBytes))
    , m_samples(std::make_shared<PreviewSamples>())
    , m_factsJob(std::make_unique<CoalescingJob>(lanes.light(), CoalescePolicy::CancelRunning, factsPriority))
    , m_exactJob(std::make_unique<CoalescingJob>(lanes.light(), CoalescePolicy::CancelRunning, exactPriority))
    , m_previewJob(std::make_unique<CoalescingJob>(lanes.preview(), CoalescePolicy::FinishRunning))
    , m_bindJob(std::make_unique<CoalescingJob>(lanes.light(), CoalescePolicy::CancelRunning, exactPriority))
{
    connect(&document, &SessionDocument::modelChanged, this, &DerivedResults::openModel);
    connect(&document, &SessionDocument::sessionChanged, this, [this](const Session& before, const Session& after) {
        if (before.recipe != after.recipe) {
            replan();
        }
    });
    connect(m_factsJob.get(), &CoalescingJob::failed, this, [this](const Error& error) {
        storeFailure(std::exchange(m_factsRunning, {}), error);
        startNext();
    });
    connect(m_exactJob.get(), &CoalescingJob::failed, this, [this](const Error& error) {
        storeFailure(std::exchange(m_exactRunning, {}), error);
        startNext();
    });
    connect(m_bindJob.get(), &CoalescingJob::failed, this, [this](const Error& error) {
        for (const auto& layer : m_plan.layers) {
            if (!layer.isKept && familyOf(layer.choice.format).fitModel != nullptr) {
                storeFailure(layer.layer, error);
            }
        }
        m_isBinding = false;
        startNext();
    });
}

DerivedResults::~DerivedResults()
{
    stop();
}

void DerivedResults::stop()
{
    for (auto* job : { m_factsJob.get(), m_exactJob.get(), m_previewJob.get(), m_bindJob.get() }) {
        job->stop();
    }
    m_factsRunning = {};
    m_exactRunning = {};
    m_isBinding = false;
}

bool DerivedResults::isBusy() const
{
    return m_factsJob->isBusy() || m_exactJob->isBusy() || m_bindJob->isBusy() || m_previewJob->isBusy();
}

void DerivedResults::openModel()
{
    stop();
    m_model = m_document.model();
    m_layers.assign(m_model ? m_model->layers().size() : 0, {});
    m_missingFacts = static_cast<int>(m_layers.size());
    m_fixedFileBytes.reset();
    m_plan = {};
    m_bound.clear();
    m_priority.clear();
    m_known.clear();
    m_isDragging = false;
    m_cache = std::make_shared<ResultCache>(cacheBytes);
    m_samples = std::make_shared<PreviewSamples>();
    replan();
}

void DerivedResults::replan()
{
    if (!m_model) {
        Q_EMIT planChanged();
        return;
    }
    m_plan = resolve(*m_document.session().recipe, *m_model);
    const bool spansModel = std::any_of(m_plan.layers.begin(), m_plan.layers.end(),
        [](const LayerPlan& layer) { return !layer.isKept && familyOf(layer.choice.format).fitModel != nullptr; });
    m_bindJob->stop();
    m_isBinding = spansModel && !m_isDragging;
    bind(m_plan.layers);
    if (m_isBinding) {
        bindModelScope();
    }
    Q_EMIT planChanged();
    startNext();
}

void DerivedResults::bind(std::vector<LayerPlan> layers)
{
    std::vector<LayerId> changed;
    const std::vector<LayerPlan> before = std::exchange(m_bound, std::move(layers));
    for (std::size_t index = 0; index < m_bound.size(); ++index) {
        const LayerPlan& now = m_bound[index];
        const bool isSame
            = index < before.size() && before[index].isKept == now.isKept && before[index].choice == now.choice;
        LayerView& view = m_layers[index];
        if (isSame && (now.isKept || !view.isStale)) {
            continue;
        }
        if (now.isKept) {
            view.result = nullptr;
            view.isStale = false;
        } else {
            const auto known = m_known.find({ now.layer, choiceKey(now.choice) });
            view.isStale = known == m_known.end();
            view.result = view.isStale ? view.result : known->second;
        }
        if (!isSame && view.facts) {
            view.failure.reset();
        }
        changed.push_back(now.layer);
    }
    if (m_exactRunning.isValid() && !needsExact(m_exactRunning)) {
        m_exactJob->stop();
        m_exactRunning = {};
    }
    if (!changed.empty()) {
        Q_EMIT layersChanged(changed);
    }
}

void DerivedResults::bindModelScope()
{
    m_bindJob->submit([this, plan = m_plan, model = m_model](const JobContext& ctx) -> Delivery {
        return [this, bound = resolveModelScope(plan, *model, ctx)] {
            m_isBinding = false;
            bind(bound.layers);
            startNext();
        };
    });
}

void DerivedResults::setPriority(std::vector<LayerId> first)
{
    m_priority = std::move(first);
}

void DerivedResults::setDragging(bool isDragging)
{
    if (m_isDragging == isDragging) {
        return;
    }
    m_isDragging = isDragging;
    if (isDragging) {
        m_exactJob->stop();
        m_exactRunning = {};
    } else if (m_model) {
        replan();
    }
}

void DerivedResults::startNext()
{
    if (!m_model) {
        return;
    }
    if (m_isDragging) {
        startPreview();
        return;
    }
    if (!m_factsRunning.isValid()) {
        startFacts();
    }
    if (!m_exactRunning.isValid() && !m_isBinding) {
        startExact();
    }
    if (!m_factsRunning.isValid() && !m_exactRunning.isValid() && !m_isBinding) {
        Q_EMIT settled();
    }
}

LayerId DerivedResults::pick(bool (DerivedResults::*isWanted)(LayerId) const) const
{
    for (const LayerId id : m_priority) {
        if ((this->*isWanted)(id)) {
            return id;
        }
    }
    for (std::size_t index = 0; index < m_layers.size(); ++index) {
        if ((this->*isWanted)(LayerId(index))) {
            return LayerId(index);
        }
    }
    return {};
}

bool DerivedResults::needsFacts(LayerId id) const
{
    return !m_layers[id.index()].facts && !m_layers[id.index()].failure;
}

bool DerivedResults::needsExact(LayerId id) const
{
    const LayerPlan& plan = m_bound[id.index()];
    const LayerView& view = m_layers[id.index()];
    return !plan.isKept && view.facts && !view.failure && (view.isStale || !view.result->isFinal);
}

bool DerivedResults::needsPreview(LayerId id) const
{
    const LayerView& view = m_layers[id.index()];
    return !m_bound[id.index()].isKept && view.facts && view.isStale;
}

void DerivedResults::startFacts()
{
    m_factsRunning = pick(&DerivedResults::needsFacts);
    if (!m_factsRunning.isValid()) {
        return;
    }
    m_factsJob->submit([this, model = m_model, id = m_factsRunning](const JobContext& ctx) -> Delivery {
        return [this, id, facts = computeFacts(model->layer(id), ctx)] { storeFacts(id, facts); };
    });
}

void DerivedResults::startExact()
{
    m_exactRunning = pick(&DerivedResults::needsExact);
    if (!m_exactRunning.isValid()) {
        return;
    }
    m_exactJob->submit(
        [this, model = m_model, id = m_exactRunning, choice = m_bound[m_exactRunning.index()].choice,
            facts = m_layers[m_exactRunning.index()].facts, cache = m_cache](const JobContext& ctx) -> Delivery {
            return [this, id, result = computeResult(model->layer(id), choice, facts, cache.get(), ctx)] {
                m_exactRunning = {};
                storeResult(id, result);
                startNext();
            };
        });
}

void DerivedResults::startPreview()
{
    struct Item
    {
        LayerId id;
        LayerChoice choice;
        LayerFactsPtr facts;
    };
    std::vector<Item> items;
    for (const LayerId id : m_priority) {
        if (needsPreview(id)) {
            items.push_back({ id, m_bound[id.index()].choice, m_layers[id.index()].facts });
        }
    }
    if (items.empty()) {
        return;
    }
    m_previewJob->submit([this, items = std::move(items), model = m_model, samples = m_samples](
                             const JobContext& ctx) -> Delivery {
        std::vector<std::pair<LayerId, LayerResultPtr>> results;
        QElapsedTimer clock;
        clock.start();
        // The shown layer always; the other selected ones as far as the time reaches.
        for (const auto& item : items) {
            const TensorView sample = samples->sample(model->layer(item.id));
            const double before = static_cast<double>(clock.nsecsElapsed()) / 1e6;
            results.emplace_back(item.id, previewResult(model->layer(item.id), sample, item.choice, item.facts, ctx));
            const double after = static_cast<double>(clock.nsecsElapsed()) / 1e6;
            if (sample.count() < model->layer(item.id).count() || after - before > PreviewSamples::budgetMs) {
                samples->noteDuration(after - before);
            }
            if (after > PreviewSamples::budgetMs * 0.7) {
                break;
            }
        }
        return [this, results = std::move(results)] {
            for (const auto& [id, result] : results) {
                storeResult(id, result);
            }
        };
    });
}

void DerivedResults::storeFacts(LayerId id, LayerFactsPtr facts)
{
    m_factsRunning = {};
    m_layers[id.index()].facts = std::move(facts);
    --m_missingFacts;
    Q_EMIT layersChanged({ id });
    startNext();
}

void DerivedResults::storeResult(LayerId id, LayerResultPtr result)
{
    LayerView& view = m_layers[id.index()];
    const bool isCurrent = result->choice == m_bound[id.index()].choice;
    if (result->isFinal) {
        if (m_known.size() >= knownResults) {
            m_known.clear();
        }
        m_known[{ id, choiceKey(result->choice) }] = result;
    }
    // During a drag the newest picture is shown although the pointer has moved on; it never replaces a current result.
    if (isCurrent || view.isStale) {
        view.result = std::move(result);
        view.isStale = !isCurrent;
        Q_EMIT layersChanged({ id });
    }
}

void DerivedResults::storeFailure(LayerId id, const Error& error)
{
    if (!id.isValid()) {
        return;
    }
    LayerView& view = m_layers[id.index()];
    view.failure = error;
    if (!view.facts) {
        --m_missingFacts;
    }
    Q_EMIT layersChanged({ id });
}

int DerivedResults::staleCount() const
{
    return static_cast<int>(
        std::count_if(m_layers.begin(), m_layers.end(), [](const LayerView& view) { return view.isStale; }));
}

/// Asked for when it is first needed: names are shown before that.
std::uint64_t DerivedResults::fixedFileBytes() const
{
    if (!m_fixedFileBytes && m_model) {
        const ExportSizes* sizes = exporters().entries().front()->sizes;
        m_fixedFileBytes = sizes == nullptr ? 0 : sizes->fixedBytes(*m_model);
    }
    return m_fixedFileBytes.value_or(0);
}

ModelFigures DerivedResults::figures() const
{
    ModelFigures figures;
    ErrorSums error;
    std::uint64_t bytesAfter = 0;
    std::uint64_t fileBytes = fixedFileBytes();
    std::uint64_t bits = 0;
    bool isComplete = true;
    const ExportSizes* sizes = exporters().entries().front()->sizes;
    figures.fileBytesBefore = m_model ? m_model->fileBytes() : 0;
    for (std::size_t index = 0; index < m_layers.size(); ++index) {
        const std::uint64_t bytes = m_model->layers()[index].storedBytes();
        const LayerResultPtr& result = m_layers[index].result;
        figures.bytesBefore += bytes;
        if (m_bound[index].isKept) {
            const LayerInfo& layer = m_model->layers()[index];
            bytesAfter += bytes;
            fileBytes += sizes == nullptr ? bytes : layer.isQuantizable() ? sizes->keptBytes(layer) : 0;
        } else if (result) {
            bytesAfter += result->bytes;
            fileBytes += result->fileBytes;
            bits += result->bits;
            error.add(result->error);
            figures.isExact = figures.isExact && result->isExact && !m_layers[index].isStale;
        } else {
            isComplete = false;
        }
    }
    figures.isExact = figures.isExact && isComplete;
    if (isComplete && !m_layers.empty()) {
        figures.bytesAfter = bytesAfter;
        figures.fileBytesAfter = fileBytes;
    }
    if (isComplete && error.count > 0) {
        figures.bitsPerWeight
            = static_cast<double>(bits) / static_cast<double>(std::max<std::uint64_t>(1, error.count));
        figures.rmseOverRms = rmseOverRms(error);
    }
    return figures;
}

} // namespace bw
