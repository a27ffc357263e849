#include "app/main_actions.h"
#include "app/main_window.h"
#include "app/views/layer_view.h"
#include "app/workbench.h"
#include "tests/app/await.h"
#include "tests/app/models.h"
#include "tests/support/paths.h"

#include <gtest/gtest.h>

#include <QAbstractButton>
#include <QAction>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QRegularExpression>
#include <QTabBar>
#include <QTableView>
#include <QTranslator>
#include <QXmlStreamReader>

#include <algorithm>

namespace bw {
namespace {

struct Entry
{
    QString context;
    QString source;
    QString state; ///< "unfinished", "vanished", "obsolete"; empty: finished
    QStringList translations; ///< one, or one per plural form
    bool isPlural = false;
};

QList<Entry> entriesOf(const QString& language)
{
    QFile file(QString::fromStdString((test::sourceDir() / "translations").string())
        + QStringLiteral("/bitwright_%1.ts").arg(language));
    EXPECT_TRUE(file.open(QIODevice::ReadOnly)) << file.fileName().toStdString();
    QXmlStreamReader xml(&file);
    QList<Entry> entries;
    QString context;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement) {
            continue;
        }
        const auto name = xml.name();
        if (name == u"name") {
            context = xml.readElementText();
        } else if (name == u"message") {
            entries.append({ context, {}, {}, {}, xml.attributes().value(QStringLiteral("numerus")) == u"yes" });
        } else if (name == u"source") {
            entries.back().source = xml.readElementText();
        } else if (name == u"translation") {
            entries.back().state = xml.attributes().value(QStringLiteral("type")).toString();
            if (!entries.back().isPlural) {
                entries.back().translations = { xml.readElementText() };
            }
        } else if (name == u"numerusform") {
            entries.back().translations.append(xml.readElementText());
        }
    }
    EXPECT_FALSE(xml.hasError()) << xml.errorString().toStdString();
    return entries;
}

/// "%1", "%2", "%n" as they occur, sorted; plural forms may leave %n out.
QStringList slotsOf(const QString& text, bool withCount)
{
    static const QRegularExpression slot(QStringLiteral("%[1-9n]"));
    QStringList found;
    for (auto match = slot.globalMatch(text); match.hasNext();) {
        const QString name = match.next().captured();
        if (withCount || name != QStringLiteral("%n")) {
            found.append(name);
        }
    }
    found.sort();
    return found;
}

TEST(Translations, NothingIsUnfinishedAndAllSlotsAgree)
{
    for (const QString& language : { QStringLiteral("zh_CN"), QStringLiteral("en") }) {
        const auto entries = entriesOf(language);
        EXPECT_GT(entries.size(), language == QStringLiteral("en") ? 10 : 700);
        for (const Entry& entry : entries) {
            const std::string where = QString(language % u' ' % entry.context % u": " % entry.source).toStdString();
            EXPECT_TRUE(entry.state.isEmpty()) << where;
            ASSERT_EQ(entry.translations.size(), entry.isPlural && language == QStringLiteral("en") ? 2 : 1) << where;
            for (const QString& translation : entry.translations) {
                EXPECT_FALSE(translation.isEmpty()) << where;
                const bool isEnglishPlural = entry.isPlural && language == QStringLiteral("en");
                EXPECT_EQ(slotsOf(translation, !isEnglishPlural), slotsOf(entry.source, !isEnglishPlural)) << where;
                EXPECT_EQ(translation.contains(u'&'), entry.source.contains(u'&')) << where;
            }
        }
    }
}

QStringList visibleTexts(const QWidget& window)
{
    QStringList texts;
    for (const auto* label : window.findChildren<QLabel*>()) {
        texts.append(label->text());
    }
    for (const auto* button : window.findChildren<QAbstractButton*>()) {
        texts.append({ button->text(), button->toolTip() });
    }
    for (const auto* action : window.findChildren<QAction*>()) {
        texts.append(action->text());
    }
    for (const auto* tabs : window.findChildren<QTabBar*>()) {
        for (int index = 0; index < tabs->count(); ++index) {
            texts.append(tabs->tabText(index));
        }
    }
    for (const auto* combo : window.findChildren<QComboBox*>()) {
        for (int index = 0; index < combo->count(); ++index) {
            texts.append(combo->itemText(index));
        }
    }
    for (const auto* table : window.findChildren<QTableView*>()) {
        for (int column = 0; column < table->model()->columnCount(); ++column) {
            texts.append(table->model()->headerData(column, Qt::Horizontal).toString());
        }
    }
    texts.removeAll(QString());
    return texts;
}

TEST(Translations, NothingInTheWindowStaysEnglishForWhichThereIsChinese)
{
    QTranslator translator;
    ASSERT_TRUE(translator.load(QString::fromStdString((test::binaryDir() / "app" / "bitwright_zh_CN.qm").string())));
    QCoreApplication::installTranslator(&translator);
    {
        MainWindow window(true);
        window.show();
        window.bench().document.open(test::smallModel(), {});
        EXPECT_TRUE(
            test::await([&] { return !window.bench().derived.isBusy() && window.bench().derived.staleCount() == 0; }));
        for (const auto tab : { LayerViewPage::ExponentTab, LayerViewPage::CodebookTab, LayerViewPage::ChannelsTab,
                 LayerViewPage::OutliersTab }) {
            window.layerView().setCurrentTab(tab);
        }
        const QStringList texts = visibleTexts(window);
        EXPECT_TRUE(texts.contains(QStringLiteral("文件(&F)")));
        for (const Entry& entry : entriesOf(QStringLiteral("zh_CN"))) {
            if (!entry.translations.contains(entry.source) && entry.source.size() > 1) {
                EXPECT_FALSE(texts.contains(entry.source))
                    << entry.context.toStdString() << ": " << entry.source.toStdString();
            }
        }
    }
    QCoreApplication::removeTranslator(&translator);
}

} // namespace
} // namespace bw
