#include "app/application.h"
#include "app/main_window.h"
#include "app/screenshot.h"
#include "app/settings.h"
#include "core/evaluate/inference_engine.h"

#include <QApplication>
#include <QIcon>
#include <QTimer>

int main(int argc, char** argv)
{
    const bw::Launch launch = bw::readCommandLine(argc, argv);
    if (launch.isDone) {
        return launch.exitCode;
    }
    bw::prepareApplication(launch.options);
    int result = 0;
    {
        QApplication application(argc, argv);
        bw::installTranslations(launch.options.language);
        const bool isForPictures = !launch.options.screenshotFolder.isEmpty();
        const QString theme = !launch.options.theme.isEmpty() ? launch.options.theme
            : isForPictures                                   ? QStringLiteral("light")
                                                              : bw::settings::theme();
        bw::applyTheme(theme);
        QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/bitwright.svg")));
        if (isForPictures) {
            result = bw::takeScreenshots(
                launch.options.screenshotFolder, launch.options.scene, launch.options.files.value(0));
        } else {
            bw::MainWindow window;
            QObject::connect(&window, &bw::MainWindow::themeChosen, &bw::applyTheme);
            window.show();
            QTimer::singleShot(0, &window, [&] {
                window.offerRecovery();
                window.openPaths(launch.options.files);
            });
            result = QApplication::exec();
        }
    }
    // After the lanes are empty and all windows are gone: nobody calls the engine any more.
    bw::InferenceEngine::instance().shutDown();
    return result;
}
