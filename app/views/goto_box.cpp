#include "app/views/goto_box.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace bw {

namespace {

constexpr std::size_t mostShown = 50;
constexpr int boxWidth = 520;
constexpr int boxHeight = 320;

/// Smaller is better; negative: no match. All words must occur; a start of the title counts most.
int rank(const GotoTarget& target, const QStringList& words)
{
    int total = 0;
    for (const QString& word : words) {
        const qsizetype at = target.title.indexOf(word, 0, Qt::CaseInsensitive);
        if (at < 0 && !target.detail.contains(word, Qt::CaseInsensitive)) {
            return -1;
        }
        total += at < 0 ? 1000 : static_cast<int>(at);
    }
    return total * 100 + static_cast<int>(std::min<qsizetype>(99, target.title.size()));
}

} // namespace

GotoBox::GotoBox(QWidget* parent)
    : QFrame(parent)
    , m_field(new QLineEdit)
    , m_list(new QListWidget)
{
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    m_field->setPlaceholderText(tr("Go to a layer or a command"));
    m_field->setClearButtonEnabled(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setSpacing(2);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setTextElideMode(Qt::ElideMiddle);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->addWidget(m_field);
    layout->addWidget(m_list);
    m_field->installEventFilter(this);
    connect(m_field, &QLineEdit::textChanged, this, &GotoBox::filter);
    connect(m_list, &QListWidget::itemClicked, this, &GotoBox::choose);
    hide();
}

void GotoBox::open(std::vector<GotoTarget> targets)
{
    m_targets = std::move(targets);
    const QSize area = parentWidget()->size();
    const int width = std::min(boxWidth, area.width() - 32);
    setGeometry((area.width() - width) / 2, area.height() / 8, width, std::min(boxHeight, area.height() * 3 / 4));
    m_field->clear();
    filter({});
    show();
    raise();
    m_field->setFocus();
}

void GotoBox::filter(const QString& text)
{
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    std::vector<std::pair<int, std::size_t>> found;
    for (std::size_t index = 0; index < m_targets.size(); ++index) {
        if (const int order = rank(m_targets[index], words); order >= 0) {
            found.emplace_back(words.isEmpty() ? 0 : order, index);
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    found.resize(std::min(found.size(), mostShown));
    m_list->clear();
    m_shown.clear();
    for (const auto& [order, index] : found) {
        const GotoTarget& target = m_targets[index];
        m_list->addItem(
            target.detail.isEmpty() ? target.title : QString(target.title % QStringLiteral("   —   ") % target.detail));
        m_shown.push_back(index);
    }
    m_list->setCurrentRow(0);
}

void GotoBox::choose()
{
    const int row = m_list->currentRow();
    hide();
    if (row >= 0 && static_cast<std::size_t>(row) < m_shown.size()) {
        m_targets[m_shown[static_cast<std::size_t>(row)]].go();
    }
}

bool GotoBox::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::FocusOut) {
        hide();
    } else if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Escape) {
            hide();
            return true;
        }
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            choose();
            return true;
        }
        if (key == Qt::Key_Up || key == Qt::Key_Down) {
            const int step = key == Qt::Key_Up ? -1 : 1;
            m_list->setCurrentRow(std::clamp(m_list->currentRow() + step, 0, std::max(0, m_list->count() - 1)));
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace bw
