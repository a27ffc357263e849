#pragma once

#include <QWidget>

class QLineEdit;
class QPushButton;
class QSplitter;
class QTabWidget;
class QTableView;

namespace bw {

class AllocationBars;
class AllocationInputs;
class BudgetEditor;
class ComparePanel;
class DamageModel;
class EmptyNote;
class FrontPlot;
class LayerFilterProxy;
class StepModel;
class ToneLabel;
class WalkControls;

/// The work area of the whole model: a budget on top, bars and front below it. Arrangement only.
class AllocationView : public QWidget
{
    Q_OBJECT
public:
    enum Tab
    {
        StepsTab,
        DamageTab,
        CompareTab
    };

    explicit AllocationView(QWidget* parent = nullptr);
    ~AllocationView() override;

    BudgetEditor& budget() { return *m_budget; }
    AllocationBars& bars() { return *m_bars; }
    FrontPlot& front() { return *m_front; }
    AllocationInputs& inputs() { return *m_inputs; }
    StepModel& steps() { return *m_steps; }
    WalkControls& walk() { return *m_walk; }
    DamageModel& damages() { return *m_damages; }
    ComparePanel& compare() { return *m_compare; }
    /// What stands under the table of damages; `whyNot…`: a button is greyed, and why.
    void setDamageNote(const QString& note, const QString& whyNotMeasure, const QString& whyNotRefine);
    void setCurrentTab(Tab tab);
    Tab currentTab() const;
    /// Not empty: nothing can be allocated, and why; stands in place of everything.
    void setEmptyText(const QString& text);
    QString emptyText() const;
    /// Not empty: stands in place of bars and front until damages are known.
    void setWaitText(const QString& text);

Q_SIGNALS:
    /// Go to the allocation after this step of the list.
    void stepActivated(int row);
    /// Damage of each layer is to be measured, one by one.
    void layersMeasureRequested();
    void refineRequested();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* buildSteps();
    QWidget* buildDamages();
    void fitSteps();

    BudgetEditor* m_budget;
    AllocationInputs* m_inputs;
    AllocationBars* m_bars;
    FrontPlot* m_front;
    StepModel* m_steps;
    WalkControls* m_walk;
    DamageModel* m_damages;
    LayerFilterProxy* m_sortedDamages;
    ComparePanel* m_compare;
    QTabWidget* m_tabs;
    QTableView* m_stepTable = nullptr;
    QTableView* m_damageTable = nullptr;
    QPushButton* m_measureLayers = nullptr;
    QPushButton* m_refine = nullptr;
    ToneLabel* m_damageNote = nullptr;
    QSplitter* m_columns;
    EmptyNote* m_wait;
    EmptyNote* m_empty;
    QWidget* m_content;
    bool m_isFitted = false;
};

} // namespace bw
