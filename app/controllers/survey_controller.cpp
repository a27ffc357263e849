#include "app/controllers/survey_controller.h"

#include "app/controllers/edit_controller.h"
#include "app/controllers/inspect_controller.h"
#include "app/controllers/pictures.h"
#include "app/controllers/survey_picture.h"
#include "app/core_text.h"
#include "app/jobs/coalescing_job.h"
#include "app/jobs/lanes.h"
#include "app/views/formats_view.h"
#include "app/views/layer_view.h"
#include "app/workbench.h"
#include "core/engine/format_candidates.h"
#include "widgets/plots/survey_plot.h"
#include "widgets/text.h"

#include <algorithm>

namespace bw {

namespace {
constexpr int redrawMs = 250;
/// Layers and models up to this size are measured whole.
constexpr std::uint64_t wholeWeights = std::uint64_t { 1 } << 19;
constexpr std::uint64_t sampleWeights = std::uint64_t { 1 } << 16;

struct Limits
{
    std::vector<RateLimits> lines;
    ShannonLine shannon;
};
} // namespace

SurveyController::SurveyController(
    Workbench& bench, EditController& edits, InspectController& inspector, LayerViewPage& view, QObject* parent)
    : QObject(parent)
    , m_bench(bench)
    , m_edits(edits)
    , m_inspector(inspector)
    , m_page(view)
    , m_view(view.formatsView())
    , m_survey(bench.lanes)
    , m_limitJob(std::make_unique<CoalescingJob>(bench.lanes.light(), CoalescePolicy::CancelRunning))
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(redrawMs);
    connect(&m_timer, &QTimer::timeout, this, &SurveyController::show);
    connect(&m_survey, &FormatSurvey::changed, this, &SurveyController::showSoon);
    connect(&m_view, &FormatsView::questionChanged, this, &SurveyController::ask);
    connect(&view, &LayerViewPage::tabChanged, this, &SurveyController::ask);
    connect(&inspector, &InspectController::currentChanged, this, &SurveyController::ask);
    connect(&bench.derived, &DerivedResults::planChanged, this, &SurveyController::ask);
    connect(&bench.derived, &DerivedResults::layersChanged, this, &SurveyController::askLimits);
    connect(&bench.document, &SessionDocument::modelChanged, this, [this] {
        forget();
        ask();
    });
    connect(&m_view.survey(), &SurveyPlot::formatChosen, this, [this](const QuantFormat& format) {
        if (canAsk()) {
            m_edits.applyFormat(format, isOfModel() ? EditScope::AllLayers : m_edits.scope());
        }
    });
}

SurveyController::~SurveyController() = default;

bool SurveyController::isBusy() const
{
    return m_survey.isBusy() || m_limitJob->isBusy();
}

bool SurveyController::isShown() const
{
    return m_page.currentTab() == LayerViewPage::FormatsTab && m_view.shownPicture() == FormatsView::Families;
}

bool SurveyController::isOfModel() const
{
    return m_view.extent() == FormatsView::Model;
}

std::vector<LayerId> SurveyController::askedLayers() const
{
    const ModelPtr& model = m_bench.document.model();
    if (!model) {
        return {};
    }
    if (isOfModel()) {
        return model->quantizableLayers();
    }
    // Between one model and the next, the layer is still one of the old model.
    const LayerId layer = m_inspector.currentLayer();
    const bool isUsable = layer.isValid() && layer.index() < model->layers().size()
        && model->layer(layer).isQuantizable() && !m_bench.derived.layerPlan(layer).isKept;
    return isUsable ? std::vector { layer } : std::vector<LayerId> {};
}

bool SurveyController::canAsk() const
{
    return m_bench.document.isOpen() && !askedLayers().empty();
}

/// What all the asked layers have now, if it is the same.
std::optional<QuantFormat> SurveyController::currentFormat() const
{
    std::optional<QuantFormat> common;
    for (const LayerId id : m_asked) {
        const LayerPlan& plan = m_bench.derived.layerPlan(id);
        if (plan.isKept || (common && *common != plan.choice.format)) {
            return std::nullopt;
        }
        common = plan.choice.format;
    }
    return common;
}

