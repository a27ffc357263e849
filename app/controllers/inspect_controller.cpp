#include "app/controllers/inspect_controller.h"

#include "app/controllers/edit_controller.h"
#include "app/controllers/pictures.h"
#include "app/core_text.h"
#include "app/document/format_gestures.h"
#include "app/document/recipe_edits.h"
#include "app/sample.h"
#include "app/settings.h"
#include "app/views/codebook_view.h"
#include "app/views/layer_view.h"
#include "app/workbench.h"
#include "core/formats/format_extra.h"
#include "core/formats/format_family.h"
#include "core/methods/method.h"
#include "widgets/panels/layer_panel.h"
#include "widgets/panels/recipe_panel.h"
#include "widgets/text.h"

#include <algorithm>

namespace bw {

namespace {
constexpr int frameMs = 12;
/// Many selected layers: the inspector looks at this many formats to say "mixed".
constexpr std::size_t shownFormats = 512;

/// A picture of nothing that says why.
template <class Picture>
Picture empty(const QString& why)
{
    Picture picture;
    picture.emptyText = why;
    return picture;
}
} // namespace

InspectController::InspectController(Workbench& bench, EditController& edits, LayerPanel& layers, LayerViewPage& view,
    RecipePanel& recipe, QObject* parent)
    : QObject(parent)
    , m_bench(bench)
    , m_edits(edits)
    , m_layers(layers)
    , m_view(view)
    , m_recipe(recipe)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(frameMs);
    connect(&m_timer, &QTimer::timeout, this, &InspectController::refreshNow);
    connect(&bench.document, &SessionDocument::modelChanged, this, &InspectController::openModel);
    connect(&bench.derived, &DerivedResults::planChanged, this, [this] {
        m_isRecipeDue = true;
        m_arePicturesDue = true;
        schedule();
    });
    connect(&bench.derived, &DerivedResults::layersChanged, this, [this](const std::vector<LayerId>& changed) {
        m_changedRows.insert(changed.begin(), changed.end());
        m_arePicturesDue = m_arePicturesDue || std::find(changed.begin(), changed.end(), m_current) != changed.end();
        schedule();
    });
    connect(&bench.exponents, &ExponentResults::ready, this, [this] {
        m_arePicturesDue = true;
        schedule();
    });
    connect(&layers, &LayerPanel::selectionEdited, this, &InspectController::selectionChanged);
    connect(&layers, &LayerPanel::currentLayerChanged, this, &InspectController::selectionChanged);
    connect(&view, &LayerViewPage::tabChanged, this, [this] {
        m_arePicturesDue = true;
        refreshNow();
    });
    connectGestures();
    fillChoices();
}

void InspectController::connectGestures()
{
    auto& histogram = m_view.histogram();
    connect(&histogram, &HistogramPlot::clipEdited, &m_edits, &EditController::editClip);
    connect(&histogram, &HistogramPlot::levelEdited, &m_edits, &EditController::editLevel);
    connect(&histogram, &HistogramPlot::levelAdded, &m_edits, &EditController::addLevel);
    connect(&histogram, &HistogramPlot::levelRemoved, &m_edits, &EditController::removeLevel);
    connect(&histogram, &HistogramPlot::exponentEdited, &m_edits, &EditController::editExponent);
    connect(&histogram, &HistogramPlot::logScaleEdited, this, [](bool isLog) { settings::setLogScale(isLog); });
    histogram.setLogScale(settings::isLogScale());
    connect(&histogram, &HistogramPlot::fitShownEdited, this, [](bool isShown) { settings::setFitShown(isShown); });
    histogram.setFitShown(settings::isFitShown());
    connect(&m_view.exponent(), &ExponentPlot::exponentEdited, &m_edits, &EditController::editExponent);
    connect(&m_view.codebook(), &CodebookView::levelEdited, &m_edits, &EditController::typeLevel);
    connect(&m_view.codebook(), &CodebookView::ownLevelsRequested, &m_edits, &EditController::ownLevels);
    connect(&m_view.codebook(), &CodebookView::levelAdded, &m_edits, &EditController::addLevel);
    connect(&m_view.codebook(), &CodebookView::levelRemoved, &m_edits, &EditController::removeLevel);
    connect(
        &m_view.outliers(), &OutliersView::outlierActivated, this, [this](qulonglong, double value) { jumpTo(value); });
    connect(&m_recipe, &RecipePanel::formatPartEdited, &m_edits, &EditController::editFormatPart);
    connect(&m_recipe, &RecipePanel::methodEdited, &m_edits, &EditController::editMethod);
    connect(&m_recipe, &RecipePanel::resetRequested, &m_edits, &EditController::resetLayers);
    connect(&m_recipe, &RecipePanel::scopeEdited, &m_edits, &EditController::setScope);
}

