#pragma once

#include "widgets/edit_phase.h"

#include <QString>

#include <functional>
#include <vector>

namespace bw {

/// A draggable position on one axis.
struct PlotHandle
{
    int id = 0;
    double value = 0;
    double low = 0; ///< where it may go
    double high = 0;
    double nudge = 0; ///< one arrow key
    QString name; ///< "Clip point, high"
    QString hint; ///< what dragging does
    double snap = 0; ///< drags go to multiples of it; 0: anywhere
};

/// Which handle is under the pointer, has the keyboard, or is being dragged, and the edits that follow. Knows values
/// only, no pixels.
class HandleSet
{
public:
    static constexpr int none = -1;

    /// Called for every edit with the handle as it is after it.
    std::function<void(const PlotHandle&, EditPhase)> edited;

    /// Hover, focus and a running drag stay with their ids; a dragged handle keeps its value. A drag whose handle is
    /// gone ends silently.
    void setHandles(std::vector<PlotHandle> handles);
    const std::vector<PlotHandle>& handles() const { return m_handles; }
    const PlotHandle* find(int id) const;

    int hovered() const { return m_hovered; }
    int focused() const { return m_focused; }
    int dragged() const { return m_dragged; }
    bool hasMoved() const { return m_hasMoved; }
    void setHovered(int id) { m_hovered = id; }
    void setFocused(int id) { m_focused = id; }
    /// The next handle by value (direction ±1); from the ends it goes to none().
    void focusNext(int direction);

    void press(int id, double pointerValue);
    /// The first move emits Begin and then Move.
    void move(double pointerValue);
    void release();
    /// Puts the value back; emits Cancel if Begin was emitted.
    void cancel();

    /// `steps` nudges of the focused handle; emits End. False if there is none.
    bool nudgeFocused(double steps);
    /// A complete edit; emits End.
    void setValue(int id, double value);

private:
    PlotHandle* findMutable(int id);

    std::vector<PlotHandle> m_handles;
    int m_hovered = none;
    int m_focused = none;
    int m_dragged = none;
    bool m_hasMoved = false;
    double m_valueBefore = 0;
    double m_grabOffset = 0;
};

} // namespace bw
