#include "tests/widgets/made_up.h"
#include "tests/widgets/recorder.h"
#include "widgets/editors/param_controls.h"
#include "widgets/editors/param_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSlider>
#include <QSpinBox>
#include <QWheelEvent>

#include <gtest/gtest.h>

namespace bw {

namespace {

QuantFormat intFormat(int bits)
{
    QuantFormat format;
    format.family = "int";
    format.params = { { "bits", std::int64_t { bits } } };
    format.scaling.granularity = Granularity::Channel;
    return format;
}

void choose(QComboBox* combo, int index)
{
    combo->setCurrentIndex(index);
    Q_EMIT combo->activated(index);
}

} // namespace

class FormatEditorTest : public testing::Test
{
protected:
    FormatEditorTest()
    {
        editor.setChoices(made_up::formatChoices());
        editor.setSpelling([](const QuantFormat& format) { return format.family + "!"; });
        QObject::connect(&editor, &FormatEditor::formatEdited, &editor,
            [this](const QuantFormat& format, EditPhase phase) { whole(format, phase); });
        QObject::connect(&editor, &FormatEditor::formatPartEdited, &editor,
            [this](const FormatEdit& edit, EditPhase phase) { parts(edit, phase); });
        showAt(editor, { 300, 600 });
    }
    template <class W>
    W* child(const char* name)
    {
        return editor.findChild<W*>(QLatin1String(name));
    }
    QSpinBox* bits() { return editor.findChild<QWidget*>(QStringLiteral("param-bits"))->findChild<QSpinBox*>(); }

