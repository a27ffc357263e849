#pragma once

#include "core/base/error.h"
#include "core/formats/param_schema.h"
#include "widgets/edit_phase.h"

#include <QSet>
#include <QString>
#include <QWidget>

#include <memory>
#include <vector>

namespace bw {

/// Controls generated from a schema: spin box with slider for numbers, combo for choices, text for lists; "search"
/// where a parameter may be searched.
class ParamForm : public QWidget
{
    Q_OBJECT

public:
    explicit ParamForm(QWidget* parent = nullptr);
    ~ParamForm() override;

    /// Rebuilds the controls only when the schema differs.
    void setSchema(const ParamSchema& schema);
    const ParamSchema& schema() const;
    /// Missing parameters show their defaults; those in `mixed` show "mixed". Never emits.
    void setValues(const ParamValues& values, const QSet<QString>& mixed = {});
    ParamValues values() const;
    /// What searches found, shown where a parameter is left to a search. Never emits.
    void setFound(const ParamValues& found);
    /// Each shown under the control whose parameter id equals the problem's field.
    void setProblems(const std::vector<Problem>& problems);
    bool isEmpty() const;
    /// Width of the label column, so that forms in one panel line up.
    static int labelWidth(const QWidget* widget);

Q_SIGNALS:
    /// All values after the edit, and which parameter it was.
    void valuesEdited(const bw::ParamValues& values, const QString& parameter, bw::EditPhase phase);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
