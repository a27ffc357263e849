#include "widgets/panels/job_row_widget.h"

#include "widgets/elided_label.h"
#include "widgets/icons.h"
#include "widgets/plots/plot_theme.h"
#include "widgets/text.h"
#include "widgets/tone_label.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPainter>
#include <QProgressBar>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace bw {

namespace {

constexpr int barSteps = 1000;
constexpr int headingHeight = 24;

QToolButton* makeButton(QWidget* parent, IconName icon, const QString& text)
{
    auto* button = new QToolButton(parent);
    button->setIcon(themedIcon(icon));
    button->setText(text);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setAutoRaise(true);
    button->setAccessibleName(text);
    return button;
}

} // namespace

JobRowWidget::JobRowWidget(QWidget* parent)
    : QWidget(parent)
    , m_icon(new QLabel(this))
    , m_title(new ElidedLabel(this))
    , m_phase(new ElidedLabel(this, Qt::ElideRight))
    , m_bar(new QProgressBar(this))
    , m_status(new ToneLabel(Tone::Muted, this))
    , m_message(new ToneLabel(Tone::Muted, this))
    , m_cancel(makeButton(this, IconName::Close, tr("Cancel")))
    , m_retry(makeButton(this, IconName::Retry, tr("Retry")))
    , m_copy(makeButton(this, IconName::Copy, tr("Copy details")))
    , m_command(makeButton(this, IconName::Copy, tr("Copy as command")))
    , m_dismiss(makeButton(this, IconName::Check, tr("Dismiss")))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 8, 12, 8);
    row->setSpacing(8);
    m_icon->setFixedSize(16, headingHeight);
    QFont bold = font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_phase->setMuted(true);
    m_bar->setRange(0, barSteps);
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(8);
    m_status->setFont(tabularFont(m_status->font()));
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* heading = new QHBoxLayout;
    heading->setSpacing(8);
    m_title->setFixedHeight(headingHeight);
    heading->addWidget(m_title);
    heading->addWidget(m_phase, 1);
    heading->addWidget(m_status);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(0);
    for (QToolButton* button : { m_command, m_copy, m_retry, m_cancel, m_dismiss }) {
        button->setFixedHeight(headingHeight);
        buttons->addWidget(button);
    }
    heading->addSpacing(8);
    heading->addLayout(buttons);
    auto* column = new QVBoxLayout;
    column->setSpacing(4);
    column->addLayout(heading);
    column->addWidget(m_bar);
    column->addWidget(m_message);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addLayout(column, 1);
    connect(m_cancel, &QToolButton::clicked, this, &JobRowWidget::cancelRequested);
    connect(m_retry, &QToolButton::clicked, this, &JobRowWidget::retryRequested);
    connect(m_dismiss, &QToolButton::clicked, this, &JobRowWidget::dismissRequested);
    connect(m_copy, &QToolButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(
            m_job.details.isEmpty() ? m_job.message : m_job.message + QLatin1Char('\n') + m_job.details);
    });
    connect(m_command, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_job.command); });
}

QString JobRowWidget::statusText() const
{
    switch (m_job.state) {
    case JobState::Waiting:
        return tr("waiting");
    case JobState::Running: {
        QStringList parts;
        if (m_job.fraction) {
            parts << tr("%1 %").arg(static_cast<int>(std::floor(std::clamp(*m_job.fraction, 0.0, 1.0) * 100)));
        }
        if (m_job.rate) {
            parts << tr("%1 %2/s").arg(numberText(*m_job.rate), m_job.unit);
        }
        if (m_job.secondsLeft) {
            parts << tr("%1 left").arg(durationText(*m_job.secondsLeft));
        }
        return parts.join(QStringLiteral(" · "));
    }
    case JobState::Done:
        return tr("done in %1").arg(durationText(m_job.secondsRun));
    case JobState::Failed:
        return tr("failed after %1").arg(durationText(m_job.secondsRun));
    case JobState::Cancelled:
        return tr("cancelled after %1").arg(durationText(m_job.secondsRun));
    }
    return {};
}

void JobRowWidget::setJob(const JobRow& job)
{
    m_job = job;
    const bool isLive = job.state == JobState::Running || job.state == JobState::Waiting;
    m_title->setText(job.title);
    m_phase->setText(isLive ? job.phase : QString());
    m_status->setText(statusText());
    m_status->setTone(job.state == JobState::Failed ? Tone::Error : Tone::Muted);
    m_bar->setVisible(isLive);
    m_bar->setRange(0, job.fraction || job.state == JobState::Waiting ? barSteps : 0);
    m_bar->setValue(static_cast<int>(std::lround(std::clamp(job.fraction.value_or(0), 0.0, 1.0) * barSteps)));
    m_bar->setAccessibleName(tr("Progress of %1").arg(job.title));
    m_message->setTone(job.state == JobState::Failed ? Tone::Normal : Tone::Muted);
    m_message->setText(job.message);
    m_message->setVisible(!job.message.isEmpty());
    m_message->setToolTip(
        job.details.isEmpty() ? QString() : QStringLiteral("<qt>%1</qt>").arg(job.details.toHtmlEscaped()));
    m_cancel->setVisible(isLive);
    m_cancel->setAccessibleName(tr("Cancel %1").arg(job.title));
    m_retry->setVisible(!isLive && job.canRetry);
    m_copy->setVisible(job.state == JobState::Failed);
    m_command->setVisible(!job.command.isEmpty() && !isLive);
    m_dismiss->setVisible(!isLive);
    showIcon();
}

void JobRowWidget::showIcon()
{
    IconName name = IconName::Jobs;
    Tone tone = Tone::Muted;
    if (m_job.state == JobState::Done) {
        name = IconName::Check;
        tone = Tone::Good;
    } else if (m_job.state == JobState::Failed) {
        name = IconName::Error;
        tone = Tone::Error;
    } else if (m_job.state == JobState::Cancelled) {
        name = IconName::Minus;
    }
    const QColor color = toneColor(tone, palette().color(QPalette::WindowText), palette().color(QPalette::Window));
    m_icon->setPixmap(iconPixmap(name, color, 16, devicePixelRatioF()));
}

void JobRowWidget::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QColor line = palette().color(QPalette::Mid);
    painter.setOpacity(0.5);
    painter.fillRect(QRect(12, height() - 1, width() - 24, 1), line);
}

void JobRowWidget::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        showIcon();
    }
}

} // namespace bw
