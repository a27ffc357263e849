#include "widgets/plots/handle_set.h"

#include <algorithm>
#include <cmath>

namespace bw {

void HandleSet::setHandles(std::vector<PlotHandle> handles)
{
    double draggedValue = 0;
    if (const PlotHandle* dragged = find(m_dragged)) {
        draggedValue = dragged->value;
    }
    m_handles = std::move(handles);
    for (PlotHandle& handle : m_handles) {
        handle.high = std::max(handle.low, handle.high);
    }
    if (PlotHandle* dragged = findMutable(m_dragged); dragged != nullptr && m_hasMoved) {
        dragged->value = std::clamp(draggedValue, dragged->low, dragged->high);
    } else if (dragged == nullptr) {
        m_dragged = none;
        m_hasMoved = false;
    }
    m_hovered = find(m_hovered) != nullptr ? m_hovered : none;
    m_focused = find(m_focused) != nullptr ? m_focused : none;
}

const PlotHandle* HandleSet::find(int id) const
{
    const auto found
        = std::find_if(m_handles.begin(), m_handles.end(), [id](const PlotHandle& h) { return h.id == id; });
    return id == none || found == m_handles.end() ? nullptr : &*found;
}

PlotHandle* HandleSet::findMutable(int id)
{
    return const_cast<PlotHandle*>(find(id));
}

void HandleSet::focusNext(int direction)
{
    std::vector<const PlotHandle*> ordered;
    for (const PlotHandle& handle : m_handles) {
        ordered.push_back(&handle);
    }
    std::stable_sort(
        ordered.begin(), ordered.end(), [](const PlotHandle* a, const PlotHandle* b) { return a->value < b->value; });
    const auto at
        = std::find_if(ordered.begin(), ordered.end(), [this](const PlotHandle* h) { return h->id == m_focused; });
    if (ordered.empty()) {
        m_focused = none;
    } else if (at == ordered.end()) {
        m_focused = direction > 0 ? ordered.front()->id : ordered.back()->id;
    } else if (direction > 0) {
        m_focused = at + 1 == ordered.end() ? none : (*(at + 1))->id;
    } else {
        m_focused = at == ordered.begin() ? none : (*(at - 1))->id;
    }
}

void HandleSet::press(int id, double pointerValue)
{
    const PlotHandle* handle = find(id);
    if (handle == nullptr) {
        return;
    }
    m_dragged = id;
    m_focused = id;
    m_hasMoved = false;
    m_valueBefore = handle->value;
    m_grabOffset = handle->value - pointerValue;
}

void HandleSet::move(double pointerValue)
{
    PlotHandle* handle = findMutable(m_dragged);
    if (handle == nullptr) {
        return;
    }
    const double wanted = pointerValue + m_grabOffset;
    const double snapped = handle->snap > 0 ? std::round(wanted / handle->snap) * handle->snap : wanted;
    const double value = std::clamp(snapped, handle->low, handle->high);
    if (m_hasMoved && value == handle->value) {
        return;
    }
    if (!m_hasMoved) {
        m_hasMoved = true;
        if (edited) {
            edited(PlotHandle(*handle), EditPhase::Begin);
        }
        handle = findMutable(m_dragged);
        if (handle == nullptr) {
            return;
        }
    }
    handle->value = value;
    if (edited) {
        edited(PlotHandle(*handle), EditPhase::Move);
    }
}

void HandleSet::release()
{
    const PlotHandle* handle = find(m_dragged);
    const bool isEdit = handle != nullptr && m_hasMoved;
    const PlotHandle result = handle != nullptr ? *handle : PlotHandle {};
    m_dragged = none;
    m_hasMoved = false;
    if (isEdit && edited) {
        edited(result, EditPhase::End);
    }
}

void HandleSet::cancel()
{
    PlotHandle* handle = findMutable(m_dragged);
    const bool isEdit = handle != nullptr && m_hasMoved;
    m_dragged = none;
    m_hasMoved = false;
    if (isEdit) {
        handle->value = m_valueBefore;
        if (edited) {
            edited(PlotHandle(*handle), EditPhase::Cancel);
        }
    }
}

bool HandleSet::nudgeFocused(double steps)
{
    const PlotHandle* handle = find(m_focused);
    if (handle == nullptr) {
        return false;
    }
    setValue(m_focused, handle->value + steps * handle->nudge);
    return true;
}

void HandleSet::setValue(int id, double value)
{
    PlotHandle* handle = findMutable(id);
    if (handle == nullptr) {
        return;
    }
    const double bounded = std::clamp(value, handle->low, handle->high);
    if (bounded == handle->value) {
        return;
    }
    handle->value = bounded;
    if (edited) {
        edited(PlotHandle(*handle), EditPhase::End);
    }
}

} // namespace bw
