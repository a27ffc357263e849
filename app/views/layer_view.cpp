#include "app/views/layer_view.h"

#include "app/views/codebook_view.h"
#include "app/views/formats_view.h"
#include "widgets/panels/limits_strip.h"
#include "widgets/panels/metrics_strip.h"
#include "widgets/plots/channels_plot.h"
#include "widgets/plots/exponent_plot.h"
#include "widgets/plots/histogram_plot.h"
#include "widgets/plots/outliers_view.h"

#include <QTabWidget>
#include <QVBoxLayout>

namespace bw {

LayerViewPage::LayerViewPage(QWidget* parent)
    : QWidget(parent)
    , m_tabs(new QTabWidget)
    , m_histogram(new HistogramPlot)
    , m_exponent(new ExponentPlot)
    , m_codebook(new CodebookView)
    , m_formats(new FormatsView)
    , m_channels(new ChannelsPlot)
    , m_outliers(new OutliersView)
    , m_limits(new LimitsStrip)
    , m_metrics(new MetricsStrip)
{
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_histogram, tr("Distribution"));
    m_tabs->addTab(m_exponent, tr("Exponent"));
    m_tabs->addTab(m_codebook, tr("Codebook"));
    m_tabs->addTab(m_formats, tr("Formats"));
    m_tabs->addTab(m_channels, tr("Channels"));
    m_tabs->addTab(m_outliers, tr("Outliers"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_tabs, 1);
    layout->addWidget(m_metrics);
    layout->addWidget(m_limits);
    connect(m_tabs, &QTabWidget::currentChanged, this, &LayerViewPage::tabChanged);
}

FormatsPlot& LayerViewPage::formats()
{
    return m_formats->curves();
}

LayerViewPage::Tab LayerViewPage::currentTab() const
{
    return static_cast<Tab>(m_tabs->currentIndex());
}
void LayerViewPage::setCurrentTab(Tab tab)
{
    m_tabs->setCurrentIndex(tab);
}

} // namespace bw
