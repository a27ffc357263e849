#include "app/application.h"

#include "core/base/simd.h"
#include "core/base/text.h"
#include "core/base/version.h"
#include "widgets/palettes.h"
#include "widgets/quiet_style.h"

#include <QApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

#include <cstdio>

namespace bw {

namespace {

constexpr const char* helpText = R"(Usage: bitwright [OPTIONS] [FILE…]
Opens a model, a session (.bitw) or the start page; two models are compared.

Options:
  --lang LANGUAGE      language of the window, such as zh_CN (default: the system's)
  --theme THEME        dark, light or system
  --scale FACTOR       scale of the window, 1 to 4
  --screenshot FOLDER  draw the window's scenes as PNG files into FOLDER, without a display
  --scene NAME         with --screenshot: only this scene; "families" takes a FILE to show instead of the sample
  --help               this text
  --version            the version
)";

Launch finished(std::FILE* stream, const QString& text, int exitCode)
{
    std::fputs(text.toLocal8Bit().constData(), stream);
    return { {}, true, exitCode };
}

} // namespace

Launch readCommandLine(int argc, char** argv)
{
    Launch launch;
    LaunchOptions& options = launch.options;
    bool areOptionsOver = false;
    for (int index = 1; index < argc; ++index) {
        const QString word = QString::fromLocal8Bit(argv[index]);
        if (areOptionsOver || !word.startsWith(QStringLiteral("-"))) {
            options.files.append(word);
            continue;
        }
        const QString name = word.section(u'=', 0, 0);
        const auto value = [&] {
            return word.contains(u'=') ? word.section(u'=', 1)
                : index + 1 < argc     ? QString::fromLocal8Bit(argv[++index])
                                       : QString();
        };
        if (name == QStringLiteral("--")) {
            areOptionsOver = true;
        } else if (name == QStringLiteral("--help") || name == QStringLiteral("-h")) {
            return finished(stdout, QString::fromUtf8(helpText), 0);
        } else if (name == QStringLiteral("--version")) {
            return finished(stdout, QStringLiteral("bitwright %1\n").arg(QString::fromLatin1(toolVersion())), 0);
        } else if (name == QStringLiteral("--lang")) {
            options.language = value();
        } else if (name == QStringLiteral("--theme")) {
            options.theme = value();
        } else if (name == QStringLiteral("--scale")) {
            options.scale = value().toDouble();
        } else if (name == QStringLiteral("--screenshot")) {
            options.screenshotFolder = value();
        } else if (name == QStringLiteral("--scene")) {
            options.scene = value();
        } else {
            return finished(stderr, QStringLiteral("bitwright: there is no option %1. Try --help.\n").arg(name), 2);
        }
    }
    if (!options.theme.isEmpty()
        && !QStringList { QStringLiteral("dark"), QStringLiteral("light"), QStringLiteral("system") }.contains(
            options.theme)) {
        return finished(stderr, QStringLiteral("bitwright: --theme takes dark, light or system.\n"), 2);
    }
    if (options.scale != 0 && (options.scale < 1 || options.scale > 4)) {
        return finished(stderr, QStringLiteral("bitwright: --scale takes a number from 1 to 4.\n"), 2);
    }
    if (const auto asked = simd::unknownChoice()) {
        return finished(stderr,
            QStringLiteral("bitwright: BITWRIGHT_SIMD is %1, an instruction set this machine does not have.\n")
                .arg(QString::fromStdString(printable(*asked))),
            2);
    }
    return launch;
}

void prepareApplication(const LaunchOptions& options)
{
    const bool isForPictures = !options.screenshotFolder.isEmpty();
    if (isForPictures && qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY")
        && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    if (options.scale > 0) {
        qputenv("QT_SCALE_FACTOR", QByteArray::number(options.scale));
    }
    QCoreApplication::setOrganizationName(QStringLiteral("Bitwright"));
    QCoreApplication::setApplicationName(QStringLiteral("bitwright"));
    QCoreApplication::setApplicationVersion(QString::fromLatin1(toolVersion()));
    QGuiApplication::setApplicationDisplayName(QStringLiteral("Bitwright"));
    QGuiApplication::setDesktopFileName(QStringLiteral("org.bitwright.Bitwright"));
    QGuiApplication::setHighDpiScaleFactorRoundingPolicy(Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
}

void installTranslations(const QString& language)
{
    const QLocale locale = language.isEmpty() ? QLocale::system() : QLocale(language);
    QLocale::setDefault(locale);
    auto* own = new QTranslator(qApp);
    if (own->load(locale, QStringLiteral("bitwright"), QStringLiteral("_"), QStringLiteral(":/i18n"))) {
        QCoreApplication::installTranslator(own);
    } else if (own->load(QStringLiteral(":/i18n/bitwright_en"))) {
        // English has plural forms to choose from, too.
        QCoreApplication::installTranslator(own);
    }
    auto* qt = new QTranslator(qApp);
    if (qt->load(locale, QStringLiteral("qtbase"), QStringLiteral("_"),
            QLibraryInfo::path(QLibraryInfo::TranslationsPath))) {
        QCoreApplication::installTranslator(qt);
    }
}

void applyTheme(const QString& theme)
{
    QApplication::setStyle(new QuietStyle);
    if (theme == QStringLiteral("dark") || theme == QStringLiteral("light")) {
        QApplication::setPalette(theme == QStringLiteral("dark") ? darkPalette() : lightPalette());
        return;
    }
    // Without a desktop that says otherwise, Qt's own grey is nobody's choice.
    const bool hasDesktop = !qEnvironmentVariableIsEmpty("XDG_CURRENT_DESKTOP");
    QApplication::setPalette(hasDesktop ? QPalette() : lightPalette());
}

} // namespace bw
