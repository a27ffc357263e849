#pragma once

#include "widgets/allocation/allocation_values.h"
#include "widgets/editors/format_editor.h"
#include "widgets/models/layer_table_model.h"
#include "widgets/panels/format_picker.h"
#include "widgets/panels/limits_strip.h"
#include "widgets/panels/recipe_panel.h"
#include "widgets/panels/runs_panel.h"
#include "widgets/plots/exponent_plot.h"
#include "widgets/plots/formats_plot.h"
#include "widgets/plots/histogram_plot.h"
#include "widgets/plots/outliers_view.h"
#include "widgets/plots/survey_plot.h"

/// Data made up for tests and pictures of widgets; deterministic.
namespace bw::made_up {

/// Bell-shaped counts with a heavy tail, `bins` bins over [-limit, limit].
std::shared_ptr<const Histogram> histogram(int bins = 256, double limit = 0.4);
/// Symmetric power-function levels and their cell edges.
Grid powerGrid(int levels, double exponent, double clip);
/// `original` with every bin's count moved to the bin of its level.
std::shared_ptr<const Histogram> quantized(const Histogram& original, const Grid& grid);
/// A density of the histogram's root mean square.
FittedCurve fit(const Histogram& histogram);
LimitsPicture limits();
HistogramPicture distribution();
ExponentPicture exponent();
std::vector<ChannelRange> channels(int count);
OutliersPicture outliers();
std::vector<LayerRow> layers(int count);
FormatChoices formatChoices();
std::vector<MethodChoice> methodChoices();
QuantFormat powerFormat();
std::vector<RunsEntry> runs();
/// One measured, one from a sample, one that cannot serve the layer.
std::vector<FormatRow> formatRows();
PickerPicture pickerPicture();
/// Two scale types over block sizes; the third point is on the front, one is in use.
FormatsPicture formats();
/// Eighteen families at two to eight bits, one of them best everywhere, and limits.
SurveyPicture survey();

/// Layers with menus of 2 to 8 bits; one locked, one excluded, two tied.
std::vector<AllocationRow> allocationRows(int count);
FrontPicture front();
BudgetPicture budget();
std::vector<StepRow> steps();
InputsPicture inputs();
std::vector<DamageRow> damages();
std::vector<CompareRow> comparison();

} // namespace bw::made_up
