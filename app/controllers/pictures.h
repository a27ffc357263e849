#pragma once

#include "app/document/derived_results.h"
#include "app/document/layer_work.h"
#include "app/views/codebook_view.h"
#include "core/model/model.h"
#include "core/recipe/plan.h"
#include "widgets/models/layer_table_model.h"
#include "widgets/panels/limits_strip.h"
#include "widgets/panels/metrics_strip.h"
#include "widgets/plots/channels_plot.h"
#include "widgets/plots/exponent_plot.h"
#include "widgets/plots/histogram_plot.h"
#include "widgets/plots/outliers_view.h"

#include <vector>

namespace bw {

// What the views show of a layer. Pure: values in, a picture out.

LayerRow layerRow(const Model& model, const LayerInfo& layer, const LayerPlan& plan, const LayerView& view);
LayerMetrics layerMetrics(const LayerInfo& layer, const LayerPlan& plan, const LayerView& view);
LimitsPicture limitsPicture(const LayerPlan& plan, const LayerView& view);
/// `exponent`: the layer's curve, or null.
HistogramPicture histogramPicture(
    const LayerInfo& layer, const LayerPlan& plan, const LayerView& view, const ExponentFacts* exponent);
ExponentPicture exponentPicture(const LayerInfo& layer, const LayerPlan& plan, const LayerView& view,
    const ExponentFacts* exponent, const QString& failure);
CodebookPicture codebookPicture(const LayerInfo& layer, const LayerPlan& plan, const LayerView& view);
ChannelsPicture channelsPicture(const LayerInfo& layer, const LayerView& view);
OutliersPicture outliersPicture(const LayerInfo& layer, const LayerView& view);
/// Why there is no picture of this layer's quantized values; empty if there is one.
QString whyNothing(const LayerInfo& layer, const LayerPlan& plan, const LayerView& view);

} // namespace bw
