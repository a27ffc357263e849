#pragma once

#include "core/allocate/budget.h"
#include "widgets/allocation/allocation_values.h"
#include "widgets/edit_phase.h"

#include <QWidget>

#include <vector>

class QCheckBox;
class QLineEdit;
class QPushButton;
class QToolButton;

namespace bw {

class FigureTile;
class ToneLabel;
class ValueStrip;

/// The budget: a slider, a field that understands "4.1 bits", "3.2 GB", "25 %" and "half", shares to click on, and what
/// comes of it in large figures.
class BudgetEditor : public QWidget
{
    Q_OBJECT

public:
    explicit BudgetEditor(QWidget* parent = nullptr);

    /// Never emits. While the slider is dragged its handle stays under the pointer.
    void setPicture(const BudgetPicture& picture);
    const BudgetPicture& picture() const { return m_picture; }
    /// "81.2 % [79.4, 82.8]"; `help` says on what and when; empty: not measured yet.
    void setMeasured(const QString& text, const QString& help, bool isStale);
    /// Not empty: the button is greyed, and why.
    void setCanMeasure(const QString& whyNot, bool isMeasuring);
    /// What is measured follows each change.
    void setFollowing(bool isFollowing);
    bool isFollowing() const;
    void focusField();

Q_SIGNALS:
    void budgetEdited(const bw::Budget& budget, bw::EditPhase phase);
    void measureRequested();
    void measureStopped();
    void followingChanged(bool isFollowing);

private:
    void commitText();
    void showNote();
    QString sizeText() const;

    BudgetPicture m_picture;
    bool m_isFilled = false;
    bool m_isMeasuring = false;
    QString m_problem; ///< of what was typed
    ValueStrip* m_strip;
    QLineEdit* m_field;
    std::vector<QToolButton*> m_shares;
    QPushButton* m_measure;
    QCheckBox* m_follow;
    FigureTile* m_size;
    FigureTile* m_bits;
    FigureTile* m_damage;
    FigureTile* m_accuracy;
    ToneLabel* m_note;
};

} // namespace bw
