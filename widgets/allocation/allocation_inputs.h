#pragma once

#include "widgets/allocation/allocation_values.h"

#include <QWidget>

class QComboBox;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace bw {

class ChipList;
class ElidedLabel;
class ToneLabel;

/// What damages are computed from: the kind of sensitivity, the calibration data, the formats to choose from, the file
/// they are for; and the job that computes them.
class AllocationInputs : public QWidget
{
    Q_OBJECT

public:
    explicit AllocationInputs(QWidget* parent = nullptr);

    void setPicture(const InputsPicture& picture);
    const InputsPicture& picture() const { return m_picture; }
    ChipList& formats() { return *m_formats; }

Q_SIGNALS:
    void kindEdited(const QString& id);
    void dataRequested();
    void matrixRequested();
    void formatsEdited(const QStringList& formats);
    void formatTyped(const QString& text);
    void targetEdited(const QString& id);
    void computeRequested();
    void cancelRequested();

private:
    static void fill(QComboBox& box, const std::vector<AllocationChoice>& choices, const QString& current);

    InputsPicture m_picture;
    bool m_isFilled = false;
    QComboBox* m_kind;
    QToolButton* m_data;
    QToolButton* m_matrix;
    ChipList* m_formats;
    QComboBox* m_target;
    QPushButton* m_compute;
    QProgressBar* m_progress;
    ElidedLabel* m_progressText;
    QToolButton* m_cancel;
    ToneLabel* m_note;
};

} // namespace bw
