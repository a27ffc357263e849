// Two models compared in the window: dropped together, chosen, swapped, filtered, closed.
#include "app/controllers/diff_controller.h"
#include "app/controllers/open_controller.h"
#include "app/main_window.h"
#include "app/views/diff_view.h"
#include "app/workbench.h"
#include "core/diff/model_diff.h"
#include "core/model/loader.h"
#include "tests/app/await.h"
#include "tests/app/models.h"
#include "tests/support/model_builders.h"
#include "tests/support/temp_dir.h"
#include "widgets/panels/problem_bar.h"
#include "widgets/plots/pair_plot.h"

#include <gtest/gtest.h>

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QTest>
#include <QToolButton>

#include <cmath>

namespace bw {
namespace {

using test::await;

class DiffWindow : public ::testing::Test
{
protected:
    void SetUp() override
    {
        const auto layers = test::smallModel()->layers();
        std::vector<test::NamedView> a;
        std::vector<test::NamedView> b;
        for (const LayerInfo& layer : layers) {
            a.push_back({ layer.name, layer.view });
            b.push_back({ layer.name, layer.view });
        }
        // fc.weight on a grid of sixteenths of its largest value, conv1.bias gone, another tensor new.
        FloatChunks chunks(layers[3].view);
        const auto values = chunks.values(0, layers[3].count());
        std::vector<float> rounded(values.begin(), values.end());
        for (float& value : rounded) {
            value = std::round(value * 160.0F) / 160.0F;
        }
        b[3].view = makeTensor(layers[3].view.shape, rounded);
        b[1] = { "extra.weight", makeTensor({ 4, 4 }, test::bellValues(16, 77)) };
        test::writeModelFile(m_folder.path() / "a.safetensors", a);
        test::writeModelFile(m_folder.path() / "b.safetensors", b);
        m_window.resize(1440, 900);
        m_window.show();
    }
    QString path(const char* name) { return QString::fromStdString((m_folder.path() / name).string()); }
    bool dropBoth(const char* first, const char* second)
    {
        m_window.openPaths({ path(first), path(second) });
        return settle();
    }
    bool settle()
    {
        return await([&] { return m_window.bench().jobs.activeCount() == 0 && !m_window.diff().isBusy(); });
    }
    DiffView& view() { return m_window.diffView(); }
    const DiffRow& row(std::size_t index) { return view().tensors().rows()[index]; }
    QString bannerText()
    {
        QString text;
        for (const auto* label : m_window.findChild<ProblemBar*>()->findChildren<QLabel*>()) {
            text += label->text();
        }
        return text;
    }

