#include "app/settings.h"

#include <QDir>
#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>

namespace bw {

namespace settings {

namespace {
constexpr qsizetype mostRecent = 12;
const QString geometryKey = QStringLiteral("window/geometry");
const QString stateKey = QStringLiteral("window/state");
const QString tableKey = QStringLiteral("window/layerTable");
const QString thumbnailKey = QStringLiteral("start/sampleThumbnail");
const QString logKey = QStringLiteral("plots/logScale");
const QString fitKey = QStringLiteral("plots/fit");
const QString measureFollowsKey = QStringLiteral("allocation/measureFollows");
const QString themeKey = QStringLiteral("window/theme");
const QString recentKey = QStringLiteral("files/recent");
const QString folderKey = QStringLiteral("files/folder");
} // namespace

QByteArray windowGeometry()
{
    return QSettings().value(geometryKey).toByteArray();
}
void setWindowGeometry(const QByteArray& geometry)
{
    QSettings().setValue(geometryKey, geometry);
}
QByteArray windowState()
{
    return QSettings().value(stateKey).toByteArray();
}
void setWindowState(const QByteArray& state)
{
    QSettings().setValue(stateKey, state);
}
QByteArray layerTableState()
{
    return QSettings().value(tableKey).toByteArray();
}
void setLayerTableState(const QByteArray& state)
{
    QSettings().setValue(tableKey, state);
}
QList<float> sampleThumbnail()
{
    QList<float> bins;
    for (const QVariant& bin : QSettings().value(thumbnailKey).toList()) {
        bins.append(bin.toFloat());
    }
    return bins;
}

void setSampleThumbnail(const QList<float>& bins)
{
    QVariantList values;
    for (const float bin : bins) {
        values.append(bin);
    }
    QSettings().setValue(thumbnailKey, values);
}

bool isLogScale()
{
    return QSettings().value(logKey, false).toBool();
}
void setLogScale(bool isLog)
{
    QSettings().setValue(logKey, isLog);
}

bool isFitShown()
{
    return QSettings().value(fitKey, true).toBool();
}
void setFitShown(bool isShown)
{
    QSettings().setValue(fitKey, isShown);
}

bool isMeasureFollowing()
{
    return QSettings().value(measureFollowsKey, true).toBool();
}
void setMeasureFollowing(bool isFollowing)
{
    QSettings().setValue(measureFollowsKey, isFollowing);
}

QString theme()
{
    return QSettings().value(themeKey, QStringLiteral("system")).toString();
}
void setTheme(const QString& theme)
{
    QSettings().setValue(themeKey, theme);
}

QStringList recentFiles()
{
    return QSettings().value(recentKey).toStringList();
}

void addRecentFile(const QString& path)
{
    QStringList files = recentFiles();
    files.removeAll(path);
    files.prepend(path);
    QSettings().setValue(recentKey, QStringList(files.mid(0, mostRecent)));
}

void removeRecentFile(const QString& path)
{
    QStringList files = recentFiles();
    files.removeAll(path);
    QSettings().setValue(recentKey, files);
}

QString lastFolder()
{
    return QSettings().value(folderKey, QDir::homePath()).toString();
}
void setLastFolder(const QString& folder)
{
    QSettings().setValue(folderKey, folder);
}

} // namespace settings

QString stateFolder()
{
    // Qt 6.4 does not know the state folder of the XDG base directories yet.
    const QString given = qEnvironmentVariable("XDG_STATE_HOME");
    QString folder = given.isEmpty() ? QDir::homePath() + QStringLiteral("/.local/state") : given;
    if (QStandardPaths::isTestModeEnabled()) {
        folder = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
    }
    folder += QStringLiteral("/bitwright");
    QDir().mkpath(folder);
    return folder;
}

} // namespace bw
