#pragma once

#include "widgets/edit_phase.h"

#include <QCoreApplication>
#include <QTest>
#include <QWidget>

#include <gtest/gtest.h>

#include <vector>

namespace bw {

/// What a widget emitted: values with their phases.
template <class Value>
struct Recorder
{
    struct Edit
    {
        Value value;
        EditPhase phase;
    };
    std::vector<Edit> edits;

    void operator()(Value value, EditPhase phase) { edits.push_back({ value, phase }); }
    std::vector<EditPhase> phases() const
    {
        std::vector<EditPhase> result;
        for (const Edit& edit : edits) {
            result.push_back(edit.phase);
        }
        return result;
    }
    /// Begin, at least one Move, then `last`.
    bool isDrag(EditPhase last) const
    {
        const auto all = phases();
        if (all.size() < 3 || all.front() != EditPhase::Begin || all.back() != last) {
            return false;
        }
        for (std::size_t i = 1; i + 1 < all.size(); ++i) {
            if (all[i] != EditPhase::Move) {
                return false;
            }
        }
        return true;
    }
};

/// Shown at a size, laid out and painted.
inline void showAt(QWidget& widget, const QSize& size)
{
    widget.resize(size);
    widget.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&widget));
    widget.activateWindow();
    // Queued replots tell axes where they are.
    QTest::qWait(20);
}

/// Press at `from`, several moves, and release at `to` unless told not to.
inline void drag(QWidget* widget, QPointF from, QPointF to, bool isReleased = true)
{
    QTest::mousePress(widget, Qt::LeftButton, {}, from.toPoint());
    for (int step = 1; step <= 4; ++step) {
        QTest::mouseMove(widget, (from + (to - from) * step / 4.0).toPoint());
    }
    if (isReleased) {
        QTest::mouseRelease(widget, Qt::LeftButton, {}, to.toPoint());
    }
}

} // namespace bw
