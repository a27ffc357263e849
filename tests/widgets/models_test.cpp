#include "tests/widgets/made_up.h"
#include "widgets/models/layer_filter_proxy.h"
#include "widgets/models/outlier_table_model.h"
#include "widgets/models/roles.h"
#include "widgets/models/run_models.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QSignalSpy>

#include <gtest/gtest.h>

namespace bw {

namespace {

using Mode = QAbstractItemModelTester::FailureReportingMode;

/// Rows as "a | b | c".
QStringList printed(const QAbstractItemModel& model, const std::vector<int>& columns)
{
    QStringList lines;
    for (int row = 0; row < model.rowCount(); ++row) {
        QStringList cells;
        for (const int column : columns) {
            cells << model.index(row, column).data().toString();
        }
        lines << cells.join(QStringLiteral(" | "));
    }
    return lines;
}

LayerRow row(std::size_t id, const QString& name, std::optional<double> r)
{
    LayerRow result;
    result.id = LayerId(id);
    result.name = name;
    result.r = r;
    result.format = QStringLiteral("int4/c");
    return result;
}

} // namespace

TEST(LayerTableModel, behavesAsAModel)
{
    LayerTableModel model;
    const QAbstractItemModelTester tester(&model, Mode::Fatal);
    LayerFilterProxy proxy;
    proxy.setSourceModel(&model);
    const QAbstractItemModelTester proxyTester(&proxy, Mode::Fatal);
    model.setRows(made_up::layers(50));
    proxy.setFilterText(QStringLiteral("conv1"));
    proxy.sort(LayerTableModel::ErrorColumn, Qt::DescendingOrder);
    LayerRow changed = model.rowAt(4);
    changed.r = 0.9;
    changed.name = QStringLiteral("renamed");
    model.updateRow(changed.id, changed);
    proxy.setFilterText({});
    model.setRows({});
    EXPECT_EQ(proxy.rowCount(), 0);
}

TEST(LayerTableModel, saysWhatIsUnknownKeptOrFailed)
{
    LayerTableModel model;
    LayerRow unknown = row(0, QStringLiteral("a"), std::nullopt);
    LayerRow kept = row(1, QStringLiteral("b"), std::nullopt);
    kept.isKept = true;
    LayerRow failed = row(2, QStringLiteral("c"), 0.5);
    failed.hasFailed = true;
    failed.outlierShare = 0.0123;
    model.setRows({ unknown, kept, failed });
    EXPECT_EQ(printed(model,
                  { LayerTableModel::NameColumn, LayerTableModel::FormatColumn, LayerTableModel::ErrorColumn,
                      LayerTableModel::OutliersColumn }),
        QStringList({ QStringLiteral("a | int4/c | — | —"), QStringLiteral("b | kept | — | —"),
            QStringLiteral("c | int4/c | failed | 1.2 %") }));
}

TEST(LayerTableModel, updatesInPlaceWithOneNotice)
{
    LayerTableModel model;
    model.setRows(made_up::layers(100));
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    std::vector<LayerRow> rows { model.rowAt(10), model.rowAt(40) };
    rows[0].r = 0.7;
    rows[1].r = 0.8;
    model.updateRows(rows);
    ASSERT_EQ(changed.size(), 1);
    EXPECT_EQ(changed[0][0].toModelIndex().row(), 10);
    EXPECT_EQ(changed[0][1].toModelIndex().row(), 40);
    model.updateRows(rows);
    EXPECT_EQ(changed.size(), 1) << "the same again is no change";
    model.updateRow(LayerId(std::size_t { 5000 }), rows[0]);
    EXPECT_EQ(changed.size() + reset.size(), 1) << "unknown ids are ignored";
}

TEST(LayerTableModel, toolTipsDoNotTurnNamesIntoMarkup)
{
    LayerTableModel model;
    model.setRows({ row(0, QStringLiteral("<img src=x>"), 0.1) });
    EXPECT_EQ(model.index(0, 0).data().toString(), QStringLiteral("<img src=x>"));
    EXPECT_FALSE(model.index(0, 0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("<img")));
}

TEST(LayerFilterProxy, sortsNumbersAndPutsUnknownLastBothWays)
{
    LayerTableModel model;
    model.setRows({ row(0, QStringLiteral("a"), 0.2), row(1, QStringLiteral("b"), std::nullopt),
        row(2, QStringLiteral("c"), 0.1), row(3, QStringLiteral("d"), 10) });
    LayerFilterProxy proxy;
    proxy.setSourceModel(&model);
    proxy.sort(LayerTableModel::ErrorColumn, Qt::AscendingOrder);
    EXPECT_EQ(printed(proxy, { 0 }),
        QStringList({ QStringLiteral("c"), QStringLiteral("a"), QStringLiteral("d"), QStringLiteral("b") }));
    proxy.sort(LayerTableModel::ErrorColumn, Qt::DescendingOrder);
    EXPECT_EQ(printed(proxy, { 0 }),
        QStringList({ QStringLiteral("d"), QStringLiteral("a"), QStringLiteral("c"), QStringLiteral("b") }));
    proxy.sort(-1);
    EXPECT_EQ(printed(proxy, { 0 }),
        QStringList({ QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c"), QStringLiteral("d") }));
}

TEST(LayerFilterProxy, filtersByWordsAndExpressions)
{
    LayerTableModel model;
    model.setRows({ row(0, QStringLiteral("layer1.0.conv1.weight"), 0.2),
        row(1, QStringLiteral("layer1.1.conv2.weight"), 0.2), row(2, QStringLiteral("fc.weight"), 0.1) });
    LayerFilterProxy proxy;
    proxy.setSourceModel(&model);
    proxy.setFilterText(QStringLiteral("CONV layer1.1"));
    EXPECT_EQ(printed(proxy, { 0 }), QStringList({ QStringLiteral("layer1.1.conv2.weight") }));
    proxy.setFilterText(QStringLiteral("/conv[12]/"));
    EXPECT_EQ(proxy.rowCount(), 2);
    proxy.setFilterText(QStringLiteral("/^fc"));
    EXPECT_EQ(proxy.rowCount(), 1) << "while the second slash is not typed yet";
    EXPECT_TRUE(proxy.filterProblem().isEmpty());
    proxy.setFilterText(QStringLiteral("/conv(/"));
    EXPECT_EQ(proxy.rowCount(), 3);
    EXPECT_FALSE(proxy.filterProblem().isEmpty());
}

TEST(LayerTableModel, tenThousandRowsFilledOneAfterTheOtherStayLight)
{
    LayerTableModel model;
    std::vector<LayerRow> rows;
    for (std::size_t i = 0; i < 10000; ++i) {
        rows.push_back(row(i, QStringLiteral("layer%1").arg(i), std::nullopt));
    }
    model.setRows(rows);
    LayerFilterProxy proxy;
    proxy.setSourceModel(&model);
    proxy.sort(LayerTableModel::ErrorColumn);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i].r = static_cast<double>((i * 7919) % 10000);
    }
    QElapsedTimer clock;
    clock.start();
    for (std::size_t i = 0; i < rows.size(); i += 100) {
        model.updateRows(
            { rows.begin() + static_cast<std::ptrdiff_t>(i), rows.begin() + static_cast<std::ptrdiff_t>(i) + 100 });
    }
    EXPECT_LT(clock.elapsed(), 20000);
    EXPECT_EQ(proxy.index(0, LayerTableModel::ErrorColumn).data(SortRole).toDouble(), 0);
    EXPECT_EQ(proxy.index(9999, LayerTableModel::ErrorColumn).data(SortRole).toDouble(), 9999);
}

TEST(OutlierTableModel, showsCoordinatesAndDistances)
{
    OutlierTableModel model;
    const QAbstractItemModelTester tester(&model, Mode::Fatal);
    OutliersPicture picture;
    picture.shape = { 4, 3, 2 };
    picture.mean = 1;
    picture.std = 2;
    picture.outliers = { { 23, -9 }, { 0, 5 } };
    model.setPicture(picture);
    EXPECT_EQ(printed(model, { 0, 1, 2, 3, 4 }),
        QStringList({ QStringLiteral("1 | −9.000 | −5.00 σ | [3, 2, 1] | 23"),
            QStringLiteral("2 | 5.000 | 2.00 σ | [0, 0, 0] | 0") }));
    picture.std = 0;
    model.setPicture(picture);
    EXPECT_EQ(model.index(0, 2).data().toString(), QStringLiteral("—"));
}

TEST(Coordinates, coverTheShapeAndNoMore)
{
    EXPECT_EQ(coordinatesOf(5, { 2, 3 }), (std::vector<std::int64_t> { 1, 2 }));
    EXPECT_TRUE(coordinatesOf(6, { 2, 3 }).empty());
    EXPECT_TRUE(coordinatesOf(0, { 0, 3 }).empty());
    EXPECT_TRUE(coordinatesOf(0, {}).empty());
}

TEST(RunModels, showValuesWithIntervals)
{
    RunMetricsModel metrics;
    RunClassesModel classes;
    const QAbstractItemModelTester first(&metrics, Mode::Fatal);
    const QAbstractItemModelTester second(&classes, Mode::Fatal);
    const EvalResult result = made_up::runs().front().result;
    metrics.setResult(result);
    classes.setResult(result);
    EXPECT_EQ(printed(metrics, { 0, 1, 2, 3, 4 }).first(),
        QStringLiteral("Top-1 accuracy | 81.8 % | [80.0, 83.4] | 78.5 % | [76.7, 80.3]"));
    EXPECT_EQ(metrics.columnCount(), 5) << "all count the same samples";
    EXPECT_EQ(metrics.commonCount(), std::optional<std::uint64_t>(2000));
    EXPECT_EQ(printed(metrics, { 0, 1, 3 }).last(), QStringLiteral("Agreement with float | — | 91.1 %"));
    EXPECT_EQ(metrics.headerData(1, Qt::Horizontal).toString(), QStringLiteral("float"));
    EXPECT_EQ(printed(classes, { 0, 1, 2, 3, 4 }).first(), QStringLiteral("airplane | 190 | 78.9 % | 76.8 % | −2.1"));
    EvalResult mixed = result;
    mixed.runs[0].metrics[0].n = 1000;
    metrics.setResult(mixed);
    EXPECT_EQ(metrics.headerData(5, Qt::Horizontal).toString(), QStringLiteral("n"));
    EXPECT_EQ(metrics.index(0, 5).data().toString(), QStringLiteral("1,000"));
    EXPECT_FALSE(metrics.commonCount().has_value());
    metrics.setResult({});
    classes.setResult({});
    EXPECT_EQ(metrics.rowCount() + classes.rowCount() + metrics.columnCount(), 0);
}

} // namespace bw
