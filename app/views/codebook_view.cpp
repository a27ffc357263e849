#include "app/views/codebook_view.h"

#include "widgets/delegates/table_delegate.h"
#include "widgets/icons.h"
#include "widgets/plots/plot_header.h"
#include "widgets/text.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace bw {

namespace {

enum Column
{
    IndexColumn,
    LevelColumn,
    CellColumn,
    CountColumn,
    ErrorColumn,
    ColumnCount
};
/// A table of 65,536 levels helps nobody.
constexpr std::size_t mostRows = 1024;

bool isSame(const LevelError& a, const LevelError& b)
{
    return a.level == b.level && a.count == b.count && a.squaredError == b.squaredError;
}

QTableWidgetItem* cell(const QString& text, bool canEdit = false)
{
    auto* item = new QTableWidgetItem(text);
    item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    item->setFlags(canEdit ? Qt::ItemIsSelectable | Qt::ItemIsEnabled | Qt::ItemIsEditable
                           : Qt::ItemIsSelectable | Qt::ItemIsEnabled);
    return item;
}

} // namespace

bool operator==(const CodebookPicture& a, const CodebookPicture& b)
{
    return a.title == b.title && a.grid == b.grid && a.note == b.note && a.canEdit == b.canEdit && a.isOwn == b.isOwn
        && a.emptyText == b.emptyText
        && std::equal(a.levels.begin(), a.levels.end(), b.levels.begin(), b.levels.end(), isSame);
}

