#pragma once

#include "core/formats/param_schema.h"
#include "widgets/edit_phase.h"

#include <QString>
#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

namespace bw {

/// Something done on top of a format, as the editor offers it (the program fills it from the registry of extras).
struct ExtraChoice
{
    QString id;
    QString title;
    QString help; ///< one sentence
    std::optional<ParamSpec> value; ///< nothing: it is there or not
    QString kind; ///< those of one kind exclude each other; empty: of its own kind
    bool isOffered = true; ///< false: shown only where a format has it, as the window has not what it needs
};

/// A check box per extra, with its value under it.
class ExtrasForm : public QWidget
{
    Q_OBJECT

public:
    explicit ExtrasForm(QWidget* parent = nullptr);
    ~ExtrasForm() override;

    void setChoices(const std::vector<ExtraChoice>& choices);
    /// Extras of all selected formats; those that only some have are checked partially. Never emits.
    void setExtras(const std::vector<ParamValues>& extras);

Q_SIGNALS:
    /// One extra was added, changed, or (no value) taken away, and those that it excludes with it.
    void extraEdited(const std::string& id, const bw::ParamValues& extras, const std::vector<std::string>& gone,
        bw::EditPhase phase);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
