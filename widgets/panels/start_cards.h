#pragma once

#include "widgets/panels/start_page.h"

#include <QAbstractButton>
#include <QFrame>

namespace bw {

/// The dashed area files can be dropped on; a button that opens the file dialog sits in it.
class DropZone : public QFrame
{
    Q_OBJECT

public:
    explicit DropZone(QWidget* parent = nullptr);
    void setActive(bool isActive);

Q_SIGNALS:
    void openRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    bool m_isActive = false;
};

/// A sample: thumbnail histogram, title, a line of text. Clicked or entered like a button.
class SampleCardButton : public QAbstractButton
{
    Q_OBJECT

public:
    explicit SampleCardButton(const SampleCard& card, QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    SampleCard m_card;
};

/// A recent file: name, note; a missing one says so and can only be removed from the list.
class RecentFileRow : public QAbstractButton
{
    Q_OBJECT

public:
    explicit RecentFileRow(const RecentFile& file, QWidget* parent = nullptr);
    const RecentFile& file() const { return m_file; }
    QSize sizeHint() const override;

Q_SIGNALS:
    void removeRequested();

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    RecentFile m_file;
};

} // namespace bw
