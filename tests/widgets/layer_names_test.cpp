// Names of layers where there is no room for them.
#include "widgets/allocation/allocation_model.h"
#include "widgets/allocation/step_model.h"
#include "widgets/layer_names.h"
#include "widgets/text.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QFontMetrics>

#include <set>

namespace bw {
namespace {

const std::vector<QString> names { QStringLiteral("features.conv1.weight"),
    QStringLiteral("features.depthwise3.weight"), QStringLiteral("features.residual5.conv1.weight"),
    QStringLiteral("features.residual5.conv2.weight"), QStringLiteral("classifier.fc1.weight"),
    QStringLiteral("classifier.fc2.weight") };

TEST(LayerNames, theSharedEndingBeginsAtASeparator)
{
    EXPECT_EQ(sharedEnding(names), 7);
    EXPECT_EQ(sharedEnding({ QStringLiteral("a.conv1.weight"), QStringLiteral("b.xconv1.weight") }), 7);
    EXPECT_EQ(sharedEnding({ QStringLiteral("conv1"), QStringLiteral("dconv1") }), 0) << "no separator";
    EXPECT_EQ(sharedEnding({ QStringLiteral("x.weight"), QStringLiteral("x.weight") }), 0) << "nothing differs";
    EXPECT_EQ(sharedEnding({ QStringLiteral("alone.weight") }), 0);
    EXPECT_EQ(sharedEnding({}), 0);
    EXPECT_EQ(sharedEnding({ QStringLiteral(".weight"), QStringLiteral("a.weight") }), 7);
}

TEST(LayerNames, cutNamesStillDiffer)
{
    const QFontMetrics metrics(QApplication::font());
    const int ending = sharedEnding(names);
    for (int width = metrics.horizontalAdvance(QStringLiteral("…residual5.conv1…")); width < 400; width += 3) {
        std::set<QString> shown;
        for (const QString& name : names) {
            const QString cut = elidedName(name, ending, metrics, width);
            EXPECT_LE(metrics.horizontalAdvance(cut), width) << name.toStdString();
            shown.insert(cut);
        }
        EXPECT_EQ(shown.size(), names.size()) << width;
    }
    EXPECT_EQ(elidedName(names[2], ending, metrics, 2000), names[2]);
    EXPECT_EQ(elidedName(names[0], ending, metrics, metrics.horizontalAdvance(QStringLiteral("features.conv1…"))),
        QStringLiteral("features.conv1…"));
    // Without an ending there is only the beginning to cut.
    const QString cut = elidedName(names[0], 0, metrics, metrics.horizontalAdvance(names[0]) - 1);
    EXPECT_TRUE(cut.startsWith(QChar(0x2026)) && cut.endsWith(QStringLiteral("weight"))) << cut.toStdString();
    // A name that is all ending keeps something.
    EXPECT_FALSE(elidedName(QStringLiteral(".weight"), 7, metrics, 20).isEmpty());
}

TEST(LayerNames, whatAFileWroteNeverBecomesMarkup)
{
    const QString hostile = QStringLiteral("<b>bold</b><img src='x'>");
    EXPECT_FALSE(toolTipText(hostile).contains(QStringLiteral("<b>")));
    EXPECT_TRUE(toolTipText(QString()).isEmpty());
    AllocationRow row;
    row.name = hostile;
    row.menu = std::make_shared<const std::vector<BarChoice>>();
    AllocationModel bars;
    bars.setRows({ row });
    StepRow step;
    step.layer = hostile;
    StepModel steps;
    steps.setRows({ step });
    for (const QVariant& tip : { bars.index(0, 0).data(Qt::ToolTipRole), steps.index(0, 0).data(Qt::ToolTipRole) }) {
        EXPECT_FALSE(tip.toString().contains(QStringLiteral("<b>"))) << tip.toString().toStdString();
        EXPECT_TRUE(tip.toString().contains(QStringLiteral("&lt;b&gt;")));
    }
}

} // namespace
} // namespace bw
