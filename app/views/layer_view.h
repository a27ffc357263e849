#pragma once

#include <QWidget>

class QTabWidget;

namespace bw {

class ChannelsPlot;
class CodebookView;
class ExponentPlot;
class FormatsPlot;
class FormatsView;
class HistogramPlot;
class LimitsStrip;
class MetricsStrip;
class OutliersView;

/// The work area of one layer: its pictures as tabs, its figures underneath. Arrangement only.
class LayerViewPage : public QWidget
{
    Q_OBJECT
public:
    enum Tab
    {
        DistributionTab,
        ExponentTab,
        CodebookTab,
        FormatsTab,
        ChannelsTab,
        OutliersTab
    };

    explicit LayerViewPage(QWidget* parent = nullptr);

    HistogramPlot& histogram() { return *m_histogram; }
    ExponentPlot& exponent() { return *m_exponent; }
    CodebookView& codebook() { return *m_codebook; }
    FormatsView& formatsView() { return *m_formats; }
    /// Block sizes and scale types.
    FormatsPlot& formats();
    ChannelsPlot& channels() { return *m_channels; }
    OutliersView& outliers() { return *m_outliers; }
    LimitsStrip& limits() { return *m_limits; }
    MetricsStrip& metrics() { return *m_metrics; }

    Tab currentTab() const;
    void setCurrentTab(Tab tab);

Q_SIGNALS:
    void tabChanged();

private:
    QTabWidget* m_tabs = nullptr;
    HistogramPlot* m_histogram = nullptr;
    ExponentPlot* m_exponent = nullptr;
    CodebookView* m_codebook = nullptr;
    FormatsView* m_formats = nullptr;
    ChannelsPlot* m_channels = nullptr;
    OutliersView* m_outliers = nullptr;
    LimitsStrip* m_limits = nullptr;
    MetricsStrip* m_metrics = nullptr;
};

} // namespace bw
