#pragma once

namespace bw {

/// Where in a gesture an edit stands. A drag emits Begin, any number of Move, then End or Cancel (which carries the
/// value from before the drag). An edit without a gesture (typed, key press, double-click) is one End without Begin:
/// complete by itself.
enum class EditPhase
{
    Begin,
    Move,
    End,
    Cancel
};

} // namespace bw
