#pragma once

#include <QString>
#include <QStringList>

class QApplication;

namespace bw {

/// What the command line asks of the program.
struct LaunchOptions
{
    QStringList files;
    QString language; ///< "zh_CN"; empty: the system's
    QString theme; ///< "dark", "light", "system"; empty: as chosen in the window
    double scale = 0; ///< 0: the system's
    QString screenshotFolder; ///< not empty: draw pictures and end
    QString scene; ///< empty: all
};

/// Read before there is an application object, as scale and platform must be set first. On --help, --version or a
/// mistake `isDone` is set.
struct Launch
{
    LaunchOptions options;
    bool isDone = false;
    int exitCode = 0;
};
Launch readCommandLine(int argc, char** argv);

/// Sets what must stand before QApplication is made: scale, off-screen drawing, names.
void prepareApplication(const LaunchOptions& options);
/// Translations of Bitwright and of Qt itself.
void installTranslations(const QString& language);
void applyTheme(const QString& theme);

} // namespace bw
