#pragma once

#include "core/distributions/limits.h"
#include "core/formats/quant_format.h"

#include <QString>
#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

namespace bw {

/// One format in the survey.
struct SurveyPoint
{
    QuantFormat format;
    QString spelling;
    QString name; ///< "Scale per block of 64 · …"
    int family = 0; ///< index in SurveyPicture::families
    double bits = 0; ///< per weight, scales and tables counted
    double r = 0;
    double rTimes2b = 0;
    std::optional<double> fromLimit; ///< dB above Shannon's limit
    bool isExact = true;
    bool isCurrent = false; ///< in use now
    bool isOnFront = false; ///< no format here has less error and fewer bits
    bool isFamilyBest = false; ///< none of its family has
    friend bool operator==(const SurveyPoint&, const SurveyPoint&) = default;
};

struct SurveyFamily
{
    QString title;
    int mark = 0; ///< as in family_marks.h: the same in every picture
    friend bool operator==(const SurveyFamily&, const SurveyFamily&) = default;
};

struct SurveyPicture
{
    QString title;
    QString note;
    std::vector<SurveyFamily> families;
    std::vector<SurveyPoint> points; ///< empty: emptyText says why
    std::vector<RateLimits> limits; ///< ascending rates; empty: not known (yet)
    double leastBits = 2; ///< what is shown at first
    double mostBits = 8;
    std::optional<double> progress; ///< 0 … 1 while more points follow
    bool canChoose = true;
    QString emptyText;
    friend bool operator==(const SurveyPicture&, const SurveyPicture&) = default;
};

/// Error against total bits per weight of many formats of all families, with what theory says about them. A mark and a
/// colour per family; the list beside it names them and puts one in front. Hover or the arrow keys read a point, click
/// or Enter uses its format.
class SurveyPlot : public QWidget
{
    Q_OBJECT

public:
    explicit SurveyPlot(QWidget* parent = nullptr);
    ~SurveyPlot() override;

    /// Never emits.
    void setPicture(const SurveyPicture& picture);
    const SurveyPicture& picture() const;
    /// R·2^b instead of R: what is left when every bit halves the error. Never emits.
    void setProductShown(bool isShown);
    bool isProductShown() const;
    /// Shows the read-out of this point; -1: none.
    void setSelectedPoint(int point);
    int selectedPoint() const;
    /// The family in front of the others; -1: none.
    void setHighlightedFamily(int family);
    int highlightedFamily() const;
    /// Where a point is drawn, in this widget's coordinates.
    QPointF positionOf(int point) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void formatChosen(const bw::QuantFormat& format);
    void productShownEdited(bool isShown);

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
