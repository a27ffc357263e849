#pragma once

#include <QString>
#include <QStringList>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace bw {

/// A format one layer may get, and what it costs.
struct BarChoice
{
    QString format; ///< spelling
    double bits = 0; ///< per weight, scales and tables counted
    qulonglong bytes = 0;
    double damage = 0; ///< predicted, in the table's unit
    friend bool operator==(const BarChoice&, const BarChoice&) = default;
};
using BarMenu = std::shared_ptr<const std::vector<BarChoice>>;

/// One layer in the allocation. Rows keep their place while a budget is dragged.
struct AllocationRow
{
    QString name;
    BarMenu menu; ///< by size, the smallest first; never null, may be empty
    int chosen = -1; ///< in `menu`; -1: none of them
    QString format; ///< what the layer has, also when it is not in the menu
    double bits = 0;
    double share = 0; ///< of the whole model's bytes, 0…1
    double cost = 0; ///< how much of the damage it does among all layers, 0…1 on a logarithmic scale: the bar's colour
    std::optional<double> damage; ///< predicted
    bool isLocked = false;
    bool isExcluded = false; ///< stays in its own type
    int tie = 0; ///< layers of the same number > 0 get the same format
    std::optional<double> minBits;
    std::optional<double> maxBits;
    QString reason; ///< "+1 bit here buys 3.1e-4 KL, more than anywhere else", or why it has no choice
    friend bool operator==(const AllocationRow&, const AllocationRow&) = default;
};

/// One step of the greedy walk: the format of one layer (or of tied ones) made larger.
struct StepRow
{
    QString layer;
    int nameEnding = 0; ///< characters at its end that tell nothing, see elidedName()
    QString from;
    QString to;
    double bytes = 0; ///< it costs
    double before = 0; ///< damage of the whole model before the step
    double after = 0;
    bool isTaken = false; ///< part of the allocation shown
    QString reason;
    friend bool operator==(const StepRow&, const StepRow&) = default;
};

/// Predicted and measured damage of one layer.
struct DamageRow
{
    QString layer;
    QString format;
    std::optional<double> predicted;
    double predictedError = 0; ///< standard error
    std::optional<double> measured;
    double measuredError = 0;
    bool isFlagged = false; ///< the two differ by more than three times
    QString note;
    friend bool operator==(const DamageRow&, const DamageRow&) = default;
};

/// One line of "A against B".
struct CompareRow
{
    QString what; ///< a layer, or a figure of the whole model
    QString a;
    QString b;
    QString difference;
    bool isTotal = false;
    int nameEnding = 0; ///< of a layer, see elidedName()
    friend bool operator==(const CompareRow&, const CompareRow&) = default;
};

/// A place in the plane of size and damage.
struct FrontMark
{
    enum class Kind
    {
        Uniform, ///< one format everywhere
        Snapshot,
        Recipe, ///< what the model has now
        Kept, ///< A of a comparison
        Measured
    };
    Kind kind = Kind::Uniform;
    QString name;
    double bits = 0; ///< per weight
    qulonglong bytes = 0; ///< of the model
    double damage = 0; ///< predicted, or measured KL
    double low = 0; ///< interval of what was measured; equal to high: none
    double high = 0;
    QString note; ///< "top-1 81.2 % [79.4, 82.8], n = 2,000"
    friend bool operator==(const FrontMark&, const FrontMark&) = default;
};

struct FrontPicture
{
    std::vector<std::pair<double, double>> line; ///< bits per weight, damage; bits ascending. Empty: emptyText says why
    std::vector<FrontMark> marks;
    double lowBits = 0; ///< shown at least, so that the axis stays while layers are locked
    double highBits = 0;
    double bits = 0; ///< the point
    double damage = 0;
    double askedBits = 0; ///< where a nudge goes on from
    QString damageTitle; ///< "predicted KL to float, nats"
    QString measuredTitle; ///< axis of measured marks, if it is not the same quantity; empty: they share the axis
    bool isStale = false; ///< inputs changed since
    bool canDrag = true;
    QString emptyText;
    friend bool operator==(const FrontPicture&, const FrontPicture&) = default;
};

/// What the budget may be and what it is.
struct BudgetPicture
{
    double lowBits = 0; ///< the smallest the constraints allow
    double highBits = 0;
    double bits = 0; ///< what the allocation has
    double askedBits = 0; ///< what was asked for: where the slider stands
    qulonglong bytes = 0; ///< of the written file
    qulonglong bytesBefore = 0; ///< of the model's own file
    std::optional<double> damage; ///< predicted
    QString damageTitle;
    QString damageUnit; ///< short; may be empty
    bool canAsk = false; ///< a size may be asked for, though what it costs is not known yet
    QString note; ///< why the budget cannot be met, …; empty: nothing to say
    bool isEnabled = false;
    bool isStale = false;
    friend bool operator==(const BudgetPicture&, const BudgetPicture&) = default;
};

/// One entry of a choice, with why it cannot be taken.
struct AllocationChoice
{
    QString id;
    QString title;
    QString help;
    QString whyNot; ///< not empty: greyed, and why
    friend bool operator==(const AllocationChoice&, const AllocationChoice&) = default;
};

/// What damages are computed from.
struct InputsPicture
{
    std::vector<AllocationChoice> kinds;
    QString kind; ///< id
    QString dataName; ///< empty: none chosen
    bool needsData = false;
    QString matrixName; ///< importance matrix; empty: none chosen
    bool needsMatrix = false;
    QStringList formats; ///< candidates
    QStringList offeredFormats; ///< for the "+" menu
    std::vector<AllocationChoice> targets;
    QString target; ///< id
    std::optional<double> progress; ///< a job runs, 0…1
    QString progressText; ///< "21 of 160 formats · 42/s · 3 s left"
    bool isStale = false;
    bool canCompute = false;
    QString note; ///< what the numbers are worth, or why there are none
    friend bool operator==(const InputsPicture&, const InputsPicture&) = default;
};

} // namespace bw
