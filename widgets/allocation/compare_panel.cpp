#include "widgets/allocation/compare_panel.h"

#include "widgets/editors/param_controls.h"
#include "widgets/empty_note.h"
#include "widgets/icons.h"
#include "widgets/quiet_table.h"
#include "widgets/tone_label.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTableView>
#include <QVBoxLayout>

#include <utility>

namespace bw {

ComparePanel::ComparePanel(QWidget* parent)
    : QWidget(parent)
    , m_kept(new QComboBox(this))
    , m_keep(new QPushButton(themedIcon(IconName::Snapshot), tr("Keep this as A"), this))
    , m_table(makeQuietTable(this, &m_model, tr("A and B, and how they differ")))
    , m_empty(new EmptyNote(this))
{
    m_kept->setAccessibleName(tr("Allocation A"));
    m_kept->setObjectName(QStringLiteral("allocationA"));
    m_kept->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_kept->setMinimumContentsLength(12);
    guardWheel(m_kept);
    m_keep->setAutoDefault(false);
    m_keep->setObjectName(QStringLiteral("keepAsA"));
    m_keep->setToolTip(tr("Take a snapshot of the recipe, and compare later ones with it"));
    auto* row = new QHBoxLayout;
    row->setContentsMargins(8, 4, 8, 4);
    row->setSpacing(8);
    row->addWidget(m_keep);
    row->addWidget(new ToneLabel(tr("A:"), Tone::Muted, this));
    row->addWidget(m_kept, 1);
    m_empty->setText(tr("Keep an allocation as A, then change the budget: this table says what differs."));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(row);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_empty, 1);
    m_table->hide();
    connect(m_keep, &QPushButton::clicked, this, &ComparePanel::keepRequested);
    connect(m_kept, &QComboBox::activated, this, &ComparePanel::keptChosen);
}

ComparePanel::~ComparePanel()
{
    // The view goes before the model it shows.
    delete std::exchange(m_table, nullptr);
}

void ComparePanel::setKept(const QStringList& names, int current)
{
    const QSignalBlocker quiet(m_kept);
    QStringList shown;
    for (int index = 0; index < m_kept->count(); ++index) {
        shown.append(m_kept->itemText(index));
    }
    if (shown != names) {
        m_kept->clear();
        m_kept->addItems(names);
    }
    m_kept->setEnabled(!names.isEmpty());
    m_kept->setCurrentIndex(current);
}

void ComparePanel::setRows(std::vector<CompareRow> rows)
{
    const bool isEmpty = rows.empty();
    const bool wasEmpty = m_model.rowCount() == 0;
    m_model.setRows(std::move(rows));
    m_table->setVisible(!isEmpty);
    m_empty->setVisible(isEmpty);
    if (wasEmpty && !isEmpty) {
        for (int column = 1; column < m_model.columnCount(); ++column) {
            m_table->setColumnWidth(column, 118);
        }
    }
}

} // namespace bw
