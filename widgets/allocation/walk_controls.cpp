#include "widgets/allocation/walk_controls.h"

#include "widgets/editors/param_controls.h"
#include "widgets/icons.h"
#include "widgets/tone_label.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QSlider>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace bw {

namespace {

constexpr int speeds[] = { 1, 4, 12, 40 };
constexpr int usualSpeed = 1;
/// More frames a second are not seen; faster walks take several steps a frame.
constexpr int framesPerSecond = 30;

} // namespace

WalkControls::WalkControls(QWidget* parent)
    : QWidget(parent)
    , m_play(new QToolButton(this))
    , m_back(new QToolButton(this))
    , m_forward(new QToolButton(this))
    , m_end(new QToolButton(this))
    , m_position(new QSlider(Qt::Horizontal, this))
    , m_speed(new QComboBox(this))
    , m_text(new ToneLabel(Tone::Muted, this))
{
    const auto button = [](QToolButton* each, IconName icon, const QString& help, const char* name) {
        each->setIcon(themedIcon(icon));
        each->setToolTip(help);
        each->setAccessibleName(help);
        each->setFocusPolicy(Qt::StrongFocus);
        each->setAutoRaise(true);
        each->setObjectName(QLatin1String(name));
    };
    button(m_play, IconName::Play, tr("Show how the allocation is found, step by step"), "walkPlay");
    button(m_back, IconName::StepBack, tr("One step back"), "walkBack");
    button(m_forward, IconName::Step, tr("One step"), "walkStep");
    button(m_end, IconName::Close, tr("Back to the allocation"), "walkEnd");
    m_position->setAccessibleName(tr("Step of the walk"));
    m_position->setMinimumWidth(80);
    m_speed->setAccessibleName(tr("Speed of the walk"));
    guardWheel(m_speed);
    for (const int speed : speeds) {
        m_speed->addItem(tr("%1 steps/s").arg(speed), speed);
    }
    m_speed->setCurrentIndex(usualSpeed);
    m_text->setWordWrap(true);
    m_text->setScale(0.92);
    m_text->hide();
    m_play->setText(tr("Watch how it is found"));
    m_play->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_play->setAutoRaise(false);
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    for (QWidget* each : std::initializer_list<QWidget*> { m_play, m_back, m_forward }) {
        row->addWidget(each);
    }
    row->addWidget(m_position, 1);
    row->addWidget(m_speed);
    row->addWidget(m_end);
    row->addStretch(0);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 2, 8, 4);
    layout->setSpacing(2);
    layout->addLayout(row);
    layout->addWidget(m_text);
    connect(m_play, &QToolButton::clicked, this, &WalkControls::togglePlay);
    connect(m_back, &QToolButton::clicked, this, [this] { stepBy(-1); });
    connect(m_forward, &QToolButton::clicked, this, [this] { stepBy(1); });
    connect(m_end, &QToolButton::clicked, this, &WalkControls::end);
    connect(m_position, &QSlider::valueChanged, this, [this](int step) { show(step); });
    connect(m_speed, &QComboBox::currentIndexChanged, this, [this] {
        if (isPlaying()) {
            m_timer.setInterval(1000 / std::min(framesPerSecond, m_speed->currentData().toInt()));
        }
    });
    connect(&m_timer, &QTimer::timeout, this, [this] {
        const int speed = m_speed->currentData().toInt();
        show(m_step + std::max(1, speed / framesPerSecond));
        if (m_step >= m_count) {
            m_timer.stop();
            update();
        }
    });
    update();
}

bool WalkControls::mayAnimate() const
{
    return style()->styleHint(QStyle::SH_Widget_Animation_Duration, nullptr, this) > 0;
}

void WalkControls::setStepCount(int count)
{
    if (count == m_count) {
        return;
    }
    m_count = count;
    end();
    update();
}

void WalkControls::setText(const QString& text)
{
    m_text->setText(text);
    m_text->setVisible(!text.isEmpty());
}

void WalkControls::togglePlay()
{
    if (isPlaying()) {
        m_timer.stop();
        update();
        return;
    }
    if (m_count == 0 || !mayAnimate()) {
        return;
    }
    if (m_step < 0 || m_step >= m_count) {
        show(0);
    }
    m_timer.start(1000 / std::min(framesPerSecond, m_speed->currentData().toInt()));
    update();
}

void WalkControls::stepBy(int steps)
{
    m_timer.stop();
    show(m_step < 0 ? (steps > 0 ? 0 : m_count) : m_step + steps);
}

void WalkControls::show(int step)
{
    const int next = std::clamp(step, 0, m_count);
    if (next == m_step || m_count == 0) {
        return;
    }
    m_step = next;
    update();
    Q_EMIT stepShown(m_step);
}

void WalkControls::end()
{
    m_timer.stop();
    if (m_step >= 0) {
        m_step = -1;
        setText({});
        update();
        Q_EMIT ended();
    }
}

void WalkControls::update()
{
    const QSignalBlocker quiet(m_position);
    m_position->setRange(0, m_count);
    m_position->setValue(std::max(0, m_step));
    m_position->setEnabled(m_count > 0);
    m_play->setIcon(themedIcon(isPlaying() ? IconName::Pause : IconName::Play));
    m_play->setVisible(mayAnimate());
    // Before it is asked for, one button says what there is to see.
    const bool isOpen = isShown() || !mayAnimate();
    m_play->setToolButtonStyle(isOpen ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon);
    m_play->setAutoRaise(isOpen);
    for (QWidget* each : std::initializer_list<QWidget*> { m_back, m_forward, m_position }) {
        each->setVisible(isOpen);
    }
    m_speed->setVisible(mayAnimate() && isOpen);
    m_play->setEnabled(m_count > 0);
    m_back->setEnabled(m_step > 0);
    m_forward->setEnabled(m_count > 0 && m_step < m_count);
    m_end->setVisible(m_step >= 0);
}

void WalkControls::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange) {
        update();
    }
}

void WalkControls::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    end();
}

} // namespace bw