void InspectController::fillChoices()
{
    FormatChoices formats;
    for (const FormatFamily* family : formatFamilies().entries()) {
        formats.families.push_back({ .id = QString::fromStdString(family->id),
            .title = coreText(family->title),
            .explanation = coreText(family->explanation),
            .schema = family->schema,
            .hasScaling = family->hasScaling,
            .hasScale = family->hasScale,
            .takesExtras = family->takesExtras,
            .usualCoder = QString::fromStdString(family->usualCoder),
            .hasZeroPoint = family->hasZeroPoint });
    }
    for (const FormatExtra* extra : formatExtras().entries()) {
        formats.extras.push_back({ QString::fromStdString(extra->id), coreText(extra->title), coreText(extra->help),
            extra->value, QString::fromStdString(extra->kind),
            extra->fitCounted == nullptr }); // counts come from the command line
    }
    for (const ScaleRule& rule : scaleRules()) {
        formats.scaleRules.push_back({ QString::fromStdString(rule.id), coreText(rule.title), coreText(rule.help),
            rule.hasValue, rule.minValue, rule.maxValue, rule.usualValue });
    }
    for (const ScaleStore& store : scaleStores()) {
        formats.scaleStores.push_back({ QString::fromStdString(store.id), coreText(store.title) });
    }
    std::vector<MethodChoice> choices;
    for (const Method* method : methods().entries()) {
        choices.push_back({ QString::fromStdString(method->id), coreText(method->title), coreText(method->explanation),
            method->schema, method->needsCalibration });
    }
    m_recipe.setChoices(formats, choices);
    m_recipe.formatEditor().setSpelling(formatText);
    m_recipe.formatEditor().setChecker(validate);
}

void InspectController::openModel()
{
    std::vector<LayerRow> rows;
    m_changedRows.clear();
    m_current = {};
    m_selected.clear();
    m_wantsThumbnail
        = m_bench.document.isOpen() && pathText(m_bench.document.session().modelPath) == findSample().model;
    if (const ModelPtr& model = m_bench.document.model()) {
        for (const LayerInfo& layer : model->layers()) {
            rows.push_back(
                layerRow(*model, layer, m_bench.derived.layerPlan(layer.id), m_bench.derived.layer(layer.id)));
        }
    }
    m_layers.model().setRows(std::move(rows));
    if (const ModelPtr& model = m_bench.document.model(); model && !model->layers().empty()) {
        // The largest weight is what people came for.
        LayerId first = model->layers().front().id;
        for (const LayerId id : model->quantizableLayers()) {
            if (!model->layer(first).isQuantizable() || model->layer(id).count() > model->layer(first).count()) {
                first = id;
            }
        }
        m_layers.setSelection({ first });
    }
    selectionChanged();
}

void InspectController::offerThumbnail()
{
    const LayerRow* row = m_current.isValid() ? m_layers.model().row(m_current) : nullptr;
    if (m_wantsThumbnail && row != nullptr && !row->sparkline.empty()) {
        m_wantsThumbnail = false;
        Q_EMIT thumbnailReady(QVector<float>(row->sparkline.begin(), row->sparkline.end()));
    }
}

void InspectController::showLayer(LayerId layer)
{
    m_layers.setFilterText({});
    m_layers.setSelection({ layer });
    selectionChanged();
}

void InspectController::selectionChanged()
{
    m_selected = m_layers.selection();
    m_current = m_layers.currentLayer();
    if (!m_current.isValid() && !m_selected.empty()) {
        m_current = m_selected.front();
    }
    m_edits.setSelection(m_selected, m_current);
    std::vector<LayerId> priority = m_selected;
    if (m_current.isValid()) {
        priority.insert(priority.begin(), m_current);
    }
    m_bench.derived.setPriority(std::move(priority));
    m_view.histogram().clearHighlight();
    m_arePicturesDue = true;
    m_isRecipeDue = true;
    schedule();
    Q_EMIT currentChanged();
}

void InspectController::schedule()
{
    if (!m_timer.isActive()) {
        m_timer.start();
    }
}

void InspectController::refreshNow()
{
    m_timer.stop();
    refreshRows();
    if (std::exchange(m_arePicturesDue, false)) {
        refreshPictures();
    }
    if (std::exchange(m_isRecipeDue, false)) {
        refreshRecipe();
    }
    showFoundValues();
}

/// The inspector shows what searches found for the one selected layer.
void InspectController::showFoundValues()
{
    std::optional<QuantFormat> resolved;
    if (m_bench.document.isOpen() && m_selected.size() == 1) {
        const LayerView& known = m_bench.derived.layer(m_selected.front());
        if (known.result && !known.isStale) {
            resolved = known.result->resolved;
        }
    }
    m_recipe.formatEditor().setResolved(resolved);
}

