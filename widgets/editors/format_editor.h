#pragma once

#include "core/base/error.h"
#include "core/formats/quant_format.h"
#include "widgets/edit_phase.h"
#include "widgets/editors/extras_form.h"
#include "widgets/editors/format_edit.h"

#include <QString>
#include <QWidget>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace bw {

/// A format family as the picker shows it (the program fills it from the format registry).
struct FamilyChoice
{
    QString id;
    QString title;
    QString explanation; ///< one sentence
    ParamSchema schema;
    bool hasScaling = true; ///< false: takes no scaling at all
    bool hasScale
        = true; ///< false: levels are in weight units; scaling only says what shares them, there is no scale rule
    bool takesExtras = true;
    QString usualCoder; ///< id of the extra it has unless it names another of its kind; may be empty
    bool hasZeroPoint = false;
};

struct ScaleRuleChoice
{
    QString id;
    QString title;
    QString help;
    bool hasValue = false; ///< takes a value: a share of the largest magnitude, a percentile
    double minValue = 0; ///< exclusive
    double maxValue = 1;
    double usualValue = 1;
};

struct ScaleStoreChoice
{
    QString id;
    QString title;
};

/// What formats can be made of.
struct FormatChoices
{
    std::vector<FamilyChoice> families;
    std::vector<ScaleRuleChoice> scaleRules;
    std::vector<ScaleStoreChoice> scaleStores;
    std::vector<ExtraChoice> extras;
    std::vector<int> blockSizes = { 16, 32, 64, 128, 256 }; ///< offered; any other can be typed
};

/// Editor of one format, or of one part of many formats at once.
class FormatEditor : public QWidget
{
    Q_OBJECT

public:
    explicit FormatEditor(QWidget* parent = nullptr);
    ~FormatEditor() override;

    void setChoices(const FormatChoices& choices);
    /// How formats are spelt and checked; the program passes bw::formatText and bw::validate.
    void setSpelling(std::function<std::string(const QuantFormat&)> spelling);
    void setChecker(std::function<std::vector<Problem>(const QuantFormat&)> checker);

    /// Never emits.
    void setFormat(const QuantFormat& format);
    /// Formats of all selected layers: parts that differ show "mixed". Empty: nothing to edit. Never emits.
    void setFormats(const std::vector<QuantFormat>& formats);
    /// The one format with all searches answered, so that found values can be shown; nothing while unknown or for many.
    void setResolved(const std::optional<QuantFormat>& resolved);
    /// What is shown; where formats differ, the first one's value.
    const QuantFormat& format() const;
    bool isMixed() const;

Q_SIGNALS:
    /// Each edit emits both once: the whole format for one layer, and the edited part for many.
    void formatEdited(const bw::QuantFormat& format, bw::EditPhase phase);
    void formatPartEdited(const bw::FormatEdit& edit, bw::EditPhase phase);
    /// All formats are to be compared on the layer.
    void compareRequested();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
