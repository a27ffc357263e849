#include "widgets/allocation/allocation_inputs.h"

#include "widgets/allocation/chip_list.h"
#include "widgets/editors/param_controls.h"
#include "widgets/elided_label.h"
#include "widgets/icons.h"
#include "widgets/tone_label.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QProgressBar>
#include <QPushButton>
#include <QStandardItemModel>
#include <QToolButton>
#include <QVBoxLayout>

namespace bw {

AllocationInputs::AllocationInputs(QWidget* parent)
    : QWidget(parent)
    , m_kind(new QComboBox(this))
    , m_data(new QToolButton(this))
    , m_matrix(new QToolButton(this))
    , m_formats(new ChipList(this))
    , m_target(new QComboBox(this))
    , m_compute(new QPushButton(this))
    , m_progress(new QProgressBar(this))
    , m_progressText(new ElidedLabel(this, Qt::ElideRight))
    , m_cancel(new QToolButton(this))
    , m_note(new ToneLabel(Tone::Muted, this))
{
    setObjectName(QStringLiteral("allocationInputs"));
    m_kind->setObjectName(QStringLiteral("sensitivityKind"));
    m_kind->setAccessibleName(tr("How damage is predicted"));
    m_target->setObjectName(QStringLiteral("targetFile"));
    m_target->setAccessibleName(tr("File the formats must suit"));
    m_data->setObjectName(QStringLiteral("calibrationData"));
    m_matrix->setObjectName(QStringLiteral("importanceMatrix"));
    for (QToolButton* button : { m_data, m_matrix }) {
        button->setIcon(themedIcon(IconName::File));
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setFocusPolicy(Qt::StrongFocus);
    }
    m_compute->setObjectName(QStringLiteral("computeDamage"));
    m_compute->setAutoDefault(false);
    m_progress->setRange(0, 1000);
    m_progress->setTextVisible(false);
    m_progress->setFixedSize(140, 8);
    m_progress->setAccessibleName(tr("Damages computed"));
    m_progressText->setMuted(true);
    m_cancel->setText(tr("Cancel"));
    m_cancel->setObjectName(QStringLiteral("cancelDamage"));
    for (QComboBox* box : { m_kind, m_target }) {
        guardWheel(box);
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    }
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(new ToneLabel(tr("Damage by"), Tone::Muted, this));
    row->addWidget(m_kind);
    row->addWidget(m_data);
    row->addWidget(m_matrix);
    row->addWidget(new ToneLabel(tr("written as"), Tone::Muted, this));
    row->addWidget(m_target);
    row->addWidget(m_compute);
    row->addWidget(m_progress);
    row->addWidget(m_cancel);
    row->addWidget(m_progressText, 1);
    row->addStretch(0);
    auto* chips = new QHBoxLayout;
    chips->setSpacing(8);
    auto* label = new ToneLabel(tr("Formats"), Tone::Muted, this);
    chips->addWidget(label, 0, Qt::AlignTop);
    chips->addWidget(m_formats, 1);
    label->setMargin(4);
    m_note->setWordWrap(true);
    m_note->setScale(0.92);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 4, 12, 6);
    layout->setSpacing(4);
    layout->addLayout(row);
    layout->addLayout(chips);
    layout->addWidget(m_note);
    connect(m_kind, &QComboBox::activated, this,
        [this](int index) { Q_EMIT kindEdited(m_kind->itemData(index).toString()); });
    connect(m_target, &QComboBox::activated, this,
        [this](int index) { Q_EMIT targetEdited(m_target->itemData(index).toString()); });
    connect(m_data, &QToolButton::clicked, this, &AllocationInputs::dataRequested);
    connect(m_matrix, &QToolButton::clicked, this, &AllocationInputs::matrixRequested);
    connect(m_compute, &QPushButton::clicked, this, &AllocationInputs::computeRequested);
    connect(m_cancel, &QToolButton::clicked, this, &AllocationInputs::cancelRequested);
    connect(m_formats, &ChipList::chipsEdited, this, &AllocationInputs::formatsEdited);
    connect(m_formats, &ChipList::chipTyped, this, &AllocationInputs::formatTyped);
    setPicture({});
}

void AllocationInputs::fill(QComboBox& box, const std::vector<AllocationChoice>& choices, const QString& current)
{
    box.clear();
    auto* items = qobject_cast<QStandardItemModel*>(box.model());
    for (const AllocationChoice& choice : choices) {
        box.addItem(choice.title, choice.id);
        const int row = box.count() - 1;
        box.setItemData(row, choice.whyNot.isEmpty() ? choice.help : choice.whyNot, Qt::ToolTipRole);
        if (items != nullptr) {
            items->item(row)->setEnabled(choice.whyNot.isEmpty());
        }
    }
    box.setCurrentIndex(box.findData(current));
    box.setToolTip(box.currentData(Qt::ToolTipRole).toString());
}

void AllocationInputs::setPicture(const InputsPicture& picture)
{
    if (picture == m_picture && m_isFilled) {
        return;
    }
    m_isFilled = true;
    if (picture.kinds != m_picture.kinds || picture.kind != m_picture.kind || m_kind->count() == 0) {
        fill(*m_kind, picture.kinds, picture.kind);
    }
    if (picture.targets != m_picture.targets || picture.target != m_picture.target || m_target->count() == 0) {
        fill(*m_target, picture.targets, picture.target);
    }
    m_picture = picture;
    m_data->setVisible(picture.needsData);
    m_data->setText(picture.dataName.isEmpty() ? tr("Choose calibration data…") : picture.dataName);
    m_data->setToolTip(
        tr("Calibration data: samples that damages are computed from. Never the ones accuracy is measured on"));
    m_data->setAccessibleName(tr("Calibration data: %1").arg(m_data->text()));
    m_matrix->setVisible(picture.needsMatrix);
    m_matrix->setText(picture.matrixName.isEmpty() ? tr("Choose importance matrix…") : picture.matrixName);
    m_matrix->setToolTip(tr("Importance matrix: how large the inputs of each column are, as llama.cpp's imatrix tool "
                            "wrote it (.dat or .gguf)"));
    m_matrix->setAccessibleName(tr("Importance matrix: %1").arg(m_matrix->text()));
    m_formats->setChips(picture.formats);
    m_formats->setOffered(picture.offeredFormats);
    const bool isRunning = picture.progress.has_value();
    m_compute->setText(picture.isStale ? tr("⟳ Compute damages again") : tr("Compute damages"));
    m_compute->setVisible(!isRunning && (picture.isStale || picture.canCompute));
    m_compute->setEnabled(picture.canCompute);
    m_progress->setVisible(isRunning);
    m_progress->setValue(static_cast<int>(picture.progress.value_or(0) * 1000));
    m_cancel->setVisible(isRunning);
    m_progressText->setText(isRunning ? picture.progressText : QString());
    m_note->setText(picture.note);
    m_note->setVisible(!picture.note.isEmpty());
}

} // namespace bw
