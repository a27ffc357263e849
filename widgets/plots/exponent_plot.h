#pragma once

#include "core/exponent/exponent_search.h"
#include "widgets/edit_phase.h"

#include <QString>
#include <QWidget>

#include <memory>

namespace bw {

/// The exponent view of one layer.
struct ExponentPicture
{
    QString title;
    ExponentCurve curve; ///< points empty: nothing to show, emptyText says why
    double current = 1; ///< the recipe's exponent (the optimum, if it is searched)
    bool isFixed = false; ///< false: the recipe searches the exponent; dragging fixes it
    bool isExact = true;
    bool canEdit = true;
    QString emptyText;
    friend bool operator==(const ExponentPicture&, const ExponentPicture&) = default;
};

/// Error against the exponent: optimum as a ghost line with its gain, flat interval shaded, draggable marker.
/// Double-click on the ghost snaps to it; keys and right-click as in HistogramPlot.
class ExponentPlot : public QWidget
{
    Q_OBJECT

public:
    explicit ExponentPlot(QWidget* parent = nullptr);
    ~ExponentPlot() override;

    void setPicture(const ExponentPicture& picture);
    const ExponentPicture& picture() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void exponentEdited(double exponent, bw::EditPhase phase);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
