#include "widgets/panels/problem_bar.h"

#include "widgets/icons.h"
#include "widgets/plots/plot_theme.h"
#include "widgets/tone_label.h"

#include <QAccessible>
#include <QClipboard>
#include <QFrame>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace bw {

namespace {

constexpr std::size_t shownBanners = 3;
constexpr int lineHeight = 28;

Tone toneOf(Severity severity)
{
    return severity == Severity::Error ? Tone::Error : severity == Severity::Warning ? Tone::Warning : Tone::Good;
}

IconName iconOf(Severity severity)
{
    return severity == Severity::Error  ? IconName::Error
        : severity == Severity::Warning ? IconName::Warning
                                        : IconName::Info;
}

class BannerFrame : public QFrame
{
public:
    BannerFrame(int number, const Banner& banner, QWidget* parent)
        : QFrame(parent)
        , m_number(number)
        , m_banner(banner)
    {
        setObjectName(QStringLiteral("banner"));
        auto* row = new QHBoxLayout(this);
        row->setContentsMargins(16, 8, 8, 8);
        row->setSpacing(12);
        m_icon = new QLabel(this);
        // As high as the buttons, so that the first line is level with them.
        m_icon->setFixedSize(16, lineHeight);
        auto* texts = new QVBoxLayout;
        texts->setSpacing(4);
        auto* text = new ToneLabel(banner.text, Tone::Normal, this);
        text->setWordWrap(true);
        text->setMinimumHeight(lineHeight);
        text->setAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        text->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_details = new ToneLabel(banner.details, Tone::Muted, this);
        m_details->setWordWrap(true);
        m_details->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_details->hide();
        texts->addWidget(text);
        texts->addWidget(m_details);
        row->addWidget(m_icon, 0, Qt::AlignTop);
        texts->addStretch(1);
        row->addLayout(texts, 1);
        if (!banner.action.isEmpty()) {
            action = new QPushButton(banner.action, this);
            action->setAutoDefault(false);
            action->setFixedHeight(lineHeight);
            row->addWidget(action, 0, Qt::AlignTop);
        }
        if (!banner.details.isEmpty()) {
            addButton(row, IconName::ChevronDown, ProblemBar::tr("Details"),
                [this] { m_details->setVisible(!m_details->isVisible()); });
        }
        addButton(row, IconName::Copy, ProblemBar::tr("Copy"), [this] {
            QGuiApplication::clipboard()->setText(
                m_banner.details.isEmpty() ? m_banner.text : m_banner.text + QLatin1Char('\n') + m_banner.details);
        });
        dismiss = addButton(row, IconName::Close, ProblemBar::tr("Dismiss"), {});
        dismiss->setObjectName(QStringLiteral("dismiss"));
        setAccessibleName(banner.text);
        applyTheme();
    }

    int number() const { return m_number; }
    const Banner& banner() const { return m_banner; }

    QPushButton* action = nullptr;
    QToolButton* dismiss = nullptr;

protected:
    void changeEvent(QEvent* event) override
    {
        QFrame::changeEvent(event);
        if (event->type() == QEvent::PaletteChange) {
            applyTheme();
        }
    }
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        const QColor color
            = toneColor(toneOf(m_banner.severity), palette().color(QPalette::Text), palette().color(QPalette::Window));
        QColor veil = color;
        veil.setAlpha(26);
        painter.fillRect(rect(), palette().color(QPalette::Base));
        painter.fillRect(rect(), veil);
        painter.fillRect(QRect(0, 0, 4, height()), color);
        painter.fillRect(QRect(0, height() - 1, width(), 1), palette().color(QPalette::Mid));
    }

private:
    QToolButton* addButton(QHBoxLayout* row, IconName icon, const QString& text, const std::function<void()>& act)
    {
        auto* button = new QToolButton(this);
        button->setIcon(themedIcon(icon));
        button->setAutoRaise(true);
        button->setToolTip(text);
        button->setAccessibleName(text);
        button->setFixedHeight(lineHeight);
        row->addWidget(button, 0, Qt::AlignTop);
        if (act) {
            QObject::connect(button, &QToolButton::clicked, this, act);
        }
        return button;
    }
    void applyTheme()
    {
        const QColor color
            = toneColor(toneOf(m_banner.severity), palette().color(QPalette::Text), palette().color(QPalette::Window));
        m_icon->setPixmap(iconPixmap(iconOf(m_banner.severity), color, 16, devicePixelRatioF()));
    }

    int m_number;
    Banner m_banner;
    QLabel* m_icon = nullptr;
    ToneLabel* m_details = nullptr;
};

} // namespace

struct ProblemBar::Private
{
    ProblemBar* q;
    QVBoxLayout* layout = nullptr;
    std::vector<BannerFrame*> banners; ///< newest first
    int lastNumber = 0;

    void showThree() const
    {
        for (std::size_t i = 0; i < banners.size(); ++i) {
            banners[i]->setVisible(i < shownBanners);
        }
        q->setVisible(!banners.empty());
    }
};

ProblemBar::ProblemBar(QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>())
{
    d->q = this;
    d->layout = new QVBoxLayout(this);
    d->layout->setContentsMargins(0, 0, 0, 0);
    d->layout->setSpacing(0);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    hide();
}

ProblemBar::~ProblemBar() = default;

int ProblemBar::showBanner(const Banner& banner)
{
    const auto same = std::find_if(d->banners.begin(), d->banners.end(), [&](const BannerFrame* frame) {
        return frame->banner().text == banner.text && frame->banner().details == banner.details
            && frame->banner().action == banner.action;
    });
    if (same != d->banners.end()) {
        return (*same)->number();
    }
    const int number = ++d->lastNumber;
    auto* frame = new BannerFrame(number, banner, this);
    d->banners.insert(d->banners.begin(), frame);
    d->layout->insertWidget(0, frame);
    connect(frame->dismiss, &QToolButton::clicked, this, [this, number] {
        dismiss(number);
        Q_EMIT dismissed(number);
    });
    if (frame->action != nullptr) {
        connect(frame->action, &QPushButton::clicked, this, [this, number] { Q_EMIT actionTriggered(number); });
    }
    d->showThree();
    QAccessibleEvent alert(frame, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
    return number;
}

void ProblemBar::dismiss(int number)
{
    const auto found = std::find_if(
        d->banners.begin(), d->banners.end(), [number](const BannerFrame* frame) { return frame->number() == number; });
    if (found == d->banners.end()) {
        return;
    }
    BannerFrame* frame = *found;
    d->banners.erase(found);
    frame->hide();
    // Its own button may be the caller.
    frame->deleteLater();
    d->showThree();
}

void ProblemBar::clear()
{
    while (!d->banners.empty()) {
        dismiss(d->banners.front()->number());
    }
}

int ProblemBar::count() const
{
    return static_cast<int>(d->banners.size());
}

} // namespace bw
