#pragma once

#include <QWidget>

class QButtonGroup;
class QStackedWidget;

namespace bw {

class FormatsPlot;
class SurveyPlot;

/// Two pictures of error against size, and what chooses between them: block sizes and scale types of the format in use,
/// and all families of formats on the layer or the model. Arrangement only.
class FormatsView : public QWidget
{
    Q_OBJECT
public:
    enum Picture
    {
        BlockSizes,
        Families
    };
    enum Extent
    {
        Layer,
        Model
    };

    explicit FormatsView(QWidget* parent = nullptr);

    FormatsPlot& curves() { return *m_curves; }
    SurveyPlot& survey() { return *m_survey; }

    Picture shownPicture() const;
    void setShownPicture(Picture picture);
    /// What the survey is of.
    Extent extent() const;
    void setExtent(Extent extent);

Q_SIGNALS:
    /// Another picture, or of something else.
    void questionChanged();

private:
    void showChoice();

    FormatsPlot* m_curves = nullptr;
    SurveyPlot* m_survey = nullptr;
    QButtonGroup* m_pictures = nullptr;
    QButtonGroup* m_extents = nullptr;
    QWidget* m_extentRow = nullptr;
    QStackedWidget* m_pages = nullptr;
};

} // namespace bw
