#include "app/controllers/format_controller.h"

#include "app/controllers/edit_controller.h"
#include "app/controllers/format_rows.h"
#include "app/controllers/inspect_controller.h"
#include "app/controllers/pictures.h"
#include "app/core_text.h"
#include "app/views/formats_view.h"
#include "app/views/layer_view.h"
#include "app/workbench.h"
#include "core/engine/format_candidates.h"
#include "core/formats/format_family.h"
#include "widgets/plots/formats_plot.h"
#include "widgets/text.h"

#include <algorithm>

namespace bw {

namespace {
/// Where few formats are measured, more weights can be looked at.
constexpr std::uint64_t fewFormatsSample = std::uint64_t { 1 } << 19;
} // namespace

FormatController::FormatController(Workbench& bench, EditController& edits, InspectController& inspector,
    LayerViewPage& view, FormatPicker& picker, QObject* parent)
    : QObject(parent)
    , m_bench(bench)
    , m_edits(edits)
    , m_inspector(inspector)
    , m_view(view)
    , m_picker(picker)
    , m_answers(bench.lanes)
    , m_curves(bench.lanes)
{
    connect(&picker, &FormatPicker::asked, this, &FormatController::ask);
    connect(&picker, &FormatPicker::formatChosen, this, &FormatController::choose);
    connect(&picker, &FormatPicker::stopRequested, &m_answers, &FormatSurvey::stop);
    connect(&picker, &FormatPicker::closed, &m_answers, &FormatSurvey::clear);
    connect(&m_answers, &FormatSurvey::changed, this, &FormatController::showAnswers);
    connect(&m_curves, &FormatSurvey::changed, this, &FormatController::showCurves);
    connect(&view.formats(), &FormatsPlot::formatChosen, this,
        [this](const QuantFormat& format) { choose(format, PickerQuestion::Families); });
    connect(&view, &LayerViewPage::tabChanged, this, &FormatController::askCurves);
    connect(&view.formatsView(), &FormatsView::questionChanged, this, &FormatController::askCurves);
    connect(&inspector, &InspectController::currentChanged, this, &FormatController::layerChanged);
    connect(&bench.derived, &DerivedResults::planChanged, this, [this] {
        showAnswers();
        askCurves();
        Q_EMIT canCompareChanged();
    });
    connect(&bench.derived, &DerivedResults::layersChanged, this, [this](const std::vector<LayerId>& changed) {
        if (std::find(changed.begin(), changed.end(), m_layer) != changed.end()) {
            showAnswers();
            askCurves();
        }
    });
    connect(&bench.document, &SessionDocument::modelChanged, this, [this] {
        m_answers.clear();
        m_curves.clear();
        m_curveKey.reset();
        m_picker.hide();
    });
}

bool FormatController::canCompare() const
{
    const ModelPtr& model = m_bench.document.model();
    // Between one model and the next, the layer is still one of the old model.
    return model && m_layer.isValid() && m_layer.index() < model->layers().size()
        && model->layer(m_layer).isQuantizable() && !m_bench.derived.layerPlan(m_layer).isKept;
}

QuantFormat FormatController::currentFormat() const
{
    return m_bench.derived.layerPlan(m_layer).choice.format;
}

void FormatController::layerChanged()
{
    const LayerId layer = m_bench.document.isOpen() ? m_inspector.currentLayer() : LayerId {};
    const bool isOther = layer != std::exchange(m_layer, layer);
    if (isOther && m_picker.isVisible()) {
        if (canCompare()) {
            m_picker.ask(m_picker.question());
        } else {
            m_picker.hide();
        }
    }
    askCurves();
    Q_EMIT canCompareChanged();
}

void FormatController::openPicker()
{
    if (canCompare()) {
        m_picker.open();
    }
}

/// Every family once, as like the layer's format as it can be; a family that cannot is shown as it usually is.
std::vector<QuantFormat> FormatController::familyFormats() const
{
    std::vector<QuantFormat> formats;
    for (const FormatFamily* family : formatFamilies().entries()) {
        formats.push_back(inFamily(m_base, *family).value_or(parseFormat(family->examples.front())));
    }
    return formats;
}

void FormatController::ask(PickerQuestion question, double maxBits)
{
    if (!canCompare()) {
        return;
    }
    m_base = currentFormat();
    RankRequest request;
    request.model = m_bench.document.model();
    request.gridLayer = m_layer;
    if (question == PickerQuestion::BestForModel) {
        request.layers = request.model->quantizableLayers();
    } else {
        request.layers = { m_layer };
    }
    if (question == PickerQuestion::Families) {
        request.formats = familyFormats();
        request.exactCount = 0;
        request.sampleWeights = fewFormatsSample;
    } else {
        request.formats = candidateFormats(maxBits);
        request.maxBits = maxBits;
        request.exactCount = 8;
        request.areFamiliesExact = true;
    }
    m_answers.start(std::move(request), m_bench.derived.sharedCache());
}

void FormatController::choose(const QuantFormat& format, PickerQuestion question)
{
    if (!canCompare()) {
        return;
    }
    const bool isForModel = question == PickerQuestion::BestForModel;
    m_edits.applyFormat(format, isForModel ? EditScope::AllLayers : m_edits.scope());
}

/// Of the layer's own distribution: all layers together have none.
ShannonLine FormatController::limitOf(const LayerView& known)
{
    if (m_picker.question() == PickerQuestion::BestForModel || !known.facts) {
        return {};
    }
    if (m_limitFacts != known.facts) {
        m_limitFacts = known.facts;
        m_limit = ShannonLine(std::span(&known.facts->fit(), 1));
    }
    return m_limit;
}

void FormatController::showAnswers()
{
    if (!m_picker.isVisible() || !canCompare()) {
        return;
    }
    PickerPicture picture;
    const LayerInfo& layer = m_bench.document.model()->layer(m_layer);
    const LayerView& known = m_bench.derived.layer(m_layer);
    picture.title = m_picker.question() == PickerQuestion::BestForModel
        ? tr("Formats for all %n layer(s) of the model", nullptr,
            static_cast<int>(m_bench.document.model()->quantizableLayers().size()))
        : tr("Formats for %1").arg(shownName(layer.name));
    picture.histogram = known.facts ? known.facts->histogram : nullptr;
    picture.rows = formatRows(m_answers, m_picker.question(), currentFormat(), limitOf(known));
    picture.note = surveyNote(m_answers, m_picker.question(), m_picker.maxBits());
    picture.warning = surveyWarning(m_answers);
    if (m_answers.isBusy()) {
        picture.progress = m_answers.fraction();
    }
    picture.emptyText = m_answers.failure() ? errorText(*m_answers.failure())
        : m_answers.isBusy()                ? tr("Measuring formats…")
                                            : tr("No format fits in so few bits. Allow some more.");
    m_picker.setPicture(picture);
}

bool FormatController::areCurvesShown() const
{
    return m_view.currentTab() == LayerViewPage::FormatsTab
        && m_view.formatsView().shownPicture() == FormatsView::BlockSizes;
}

void FormatController::askCurves()
{
    if (!areCurvesShown() || m_edits.isDragging()) {
        return;
    }
    if (!canCompare()) {
        m_curves.clear();
        m_curveKey.reset();
        showCurves();
        return;
    }
    CurveKey key { m_layer, currentFormat() };
    if (familyOf(key.format).hasScaling) {
        key.format.scaling.granularity = Granularity::Tensor;
        key.format.scaling.blockSize = 0;
        key.format.scaling.store = Scaling {}.store;
    }
    if (m_curveKey != key) {
        m_curveKey = key;
        RankRequest request;
        request.model = m_bench.document.model();
        request.layers = { m_layer };
        request.formats = scalingVariants(currentFormat());
        request.exactCount = 0;
        request.sampleWeights = fewFormatsSample;
        m_curves.start(std::move(request), m_bench.derived.sharedCache());
    }
    showCurves();
}

void FormatController::showCurves()
{
    if (!areCurvesShown()) {
        return;
    }
    FormatsPicture picture;
    if (!m_bench.document.isOpen() || !m_layer.isValid()
        || m_layer.index() >= m_bench.document.model()->layers().size()) {
        picture.emptyText = tr("Select a layer to see what block sizes and scale types do to it.");
        m_view.formats().setPicture(picture);
        return;
    }
    const LayerInfo& layer = m_bench.document.model()->layer(m_layer);
    const LayerView& known = m_bench.derived.layer(m_layer);
    if (!canCompare()) {
        picture.emptyText = whyNothing(layer, m_bench.derived.layerPlan(m_layer), known);
    } else {
        picture = formatsPicture(m_curves, currentFormat());
        picture.emptyText = m_curves.failure() ? errorText(*m_curves.failure()) : tr("Measuring formats…");
    }
    picture.title = shownName(layer.name);
    m_view.formats().setPicture(picture);
}

void FormatController::refreshNow()
{
    showAnswers();
    showCurves();
}

} // namespace bw