    FormatEditor editor;
    Recorder<QuantFormat> whole;
    Recorder<FormatEdit> parts;
};

TEST_F(FormatEditorTest, settingEmitsNothing)
{
    editor.setFormat(made_up::powerFormat());
    editor.setFormat(intFormat(3));
    editor.setFormats({ intFormat(3), intFormat(5), made_up::powerFormat() });
    editor.setFormats({});
    editor.setChecker([](const QuantFormat&) { return std::vector<Problem> { { "bits", "wrong" } }; });
    EXPECT_TRUE(whole.edits.empty());
    EXPECT_TRUE(parts.edits.empty());
    EXPECT_FALSE(editor.isEnabled()) << "there is nothing to edit";
}

TEST_F(FormatEditorTest, anEditEmitsOnce)
{
    editor.setFormat(intFormat(4));
    bits()->setValue(6);
    ASSERT_EQ(whole.phases(), (std::vector { EditPhase::End }));
    EXPECT_EQ(whole.edits[0].value, intFormat(6));
    ASSERT_EQ(parts.edits.size(), 1U);
    EXPECT_EQ(parts.edits[0].value.part, FormatEdit::Part::Parameter);
    EXPECT_EQ(parts.edits[0].value.parameter, "bits");
    EXPECT_EQ(editor.format(), intFormat(6));
}

TEST_F(FormatEditorTest, aSliderDragIsOneGesture)
{
    editor.setFormat(intFormat(4));
    auto* slider = editor.findChild<QWidget*>(QStringLiteral("param-bits"))->findChild<QSlider*>();
    slider->setSliderDown(true);
    slider->setSliderPosition(5);
    slider->setSliderPosition(7);
    slider->setSliderDown(false);
    ASSERT_TRUE(whole.isDrag(EditPhase::End));
    EXPECT_EQ(whole.edits.front().value, intFormat(4));
    EXPECT_EQ(whole.edits.back().value, intFormat(7));
}

TEST_F(FormatEditorTest, anotherFamilyKeepsWhatFits)
{
    editor.setFormat(intFormat(3));
    auto* family = child<QComboBox>("family");
    choose(family, 1);
    ASSERT_EQ(whole.edits.size(), 1U);
    const QuantFormat power = whole.edits[0].value;
    EXPECT_EQ(power.family, "pow");
    EXPECT_EQ(power.params.at("bits"), ParamValue(std::int64_t { 3 }));
    EXPECT_TRUE(std::holds_alternative<std::monostate>(power.params.at("a"))) << "the schema's default: searched";
    EXPECT_EQ(power.scaling.granularity, Granularity::Channel);
    choose(family, 4);
    EXPECT_EQ(whole.edits[1].value.scaling, Scaling {}) << "bf16 takes no scaling";
    EXPECT_FALSE(child<QComboBox>("granularity")->isVisible());
}

TEST_F(FormatEditorTest, blockSizeBelongsToBlocks)
{
    editor.setFormat(intFormat(4));
    EXPECT_FALSE(child<QComboBox>("blockSize")->isVisible());
    choose(child<QComboBox>("granularity"), 2);
    EXPECT_EQ(whole.edits.back().value.scaling.blockSize, 64);
    ASSERT_TRUE(child<QComboBox>("blockSize")->isVisible());
    choose(child<QComboBox>("blockSize"), 1);
    EXPECT_EQ(whole.edits.back().value.scaling.blockSize, 32);
    choose(child<QComboBox>("granularity"), 0);
    EXPECT_EQ(whole.edits.back().value.scaling.blockSize, 0);
    EXPECT_EQ(whole.edits.size(), 3U);
}

TEST_F(FormatEditorTest, theClipValueBelongsToItsRule)
{
    editor.setFormat(intFormat(4));
    EXPECT_FALSE(child<QWidget>("clip")->isVisible());
    choose(child<QComboBox>("rule"), 2);
    EXPECT_EQ(whole.edits.back().value.scaling.rule, "clip");
    EXPECT_DOUBLE_EQ(whole.edits.back().value.scaling.ruleValue, 0.98);
    ASSERT_TRUE(child<QWidget>("clip")->isVisible());
    QTest::keyClick(child<QWidget>("clip"), Qt::Key_Left);
    EXPECT_NEAR(whole.edits.back().value.scaling.ruleValue, 0.97, 1e-9);
    EXPECT_EQ(parts.edits.back().value.part, FormatEdit::Part::RuleValue);
    choose(child<QComboBox>("rule"), 0);
    EXPECT_EQ(whole.edits.back().value.scaling.ruleValue, 0);
    EXPECT_EQ(whole.edits.size(), 3U);
}

TEST_F(FormatEditorTest, searchTakesAndGivesBackTheValue)
{
    editor.setFormat(made_up::powerFormat());
    auto* control = editor.findChild<QWidget*>(QStringLiteral("param-a"));
    auto* search = control->findChild<QCheckBox*>();
    auto* spin = control->findChild<QDoubleSpinBox*>();
    search->click();
    EXPECT_TRUE(std::holds_alternative<std::monostate>(whole.edits.back().value.params.at("a")));
    EXPECT_FALSE(spin->isEnabled());
    search->click();
    EXPECT_EQ(whole.edits.back().value.params.at("a"), ParamValue(0.5));
    EXPECT_TRUE(spin->isEnabled());
    EXPECT_EQ(whole.edits.size(), 2U);
}

TEST_F(FormatEditorTest, whatASearchFoundIsShown)
{
    QuantFormat searched = made_up::powerFormat();
    searched.params["a"] = ParamValue {};
    QuantFormat found = searched;
    found.params["a"] = 0.62;
    editor.setFormat(searched);
    auto* spin = editor.findChild<QWidget*>(QStringLiteral("param-a"))->findChild<QDoubleSpinBox*>();
    EXPECT_EQ(spin->text(), QStringLiteral("—")) << "not known yet";
    editor.setResolved(found);
    EXPECT_DOUBLE_EQ(spin->value(), 0.62);
    EXPECT_NE(spin->text(), QStringLiteral("—"));
    EXPECT_FALSE(spin->isEnabled());
    found.family = "int";
    editor.setResolved(found);
    EXPECT_EQ(spin->text(), QStringLiteral("—")) << "another family's value says nothing";
    EXPECT_TRUE(whole.edits.empty());
}

TEST_F(FormatEditorTest, mixedPartsAreSaidAndKept)
{
    QuantFormat other = intFormat(6);
    other.scaling.store = "f32";
    editor.setFormats({ intFormat(4), other });
    EXPECT_TRUE(editor.isMixed());
    EXPECT_EQ(bits()->text(), QStringLiteral("mixed"));
    EXPECT_EQ(child<QComboBox>("store")->currentIndex(), -1);
    EXPECT_EQ(child<QComboBox>("granularity")->currentIndex(), 1) << "the same in both";
    EXPECT_EQ(child<QLineEdit>("spelling")->text(), QStringLiteral("mixed"));
    choose(child<QComboBox>("granularity"), 0);
    const FormatEdit edit = parts.edits.back().value;
    const QuantFormat changed = edit.appliedTo(other);
    EXPECT_EQ(changed.params.at("bits"), ParamValue(std::int64_t { 6 })) << "only the edited part is taken over";
    EXPECT_EQ(changed.scaling.store, "f32");
    EXPECT_EQ(changed.scaling.granularity, Granularity::Tensor);
    EXPECT_EQ(bits()->text(), QStringLiteral("mixed"));
    bits()->setValue(5);
    EXPECT_EQ(bits()->text(), QStringLiteral("5"));
}

TEST_F(FormatEditorTest, mixedFamiliesHideTheirParameters)
{
    editor.setFormats({ intFormat(4), made_up::powerFormat() });
    EXPECT_EQ(child<QComboBox>("family")->currentIndex(), -1);
    EXPECT_EQ(editor.findChild<QWidget*>(QStringLiteral("param-bits")), nullptr);
    choose(child<QComboBox>("family"), 2);
    const FormatEdit edit = parts.edits.back().value;
    const QuantFormat changed = edit.appliedTo(made_up::powerFormat());
    EXPECT_EQ(changed.family, "kmeans");
    EXPECT_EQ(changed.scaling.granularity, Granularity::Block) << "its own scaling stays";
    EXPECT_EQ(changed.scaling.rule, "absmax") << "k-means has no scale rule";
}

TEST_F(FormatEditorTest, spellingAndProblemsFollow)
{
    editor.setChecker([](const QuantFormat& format) {
        return format.params.at("bits") == ParamValue(std::int64_t { 7 })
            ? std::vector<Problem> { { "bits", "not seven" }, { "block", "odd block" } }
            : std::vector<Problem> {};
    });
    editor.setFormat(intFormat(4));
    EXPECT_EQ(child<QLineEdit>("spelling")->text(), QStringLiteral("int!"));
    bits()->setValue(7);
    QStringList shown;
    for (const QLabel* label : editor.findChildren<QLabel*>()) {
        if (label->isVisible()) {
            shown << label->text();
        }
    }
    EXPECT_TRUE(shown.contains(QStringLiteral("not seven")));
    EXPECT_TRUE(shown.contains(QStringLiteral("odd block")));
}

TEST(ParamFormTest, listsAreCheckedBeforeTheyAreTaken)
{
    ParamForm form;
    std::vector<ParamValues> edits;
    QObject::connect(
        &form, &ParamForm::valuesEdited, &form, [&](const ParamValues& values) { edits.push_back(values); });
    form.setSchema(made_up::formatChoices().families[3].schema);
    form.setValues({});
    auto* field = form.findChild<QLineEdit*>();
    const auto type = [&](const QString& text) {
        field->setText(text);
        Q_EMIT field->editingFinished();
    };
    type(QStringLiteral("-1, x"));
    type(QStringLiteral("0.5"));
    EXPECT_TRUE(edits.empty());
    type(QStringLiteral("-1; 0.25  1"));
    ASSERT_EQ(edits.size(), 1U);
    EXPECT_EQ(edits[0].at("levels"), ParamValue(std::vector<double> { -1, 0.25, 1 }));
    Q_EMIT field->editingFinished();
    EXPECT_EQ(edits.size(), 1U) << "the same text is no edit";
}

TEST(ParamFormTest, choicesEmitTheirIds)
{
    ParamForm form;
    std::vector<ParamValues> edits;
    QObject::connect(
        &form, &ParamForm::valuesEdited, &form, [&](const ParamValues& values) { edits.push_back(values); });
    form.setSchema(made_up::formatChoices().families[1].schema);
    form.setValues(made_up::powerFormat().params);
    auto* combo = form.findChild<QComboBox*>();
    choose(combo, 2);
    ASSERT_EQ(edits.size(), 1U);
    EXPECT_EQ(edits[0].at("scope"), ParamValue(std::string("model")));
    EXPECT_EQ(edits[0].at("a"), ParamValue(0.5));
}

TEST(ParamFormTest, theWheelOverAnUnfocusedControlChangesNothing)
{
    ParamForm form;
    int edits = 0;
    QObject::connect(&form, &ParamForm::valuesEdited, &form, [&] { ++edits; });
    form.setSchema(made_up::formatChoices().families[0].schema);
    showAt(form, { 280, 80 });
    auto* spin = form.findChild<QSpinBox*>();
    spin->clearFocus();
    QWheelEvent wheel({ 5, 5 }, spin->mapToGlobal(QPointF(5, 5)), {}, { 0, 120 }, Qt::NoButton, Qt::NoModifier,
        Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(spin, &wheel);
    EXPECT_EQ(edits, 0);
}

TEST(TypedNumbers, allOrNothing)
{
    EXPECT_EQ(typedNumbers(QStringLiteral("1, 2;3 −4")), (std::vector<double> { 1, 2, 3, -4 }));
    EXPECT_EQ(typedNumbers(QStringLiteral("1, nan")), std::nullopt);
    EXPECT_EQ(typedNumbers(QString()), std::vector<double> {});
}

TEST(RecipePanelTest, forwardsEditsAndSetsQuietly)
{
    RecipePanel panel;
    int formatEdits = 0;
    int partEdits = 0;
    std::vector<QString> methods;
    std::vector<EditScope> scopes;
    int resets = 0;
    QObject::connect(&panel, &RecipePanel::formatEdited, &panel, [&] { ++formatEdits; });
    QObject::connect(&panel, &RecipePanel::formatPartEdited, &panel, [&] { ++partEdits; });
    QObject::connect(&panel, &RecipePanel::methodEdited, &panel, [&](const QString& id) { methods.push_back(id); });
    QObject::connect(&panel, &RecipePanel::scopeEdited, &panel, [&](EditScope scope) { scopes.push_back(scope); });
    QObject::connect(&panel, &RecipePanel::resetRequested, &panel, [&] { ++resets; });
    panel.setChoices(made_up::formatChoices(), made_up::methodChoices());
    RecipePicture picture;
    picture.selectedCount = 2;
    picture.layerCount = 9;
    picture.formats = { intFormat(4), intFormat(4) };
    picture.methods = { QStringLiteral("rtn"), QStringLiteral("gptq") };
    picture.canReset = true;
    panel.setPicture(picture);
    panel.setScope(EditScope::AllLayers);
    showAt(panel, { 300, 700 });
    EXPECT_EQ(formatEdits + partEdits + resets, 0);
    EXPECT_TRUE(methods.empty() && scopes.empty());
    auto* method = panel.findChild<QComboBox*>(QStringLiteral("method"));
    EXPECT_EQ(method->currentIndex(), -1) << "mixed";
    choose(method, 1);
    EXPECT_EQ(methods, std::vector<QString>({ QStringLiteral("gptq") }));
    panel.findChild<QWidget*>(QStringLiteral("param-bits"))->findChild<QSpinBox*>()->setValue(5);
    EXPECT_EQ(formatEdits, 1);
    EXPECT_EQ(partEdits, 1);
    panel.findChild<QRadioButton*>()->click();
    EXPECT_EQ(scopes, std::vector<EditScope>({ EditScope::SelectedLayers }));
    panel.findChild<QPushButton*>(QStringLiteral("reset"))->click();
    EXPECT_EQ(resets, 1);
}

} // namespace bw