CodebookView::CodebookView(QWidget* parent)
    : QWidget(parent)
    , m_header(new PlotHeader)
    , m_why(new QLabel)
    , m_table(new QTableWidget(0, ColumnCount))
    , m_add(m_header->addButton(themedIcon(IconName::Plus), tr("Add"), tr("Add a level where the error is largest")))
    , m_remove(m_header->addButton(themedIcon(IconName::Minus), tr("Remove"), tr("Remove the selected level (Delete)")))
    , m_own(m_header->addButton(themedIcon(IconName::Sliders), tr("Edit levels"),
          tr("Make these levels a codebook of your own, to be changed one by one")))
{
    m_why->setTextFormat(Qt::PlainText);
    m_why->setWordWrap(true);
    m_why->setAlignment(Qt::AlignCenter);
    m_table->setHorizontalHeaderLabels(
        { tr("Level"), tr("Value"), tr("Cell"), tr("Weights"), tr("Share of the error") });
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    // Two numbers of a cell are never cut: half a bound is a wrong one.
    for (const int column : { IndexColumn, LevelColumn, CellColumn }) {
        m_table->horizontalHeader()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    }
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_table->verticalHeader()->hide();
    m_table->setItemDelegate(new TableDelegate(m_table));
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setAccessibleName(tr("Levels"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_header);
    layout->addWidget(m_why, 1);
    layout->addWidget(m_table, 1);

    connect(m_add, &QToolButton::clicked, this, &CodebookView::addMiddle);
    connect(m_remove, &QToolButton::clicked, this, &CodebookView::removeCurrent);
    connect(m_own, &QToolButton::clicked, this, &CodebookView::ownLevelsRequested);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->installEventFilter(this);
    connect(m_table, &QWidget::customContextMenuRequested, this, &CodebookView::showMenu);
    connect(m_table, &QTableWidget::cellChanged, this, [this](int changedRow, int column) {
        if (m_isFilling || column != LevelColumn) {
            return;
        }
        bool isNumber = false;
        QString text = m_table->item(changedRow, column)->text();
        text.replace(QChar(0x2212), u'-');
        double value = QLocale().toDouble(text, &isNumber);
        if (!isNumber) {
            value = QLocale::c().toDouble(text, &isNumber);
        }
        fill();
        if (isNumber) {
            Q_EMIT levelEdited(changedRow, value);
        }
    });
    fill();
}

void CodebookView::setPicture(const CodebookPicture& picture)
{
    if (!(picture == m_picture)) {
        m_picture = picture;
        fill();
    }
}

/// The new level goes where it helps most: into the middle of the widest cell, or of the one with the largest error if
/// that is known.
void CodebookView::addMiddle()
{
    const auto& levels = m_picture.grid.levels;
    std::size_t best = 0;
    double most = -1;
    for (std::size_t index = 0; index + 1 < levels.size(); ++index) {
        const bool isKnown = m_picture.levels.size() == levels.size();
        const double worth = isKnown ? m_picture.levels[index].squaredError + m_picture.levels[index + 1].squaredError
                                     : levels[index + 1] - levels[index];
        if (worth > most) {
            most = worth;
            best = index;
        }
    }
    if (levels.size() >= 2) {
        Q_EMIT levelAdded((levels[best] + levels[best + 1]) / 2);
    }
}

void CodebookView::addAfter(int row)
{
    const auto& levels = m_picture.grid.levels;
    const auto index = static_cast<std::size_t>(row);
    if (row < 0 || levels.size() < 2) {
        addMiddle();
    } else if (index + 1 < levels.size()) {
        Q_EMIT levelAdded((levels[index] + levels[index + 1]) / 2);
    } else {
        Q_EMIT levelAdded((levels[index - 1] + levels[index]) / 2);
    }
}

void CodebookView::removeCurrent()
{
    if (m_table->currentRow() >= 0 && m_remove->isEnabled()) {
        Q_EMIT levelRemoved(m_table->currentRow());
    }
}

void CodebookView::showMenu(QPoint position)
{
    const int row = m_table->rowAt(position.y());
    if (row < 0) {
        return;
    }
    m_table->setCurrentCell(row, LevelColumn);
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Type a value"), this, [this, row] { m_table->editItem(m_table->item(row, LevelColumn)); })
        ->setEnabled(m_picture.canEdit);
    menu->addAction(tr("Add a level after it"), QKeySequence(Qt::Key_Insert), this, [this, row] { addAfter(row); })
        ->setEnabled(m_add->isEnabled());
    menu->addAction(tr("Remove this level"), QKeySequence(Qt::Key_Delete), this, &CodebookView::removeCurrent)
        ->setEnabled(m_remove->isEnabled());
    menu->popup(m_table->viewport()->mapToGlobal(position));
}

bool CodebookView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_table && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Delete || key == Qt::Key_Backspace) {
            removeCurrent();
            return true;
        }
        if (key == Qt::Key_Insert && m_add->isEnabled()) {
            addAfter(m_table->currentRow());
            return true;
        }
        if ((key == Qt::Key_Return || key == Qt::Key_Enter) && m_picture.canEdit && m_table->currentRow() >= 0) {
            m_table->editItem(m_table->item(m_table->currentRow(), LevelColumn));
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void CodebookView::fill()
{
    m_isFilling = true;
    const Grid& grid = m_picture.grid;
    const std::size_t rows = std::min(grid.levels.size(), mostRows);
    const bool hasErrors = m_picture.levels.size() == grid.levels.size();
    double total = 0;
    for (const auto& level : m_picture.levels) {
        total += level.squaredError;
    }
    const QString count = tr("%n level(s)", nullptr, static_cast<int>(grid.levels.size()));
    m_header->setTitle(m_picture.title);
    m_header->setNote(grid.levels.empty() ? QString()
            : m_picture.note.isEmpty()    ? count
                                          : tr("%1, %2", "so many levels, whose").arg(count, m_picture.note));
    m_why->setText(m_picture.emptyText);
    m_why->setVisible(grid.levels.empty());
    m_table->setVisible(!grid.levels.empty());
    m_table->setRowCount(static_cast<int>(rows));
    for (std::size_t index = 0; index < rows; ++index) {
        const int row = static_cast<int>(index);
        const QString low
            = index == 0 ? QString(QChar(0x2212)) + QChar(0x221e) : numberText(grid.cellEdges[index - 1], 4);
        const QString high
            = index + 1 == grid.levels.size() ? QString(QChar(0x221e)) : numberText(grid.cellEdges[index], 4);
        m_table->setItem(row, IndexColumn, cell(countText(index)));
        m_table->setItem(row, LevelColumn, cell(numberText(grid.levels[index], 5), m_picture.canEdit));
        m_table->setItem(row, CellColumn, cell(tr("%1 … %2", "from, to").arg(low, high)));
        m_table->setItem(row, CountColumn, cell(hasErrors ? countText(m_picture.levels[index].count) : unknownText()));
        m_table->setItem(row, ErrorColumn,
            cell(
                hasErrors && total > 0 ? percentText(m_picture.levels[index].squaredError / total, 2) : unknownText()));
    }
    m_add->setEnabled(m_picture.canEdit && grid.levels.size() >= 2);
    m_remove->setEnabled(m_picture.canEdit && grid.levels.size() > 2);
    m_own->setVisible(!m_picture.isOwn && !grid.levels.empty());
    m_own->setEnabled(m_picture.canEdit);
    m_isFilling = false;
}

} // namespace bw
