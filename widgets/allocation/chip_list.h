#pragma once

#include <QStringList>
#include <QWidget>

class QToolButton;

namespace bw {

/// Words as chips, each with a cross, and a "+" whose menu offers more and takes a typed one.
class ChipList : public QWidget
{
    Q_OBJECT

public:
    explicit ChipList(QWidget* parent = nullptr);

    void setChips(const QStringList& chips);
    QStringList chips() const { return m_chips; }
    void setOffered(const QStringList& offered) { m_offered = offered; }

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void chipsEdited(const QStringList& chips);
    /// Somebody typed it; it may be no format at all.
    void chipTyped(const QString& text);

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;

private:
    int place(int width, bool isReal) const;
    void rebuild();
    void openMenu();

    QStringList m_chips;
    QStringList m_offered;
    QList<QToolButton*> m_buttons;
    QToolButton* m_add;
};

} // namespace bw
