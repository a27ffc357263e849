#pragma once

#include "core/stats/layer_stats.h"

#include <QString>
#include <QWidget>

#include <memory>
#include <vector>

namespace bw {

struct ChannelsPicture
{
    QString title;
    std::vector<ChannelRange> channels; ///< one per output channel; empty: emptyText says why
    QString emptyText;
    friend bool operator==(const ChannelsPicture&, const ChannelsPicture&) = default;
};

/// Range (min … max) and RMS of every output channel. Wheel zooms, drag pans, click or Enter activates a channel, arrow
/// keys go along.
class ChannelsPlot : public QWidget
{
    Q_OBJECT

public:
    explicit ChannelsPlot(QWidget* parent = nullptr);
    ~ChannelsPlot() override;

    void setPicture(const ChannelsPicture& picture);
    const ChannelsPicture& picture() const;
    /// -1: none. Never emits.
    void setSelectedChannel(int channel);
    int selectedChannel() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void channelActivated(int channel);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