void InspectController::refreshRows()
{
    if (!m_bench.document.isOpen() || m_changedRows.empty()) {
        return;
    }
    std::vector<LayerRow> rows;
    rows.reserve(m_changedRows.size());
    for (const LayerId id : std::exchange(m_changedRows, {})) {
        rows.push_back(layerRow(*m_bench.document.model(), m_bench.document.model()->layer(id),
            m_bench.derived.layerPlan(id), m_bench.derived.layer(id)));
    }
    m_layers.model().updateRows(rows);
    offerThumbnail();
}

void InspectController::refreshPictures()
{
    if (!m_bench.document.isOpen() || !m_current.isValid()) {
        m_view.histogram().setPicture(empty<HistogramPicture>(tr("Select a layer to see its weights.")));
        m_view.exponent().setPicture(empty<ExponentPicture>(tr("Select a layer to see its exponent curve.")));
        m_view.codebook().setPicture(empty<CodebookPicture>(tr("Select a layer to see its levels.")));
        m_view.channels().setPicture(empty<ChannelsPicture>(tr("Select a layer to see its channels.")));
        m_view.outliers().setPicture(empty<OutliersPicture>(tr("Select a layer to see its outliers.")));
        m_view.metrics().setMetrics({});
        m_view.limits().setPicture({});
        return;
    }
    const LayerInfo& layer = m_bench.document.model()->layer(m_current);
    const LayerPlan& plan = m_bench.derived.layerPlan(m_current);
    const LayerView& known = m_bench.derived.layer(m_current);
    // Only what is seen is drawn: a hidden picture is set when its tab is shown.
    ExponentFactsPtr curve;
    QString failure;
    const auto tab = m_view.currentTab();
    const bool needsCurve = tab == LayerViewPage::ExponentTab
        || (tab == LayerViewPage::DistributionTab && exponentOf(plan.choice.format).has_value())
        || (tab == LayerViewPage::DistributionTab && isExponentSearched(plan.choice.format));
    if (needsCurve && !plan.isKept && known.facts) {
        if (const auto bits = exponentBits(plan.choice.format)) {
            curve = m_bench.exponents.request({ m_current, plan.choice.format.scaling, *bits });
            failure = m_bench.exponents.failure() ? errorText(*m_bench.exponents.failure()) : QString();
        } else {
            failure = tr("%1 has no exponent.").arg(QString::fromStdString(formatText(plan.choice.format)));
        }
    }
    switch (tab) {
    case LayerViewPage::DistributionTab:
        m_view.histogram().setPicture(histogramPicture(layer, plan, known, curve.get()));
        break;
    case LayerViewPage::ExponentTab:
        m_view.exponent().setPicture(exponentPicture(layer, plan, known, curve.get(), failure));
        break;
    case LayerViewPage::CodebookTab:
        m_view.codebook().setPicture(codebookPicture(layer, plan, known));
        break;
    case LayerViewPage::FormatsTab:
        break; // FormatController's
    case LayerViewPage::ChannelsTab:
        m_view.channels().setPicture(channelsPicture(layer, known));
        break;
    case LayerViewPage::OutliersTab:
        m_view.outliers().setPicture(outliersPicture(layer, known));
        break;
    }
    m_view.metrics().setMetrics(layerMetrics(layer, plan, known));
    m_view.limits().setPicture(limitsPicture(plan, known));
}

void InspectController::refreshRecipe()
{
    RecipePicture picture;
    if (const ModelPtr& model = m_bench.document.model()) {
        std::vector<std::string> names;
        picture.layerCount = static_cast<int>(model->quantizableLayers().size());
        for (const LayerId id : m_selected) {
            const LayerPlan& plan = m_bench.derived.layerPlan(id);
            if (plan.isKept) {
                continue;
            }
            names.push_back(model->layer(id).name);
            if (picture.formats.size() < shownFormats) {
                picture.formats.push_back(plan.choice.format);
                picture.methods.push_back(QString::fromStdString(plan.choice.method));
            }
            if (names.size() == 1) {
                picture.methodParams = plan.choice.params;
                picture.reason = coreText(plan.reason);
            }
        }
        picture.selectedCount = static_cast<int>(names.size());
        if (names.size() == 1) {
            picture.singleName = shownName(names.front());
        } else if (names.empty() && m_current.isValid()) {
            picture.keptText = whyNothing(
                model->layer(m_current), m_bench.derived.layerPlan(m_current), m_bench.derived.layer(m_current));
        }
        picture.canReset = !names.empty() && hasLayerRules(m_bench.derived.plan().recipe, names);
    }
    m_recipe.setPicture(picture);
}

void InspectController::jumpTo(double value)
{
    m_view.setCurrentTab(LayerViewPage::DistributionTab);
    refreshNow();
    m_view.histogram().highlightValue(value);
}

} // namespace bw
