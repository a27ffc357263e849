#pragma once

#include <QIcon>
#include <QWidget>

class QHBoxLayout;
class QToolButton;

namespace bw {

class ElidedLabel;

/// The line above a picture: what it shows, a note, something counted aside, and a few buttons.
class PlotHeader : public QWidget
{
    Q_OBJECT

public:
    explicit PlotHeader(QWidget* parent = nullptr);

    void setTitle(const QString& title);
    void setNote(const QString& note);
    void setAside(const QString& text);
    QToolButton* addButton(const QIcon& icon, const QString& text, const QString& help);

private:
    QHBoxLayout* m_layout;
    ElidedLabel* m_title;
    ElidedLabel* m_note;
    ElidedLabel* m_aside;
};

} // namespace bw
