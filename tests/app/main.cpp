#include "core/evaluate/inference_engine.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QLocale>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    testing::InitGoogleTest(&argc, argv);
    QStandardPaths::setTestModeEnabled(true);
    // Nothing of the user's is read or written, and no two test programs share anything.
    const QTemporaryDir home;
    qputenv("HOME", home.path().toLocal8Bit());
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, home.path());
    QLocale::setDefault(QLocale::c());
    int result = 0;
    {
        const QApplication application(argc, argv);
        QCoreApplication::setOrganizationName(QStringLiteral("Bitwright"));
        QCoreApplication::setApplicationName(QStringLiteral("bitwright-tests"));
        result = RUN_ALL_TESTS();
    }
    bw::InferenceEngine::instance().shutDown();
    return result;
}
