#pragma once

#include "core/distributions/limits.h"
#include "widgets/plots/point_plot.h"

#include <QString>

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
/// colour per family; the list beside it names them and puts one in front.
class SurveyPlot : public PointPlot
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
    /// The family in front of the others; -1: none.
    void setHighlightedFamily(int family);
    int highlightedFamily() const;

    QSize sizeHint() const override;

Q_SIGNALS:
    void productShownEdited(bool isShown);

protected:
    int pointCount() const override;
    PointFacts factsOf(int point) const override;
    bool canChoose() const override;
    QPointF pixelOf(int point) const override;
    QStringList readout(int point) const override;
    double reluctance(int point) const override;
    /// Along the best of the family in front; without one, along those worth having.
    std::vector<int> stepOrder() const override;
    void paintSelection(QPainter& painter, int point) const override;
    void fitHeight() override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
