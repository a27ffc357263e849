#pragma once

#include <QTimer>
#include <QWidget>

class QComboBox;
class QSlider;
class QToolButton;

namespace bw {

class ToneLabel;

/// Plays the greedy walk: from the smallest formats, always the step that saves the most damage for its bytes. Only
/// shows; what the model gets stays as it is.
class WalkControls : public QWidget
{
    Q_OBJECT

public:
    explicit WalkControls(QWidget* parent = nullptr);

    /// Steps there are; another number ends a walk that is shown.
    void setStepCount(int count);
    /// What the step shown does, in words.
    void setText(const QString& text);
    bool isShown() const { return m_step >= 0; }
    bool isPlaying() const { return m_timer.isActive(); }
    int step() const { return m_step; }

public Q_SLOTS:
    void togglePlay();
    void stepBy(int steps);
    void end();

Q_SIGNALS:
    /// Steps taken so far, 0 … count.
    void stepShown(int step);
    void ended();

protected:
    void changeEvent(QEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void show(int step);
    void update();
    bool mayAnimate() const;

    int m_count = 0;
    int m_step = -1;
    QTimer m_timer;
    QToolButton* m_play;
    QToolButton* m_back;
    QToolButton* m_forward;
    QToolButton* m_end;
    QSlider* m_position;
    QComboBox* m_speed;
    ToneLabel* m_text;
};

} // namespace bw
