#include "widgets/plots/handle_set.h"

#include "tests/widgets/recorder.h"

#include <gtest/gtest.h>

namespace bw {

class Handles : public testing::Test
{
protected:
    Handles()
    {
        set.edited = [this](const PlotHandle& handle, EditPhase phase) { recorder(handle.value, phase); };
        set.setHandles({ handle(0, 2), handle(1, 5), handle(2, 8) });
    }
    static PlotHandle handle(int id, double value) { return { id, value, 0, 10, 0.5, {}, {} }; }

    HandleSet set;
    Recorder<double> recorder;
};

TEST_F(Handles, aDragBeginsWithItsFirstMove)
{
    set.press(1, 5.2);
    EXPECT_TRUE(recorder.edits.empty());
    set.move(6.2);
    set.move(7.2);
    set.release();
    ASSERT_TRUE(recorder.isDrag(EditPhase::End));
    EXPECT_DOUBLE_EQ(recorder.edits.front().value, 5);
    // The place where it was grabbed stays under the pointer.
    EXPECT_DOUBLE_EQ(recorder.edits.back().value, 7);
}

TEST_F(Handles, aClickIsNoEdit)
{
    set.press(1, 5);
    set.release();
    EXPECT_TRUE(recorder.edits.empty());
    EXPECT_EQ(set.focused(), 1);
}

TEST_F(Handles, dragsStayInRangeAndSnap)
{
    PlotHandle snapping = handle(0, 2);
    snapping.snap = 0.25;
    set.setHandles({ snapping });
    set.press(0, 2);
    set.move(3.1);
    EXPECT_DOUBLE_EQ(recorder.edits.back().value, 3);
    set.move(99);
    EXPECT_DOUBLE_EQ(recorder.edits.back().value, 10);
    const std::size_t count = recorder.edits.size();
    set.move(120);
    EXPECT_EQ(recorder.edits.size(), count) << "nothing changed, nothing is said";
}

TEST_F(Handles, cancelPutsTheValueBack)
{
    set.press(1, 5);
    set.move(7);
    set.cancel();
    ASSERT_TRUE(recorder.isDrag(EditPhase::Cancel));
    EXPECT_DOUBLE_EQ(recorder.edits.back().value, 5);
    EXPECT_DOUBLE_EQ(set.find(1)->value, 5);
    set.release();
    EXPECT_EQ(recorder.edits.back().phase, EditPhase::Cancel);
}

TEST_F(Handles, newHandlesDoNotMoveTheDraggedOne)
{
    set.press(1, 5);
    set.move(7);
    set.setHandles({ handle(0, 1), handle(1, 4) });
    EXPECT_DOUBLE_EQ(set.find(1)->value, 7);
    EXPECT_DOUBLE_EQ(set.find(0)->value, 1);
    EXPECT_EQ(recorder.phases(), (std::vector { EditPhase::Begin, EditPhase::Move }));
    set.setHandles({ handle(0, 1) });
    EXPECT_EQ(set.dragged(), HandleSet::none);
    set.move(3);
    set.release();
    EXPECT_EQ(recorder.edits.size(), 2U);
}

TEST_F(Handles, nudgesAndTypedValuesAreCompleteEdits)
{
    EXPECT_FALSE(set.nudgeFocused(1));
    set.setFocused(0);
    EXPECT_TRUE(set.nudgeFocused(10));
    EXPECT_DOUBLE_EQ(set.find(0)->value, 7);
    set.setValue(0, 8);
    set.setValue(0, 8);
    EXPECT_EQ(recorder.phases(), (std::vector { EditPhase::End, EditPhase::End }));
}

TEST_F(Handles, focusGoesThroughThemByValueAndOut)
{
    set.setHandles({ handle(7, 9), handle(3, 1) });
    set.focusNext(1);
    EXPECT_EQ(set.focused(), 3);
    set.focusNext(1);
    EXPECT_EQ(set.focused(), 7);
    set.focusNext(1);
    EXPECT_EQ(set.focused(), HandleSet::none);
    set.focusNext(-1);
    EXPECT_EQ(set.focused(), 7);
}

} // namespace bw
