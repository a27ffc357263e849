#pragma once

#include "core/engine/quantize_model.h"
#include "core/formats/grid.h"

#include <QString>
#include <QWidget>

#include <vector>

class QLabel;
class QTableWidget;
class QToolButton;

namespace bw {

class PlotHeader;

/// The levels of one layer's typical group, with what falls on each.
struct CodebookPicture
{
    QString title;
    Grid grid;
    std::vector<LevelError> levels; ///< same levels; empty: not known yet
    QString note; ///< whose levels they are
    bool canEdit = false;
    bool isOwn = false; ///< the format is a codebook of the user's own already
    QString emptyText;
    friend bool operator==(const CodebookPicture& a, const CodebookPicture& b);
};

/// The codebook as a table: levels can be typed, added and removed.
class CodebookView : public QWidget
{
    Q_OBJECT
public:
    explicit CodebookView(QWidget* parent = nullptr);

    /// Never emits.
    void setPicture(const CodebookPicture& picture);
    const CodebookPicture& picture() const { return m_picture; }

Q_SIGNALS:
    void levelEdited(int index, double value);
    void levelAdded(double value);
    void levelRemoved(int index);
    /// The format is to become a codebook of these levels.
    void ownLevelsRequested();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fill();
    void addMiddle();
    void addAfter(int row);
    void removeCurrent();
    void showMenu(QPoint position);

    CodebookPicture m_picture;
    PlotHeader* m_header = nullptr;
    QLabel* m_why = nullptr;
    QTableWidget* m_table = nullptr;
    QToolButton* m_add = nullptr;
    QToolButton* m_remove = nullptr;
    QToolButton* m_own = nullptr;
    bool m_isFilling = false;
};

} // namespace bw