    test::TempDir m_folder;
    MainWindow m_window;
};

TEST_F(DiffWindow, TwoModelsDroppedTogetherAreCompared)
{
    ASSERT_TRUE(dropBoth("a.safetensors", "b.safetensors"));
    ASSERT_TRUE(m_window.diff().isShown());
    EXPECT_TRUE(view().isVisible());
    EXPECT_FALSE(m_window.bench().document.isOpen());
    ASSERT_EQ(view().tensors().rowCount(), 5);
    // What differs stands first, what is the same last.
    EXPECT_EQ(row(0).name, QStringLiteral("fc.weight"));
    EXPECT_EQ(row(0).verdict, static_cast<int>(TensorVerdict::Requantized));
    EXPECT_EQ(row(1).verdict, static_cast<int>(TensorVerdict::OnlyA));
    EXPECT_EQ(row(2).verdict, static_cast<int>(TensorVerdict::OnlyB));
    EXPECT_EQ(row(4).verdict, static_cast<int>(TensorVerdict::Identical));
    const ModelDiff diff = diffModels(
        *openModel(path("a.safetensors").toStdString()), *openModel(path("b.safetensors").toStdString()), {});
    EXPECT_EQ(row(0).r, diff.tensors[3].r());

    // The first row is chosen, and its values in both files are in the same bins.
    const PairPicture& picture = view().plot().picture();
    ASSERT_TRUE(picture.a != nullptr && picture.b != nullptr);
    EXPECT_EQ(picture.a->edges, picture.b->edges);
    const auto sum = [](const Histogram& h) {
        std::uint64_t all = 0;
        for (const auto count : h.counts) {
            all += count;
        }
        return all;
    };
    EXPECT_EQ(sum(*picture.a), 640U);
    EXPECT_EQ(sum(*picture.b), 640U);
    // The next row by keyboard: only A has it.
    QTest::keyClick(&view().table(), Qt::Key_Down);
    ASSERT_TRUE(settle());
    EXPECT_TRUE(view().plot().picture().a != nullptr && view().plot().picture().b == nullptr);
    QTest::keyClick(&view().table(), Qt::Key_Escape);
    EXPECT_FALSE(m_window.diff().isShown());
    EXPECT_FALSE(view().isVisible());
}

TEST_F(DiffWindow, VerdictsAndNamesFilter)
{
    ASSERT_TRUE(dropBoth("a.safetensors", "b.safetensors"));
    const auto shown = [&] { return view().table().model()->rowCount(); };
    EXPECT_EQ(shown(), 5);
    for (auto* button : view().findChildren<QToolButton*>()) {
        if (button->text() == QStringLiteral("2 identical")) {
            QTest::mouseClick(button, Qt::LeftButton);
        }
    }
    EXPECT_EQ(shown(), 3);
    QTest::keyClicks(view().findChild<QLineEdit*>(QStringLiteral("diffSearch")), QStringLiteral("weight"));
    EXPECT_EQ(shown(), 2);
}

TEST_F(DiffWindow, SwappedTheyChangeSides)
{
    ASSERT_TRUE(dropBoth("a.safetensors", "b.safetensors"));
    QTest::mouseClick(view().findChild<QPushButton*>(QStringLiteral("diffSwap")), Qt::LeftButton);
    ASSERT_TRUE(settle());
    ASSERT_EQ(view().tensors().rowCount(), 5);
    EXPECT_EQ(row(1).name, QStringLiteral("extra.weight"));
    EXPECT_EQ(row(1).verdict, static_cast<int>(TensorVerdict::OnlyA));
}

TEST_F(DiffWindow, WhatIsOpenStaysAsItIs)
{
    m_window.openPaths({ path("a.safetensors") });
    ASSERT_TRUE(await([&] { return m_window.bench().document.isOpen(); }) && settle());
    const ModelPtr before = m_window.bench().document.model();
    m_window.diff().compare(path("a.safetensors"), path("b.safetensors"));
    ASSERT_TRUE(settle());
    EXPECT_TRUE(view().isVisible());
    EXPECT_EQ(m_window.bench().document.model(), before);
    QTest::mouseClick(view().findChild<QPushButton*>(QStringLiteral("diffClose")), Qt::LeftButton);
    EXPECT_FALSE(view().isVisible());
    EXPECT_EQ(m_window.bench().document.model(), before);
    // A model opened later is shown, not the comparison.
    m_window.diff().compare(path("a.safetensors"), path("b.safetensors"));
    ASSERT_TRUE(settle());
    m_window.openPaths({ path("b.safetensors") });
    ASSERT_TRUE(await([&] { return m_window.bench().document.model() != before; }) && settle());
    EXPECT_FALSE(view().isVisible());
}

TEST_F(DiffWindow, ABadFileIsABannerAndTheStartPageAgain)
{
    test::writeFile(m_folder.path() / "bad.safetensors", std::string("\xff\xff\xff\xff\xff\xff\xff\x7f{}", 10));
    ASSERT_TRUE(dropBoth("a.safetensors", "bad.safetensors"));
    EXPECT_FALSE(m_window.diff().isShown());
    EXPECT_TRUE(bannerText().contains(QStringLiteral("bad.safetensors"))) << bannerText().toStdString();
}

TEST_F(DiffWindow, AModelDroppedWithItsDataIsOpened)
{
    std::vector<float> inputs(20, 0.5F);
    test::writeModelFile(m_folder.path() / "data.safetensors",
        { { "inputs", makeTensor({ 5, 4 }, inputs) },
            { "labels", makeTensor(DType::I64, { 5 }, std::vector<std::byte>(40)) } });
    m_window.openPaths({ path("data.safetensors"), path("a.safetensors") });
    ASSERT_TRUE(await([&] { return m_window.bench().document.isOpen() || m_window.diff().isShown(); }));
    ASSERT_TRUE(settle());
    EXPECT_FALSE(m_window.diff().isShown());
    EXPECT_EQ(m_window.bench().document.session().dataLocation, path("data.safetensors").toStdString());
}

TEST_F(DiffWindow, AModelsFolderIsOpenedAndOneOfPicturesIsData)
{
    std::filesystem::create_directory(m_folder.path() / "model");
    std::filesystem::copy_file(m_folder.path() / "a.safetensors", m_folder.path() / "model" / "model.safetensors");
    std::filesystem::create_directories(m_folder.path() / "pictures" / "cat");
    m_window.openPaths({ path("model"), path("pictures") });
    ASSERT_TRUE(await([&] { return m_window.bench().document.isOpen(); }));
    ASSERT_TRUE(settle());
    EXPECT_EQ(m_window.bench().document.session().modelPath, m_folder.path() / "model" / "model.safetensors");
    // Every such model has that name: the folder's tells which it is.
    EXPECT_TRUE(m_window.windowTitle().startsWith(QStringLiteral("model/model.safetensors")))
        << m_window.windowTitle().toStdString();
}

TEST_F(DiffWindow, AnIndexOfShardsIsAModelAndNoRecipe)
{
    std::filesystem::copy_file(m_folder.path() / "a.safetensors", m_folder.path() / "part.safetensors");
    std::string map;
    const auto model = openModel(path("a.safetensors").toStdString());
    for (const auto& layer : model->layers()) {
        map += (map.empty() ? "\"" : ", \"") + layer.name + "\": \"part.safetensors\"";
    }
    test::writeFile(m_folder.path() / "model.safetensors.index.json", "{\"weight_map\": {" + map + "}}");
    m_window.openPaths({ path("model.safetensors.index.json") });
    ASSERT_TRUE(await([&] { return m_window.bench().document.isOpen(); }));
    EXPECT_TRUE(settle());
}

} // namespace
} // namespace bw
