#include "app/views/formats_view.h"

#include "widgets/plots/formats_plot.h"
#include "widgets/plots/survey_plot.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace bw {

namespace {
void addChoice(QButtonGroup* group, QWidget* row, int id, const char* name, const QString& text, const QString& help)
{
    auto* button = new QToolButton(row);
    button->setObjectName(QLatin1String(name));
    button->setText(text);
    button->setToolTip(help);
    button->setCheckable(true);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    group->addButton(button, id);
    row->layout()->addWidget(button);
}

QWidget* newRow(QWidget* parent)
{
    auto* row = new QWidget(parent);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    return row;
}
} // namespace

FormatsView::FormatsView(QWidget* parent)
    : QWidget(parent)
    , m_curves(new FormatsPlot)
    , m_survey(new SurveyPlot)
    , m_pictures(new QButtonGroup(this))
    , m_extents(new QButtonGroup(this))
    , m_pages(new QStackedWidget)
{
    auto* top = new QHBoxLayout;
    top->setContentsMargins(12, 6, 8, 0);
    top->setSpacing(16);
    auto* pictures = newRow(this);
    addChoice(m_pictures, pictures, BlockSizes, "showBlockSizes", tr("Block sizes"),
        tr("The format in use under all block sizes and scale types"));
    addChoice(m_pictures, pictures, Families, "showFamilies", tr("All families"),
        tr("Formats of every family, and the limits of theory"));
    m_extentRow = newRow(this);
    addChoice(m_extents, m_extentRow, Layer, "surveyLayer", tr("This layer"), tr("Measured on the shown layer"));
    addChoice(m_extents, m_extentRow, Model, "surveyModel", tr("Whole model"),
        tr("Measured on all layers that can be quantized, together"));
    top->addWidget(pictures);
    top->addWidget(m_extentRow);
    top->addStretch(1);
    m_pages->addWidget(m_curves);
    m_pages->addWidget(m_survey);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(m_pages, 1);
    m_pictures->button(BlockSizes)->setChecked(true);
    m_extents->button(Layer)->setChecked(true);
    showChoice();
    for (const QButtonGroup* group : { m_pictures, m_extents }) {
        connect(group, &QButtonGroup::idClicked, this, [this] {
            showChoice();
            Q_EMIT questionChanged();
        });
    }
}

FormatsView::Picture FormatsView::shownPicture() const
{
    return static_cast<Picture>(m_pictures->checkedId());
}

void FormatsView::setShownPicture(Picture picture)
{
    m_pictures->button(picture)->setChecked(true);
    showChoice();
    Q_EMIT questionChanged();
}

FormatsView::Extent FormatsView::extent() const
{
    return static_cast<Extent>(m_extents->checkedId());
}

void FormatsView::setExtent(Extent extent)
{
    m_extents->button(extent)->setChecked(true);
    showChoice();
    Q_EMIT questionChanged();
}

void FormatsView::showChoice()
{
    m_pages->setCurrentIndex(shownPicture());
    m_extentRow->setVisible(shownPicture() == Families);
}

} // namespace bw
