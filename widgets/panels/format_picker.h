#pragma once

#include "core/stats/histogram.h"
#include "widgets/models/format_table_model.h"

#include <QFrame>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace bw {

/// What the picker lists.
enum class PickerQuestion
{
    Families, ///< every family, as like the present format as it can be
    BestForLayer, ///< the least error within a number of bits, on the shown layer
    BestForModel ///< the same on all layers together
};

struct PickerPicture
{
    QString title; ///< "Formats for features.conv1.weight"
    std::shared_ptr<const Histogram> histogram; ///< the layer's; may be null
    std::vector<FormatRow> rows; ///< in the order they are to be listed
    QString note; ///< what the list is of
    QString warning; ///< what is not in it, and why; may be empty
    std::optional<double> progress; ///< 0…1 while formats are measured
    QString emptyText; ///< why there are no rows
};

/// Number formats compared on a layer, over the window: search, sort, click or Enter to use one. Closes on Esc or a
/// click elsewhere.
class FormatPicker : public QFrame
{
    Q_OBJECT

public:
    explicit FormatPicker(QWidget* parent);
    ~FormatPicker() override;

    /// Over the middle of its parent, listing families.
    void open();
    /// Never emits. The current row stays with its format.
    void setPicture(const PickerPicture& picture);
    const PickerPicture& picture() const;
    PickerQuestion question() const;
    double maxBits() const;
    /// Never emits.
    void setMaxBits(double bits);
    /// As if the button was clicked.
    void ask(PickerQuestion question);

Q_SIGNALS:
    /// Also when the bits change while the best are listed.
    void asked(bw::PickerQuestion question, double maxBits);
    void formatChosen(const bw::QuantFormat& format, bw::PickerQuestion question);
    void stopRequested();
    void closed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    bool focusNextPrevChild(bool next) override;
    void changeEvent(QEvent* event) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