void SurveyController::forget()
{
    m_survey.clear();
    m_limitJob->stop();
    m_asked.clear();
    m_limits.clear();
    m_shannon = {};
    m_areLimitsAsked = false;
}

void SurveyController::ask()
{
    if (!isShown()) {
        // What nobody sees is not measured; what is known already stays.
        if (m_survey.isBusy()) {
            forget();
        }
        return;
    }
    const auto layers = canAsk() ? askedLayers() : std::vector<LayerId> {};
    if (layers != m_asked) {
        forget();
        m_asked = layers;
        if (!layers.empty()) {
            RankRequest request;
            request.model = m_bench.document.model();
            request.layers = layers;
            request.formats = surveyFormats(leastSurveyedBits, mostSurveyedBits);
            request.exactCount = 0;
            request.isBrief = false;
            std::uint64_t weights = 0;
            for (const LayerId id : layers) {
                weights += request.model->layer(id).count();
            }
            request.sampleWeights = weights <= wholeWeights ? wholeWeights : sampleWeights;
            m_survey.start(std::move(request), m_bench.derived.sharedCache());
        }
    }
    askLimits();
    show();
}

/// As soon as the distributions of all asked layers are known.
void SurveyController::askLimits()
{
    if (!isShown() || m_asked.empty() || m_areLimitsAsked) {
        return;
    }
    std::vector<DistributionFit> fits;
    for (const LayerId id : m_asked) {
        const LayerView& known = m_bench.derived.layer(id);
        if (!known.facts && !known.failure) {
            return;
        }
        if (known.facts && known.facts->fit().nonFinite == 0) {
            fits.push_back(known.facts->fit());
        }
    }
    m_areLimitsAsked = true;
    m_limitJob->submit([this, fits = std::move(fits)](const JobContext& ctx) -> Delivery {
        auto limits = std::make_shared<const Limits>(
            Limits { limitLines(fits, leastLineBits, mostLineBits, ctx), ShannonLine(fits) });
        return [this, limits] {
            m_limits = limits->lines;
            m_shannon = limits->shannon;
            show();
        };
    });
}

void SurveyController::showSoon()
{
    if (!m_survey.isBusy()) {
        show();
    } else if (!m_timer.isActive()) {
        m_timer.start();
    }
}

QString SurveyController::whyEmpty() const
{
    if (!m_bench.document.isOpen()) {
        return tr("Open a model to see what all formats make of it.");
    }
    if (m_survey.failure()) {
        return errorText(*m_survey.failure());
    }
    if (!m_asked.empty()) {
        return m_survey.isBusy() ? tr("Measuring formats…") : tr("No format could be measured.");
    }
    const LayerId layer = m_inspector.currentLayer();
    const ModelPtr& model = m_bench.document.model();
    if (isOfModel()) {
        return tr("This model has no layers that can be quantized.");
    }
    if (!layer.isValid() || layer.index() >= model->layers().size()) {
        return tr("Select a layer to see what all formats make of it.");
    }
    return whyNothing(model->layer(layer), m_bench.derived.layerPlan(layer), m_bench.derived.layer(layer));
}

void SurveyController::show()
{
    m_timer.stop();
    if (!isShown()) {
        return;
    }
    SurveyPicture picture;
    if (!m_asked.empty()) {
        picture = surveyPicture(m_survey, currentFormat(), m_shannon);
        picture.limits = m_limits;
        const int count = static_cast<int>(m_asked.size());
        picture.title = isOfModel() ? tr("All %n layer(s) of the model", nullptr, count)
                                    : shownName(m_bench.document.model()->layer(m_asked.front()).name);
        const LayerView& known = m_bench.derived.layer(m_asked.front());
        picture.note = isOfModel() ? tr("limits: every layer's own distribution, all at the same bits")
            : known.facts && known.facts->fit().exists()
            ? tr("limits: %1").arg(coreText(densityTitle(known.facts->fit().chosen().density)))
            : QString();
    }
    picture.emptyText = whyEmpty();
    m_view.survey().setPicture(picture);
}

void SurveyController::refreshNow()
{
    ask();
}

} // namespace bw
