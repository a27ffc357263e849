#include "widgets/panels/start_page.h"

#include "widgets/panels/start_cards.h"
#include "widgets/plots/plot_theme.h"
#include "widgets/tone_label.h"

#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QMimeData>
#include <QScrollArea>
#include <QUrl>
#include <QVBoxLayout>

namespace bw {

namespace {

QStringList localPaths(const QMimeData* data)
{
    QStringList paths;
    const auto urls = data->urls();
    for (const QUrl& url : urls) {
        if (url.isLocalFile()) {
            paths << url.toLocalFile();
        }
    }
    return paths;
}

} // namespace

struct StartPage::Private
{
    StartPage* q;
    DropZone* drop = nullptr;
    ToneLabel* samplesTitle = nullptr;
    QHBoxLayout* samples = nullptr;
    ToneLabel* recentTitle = nullptr;
    QVBoxLayout* recent = nullptr;
    QWidget* column = nullptr;

    ToneLabel* addTitle(QVBoxLayout* layout, const QString& text) const;
    static void clear(QLayout* layout);
};

StartPage::StartPage(QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>())
{
    d->q = this;
    setAcceptDrops(true);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    outer->addWidget(scroll);
    auto* page = new QWidget(scroll);
    auto* centre = new QHBoxLayout(page);
    centre->setContentsMargins(24, 24, 24, 24);
    d->column = new QWidget(page);
    d->column->setMaximumWidth(880);
    centre->addStretch(1);
    centre->addWidget(d->column, 100);
    centre->addStretch(1);
    auto* layout = new QVBoxLayout(d->column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addStretch(1);
    auto* title = new ToneLabel(tr("See what quantization does to a network"), Tone::Normal, d->column);
    title->setScale(1.6);
    title->setWordWrap(true);
    auto* subtitle
        = new ToneLabel(tr("Open a model, look at its weights, choose number formats, measure what is lost, export."),
            Tone::Muted, d->column);
    subtitle->setWordWrap(true);
    layout->addWidget(title);
    layout->addWidget(subtitle);
    layout->addSpacing(16);
    d->drop = new DropZone(d->column);
    layout->addWidget(d->drop);
    d->samplesTitle = d->addTitle(layout, tr("Samples"));
    d->samples = new QHBoxLayout;
    d->samples->setSpacing(12);
    layout->addLayout(d->samples);
    d->recentTitle = d->addTitle(layout, tr("Recent"));
    d->recent = new QVBoxLayout;
    d->recent->setSpacing(0);
    layout->addLayout(d->recent);
    layout->addStretch(2);
    scroll->setWidget(page);
    connect(d->drop, &DropZone::openRequested, this, &StartPage::openRequested);
    setSamples({});
    setRecentFiles({});
}

StartPage::~StartPage() = default;

ToneLabel* StartPage::Private::addTitle(QVBoxLayout* layout, const QString& text) const
{
    layout->addSpacing(16);
    auto* label = new ToneLabel(text, Tone::Muted, column);
    QFont bold = label->font();
    bold.setBold(true);
    label->setFont(bold);
    layout->addWidget(label);
    return label;
}

void StartPage::Private::clear(QLayout* layout)
{
    while (QLayoutItem* item = layout->takeAt(0)) {
        if (item->widget() != nullptr) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
}

void StartPage::setSamples(const std::vector<SampleCard>& samples)
{
    Private::clear(d->samples);
    for (const SampleCard& card : samples) {
        auto* button = new SampleCardButton(card, d->column);
        d->samples->addWidget(button);
        connect(button, &QAbstractButton::clicked, this, [this, id = card.id] { Q_EMIT sampleActivated(id); });
    }
    d->samples->addStretch(1);
    d->samplesTitle->setVisible(!samples.empty());
}

void StartPage::setRecentFiles(const std::vector<RecentFile>& files)
{
    Private::clear(d->recent);
    for (const RecentFile& file : files) {
        auto* row = new RecentFileRow(file, d->column);
        d->recent->addWidget(row);
        connect(row, &RecentFileRow::removeRequested, this, [this, path = file.path] { Q_EMIT recentRemoved(path); });
        connect(row, &QAbstractButton::clicked, this, [this, file] {
            if (!file.isMissing) {
                Q_EMIT recentActivated(file.path);
            }
        });
    }
    d->recentTitle->setVisible(!files.empty());
}

void StartPage::dragEnterEvent(QDragEnterEvent* event)
{
    if (!localPaths(event->mimeData()).isEmpty()) {
        event->acceptProposedAction();
        d->drop->setActive(true);
    }
}

void StartPage::dragLeaveEvent(QDragLeaveEvent* event)
{
    d->drop->setActive(false);
    QWidget::dragLeaveEvent(event);
}

void StartPage::dropEvent(QDropEvent* event)
{
    d->drop->setActive(false);
    const QStringList paths = localPaths(event->mimeData());
    if (!paths.isEmpty()) {
        event->acceptProposedAction();
        Q_EMIT filesDropped(paths);
    }
}

} // namespace bw
