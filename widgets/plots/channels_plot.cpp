#include "widgets/plots/channels_plot.h"

namespace bw {

struct ChannelsPlot::Private
{
    ChannelsPicture picture;
    int selected = -1;
};

ChannelsPlot::ChannelsPlot(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>()) {}
ChannelsPlot::~ChannelsPlot() = default;

void ChannelsPlot::setPicture(const ChannelsPicture& picture) { d->picture = picture; }
const ChannelsPicture& ChannelsPlot::picture() const { return d->picture; }
void ChannelsPlot::setSelectedChannel(int channel) { d->selected = channel; }
int ChannelsPlot::selectedChannel() const { return d->selected; }
QSize ChannelsPlot::sizeHint() const { return { 700, 480 }; }
QSize ChannelsPlot::minimumSizeHint() const { return { 320, 200 }; }
void ChannelsPlot::changeEvent(QEvent* event) { QWidget::changeEvent(event); }

} // namespace bw
