#pragma once

#include "widgets/panels/jobs_panel.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QToolButton;

namespace bw {

class ElidedLabel;
class ToneLabel;

/// One line of the jobs panel.
class JobRowWidget : public QWidget
{
    Q_OBJECT

public:
    explicit JobRowWidget(QWidget* parent = nullptr);
    void setJob(const JobRow& job);
    const JobRow& job() const { return m_job; }

Q_SIGNALS:
    void cancelRequested();
    void retryRequested();
    void dismissRequested();

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void showIcon();
    QString statusText() const;

    JobRow m_job;
    QLabel* m_icon;
    ElidedLabel* m_title;
    ElidedLabel* m_phase;
    QProgressBar* m_bar;
    ToneLabel* m_status;
    ToneLabel* m_message;
    QToolButton* m_cancel;
    QToolButton* m_retry;
    QToolButton* m_copy;
    QToolButton* m_command;
    QToolButton* m_dismiss;
};

} // namespace bw
