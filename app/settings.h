#pragma once

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

namespace bw {

/// What is kept between starts, by typed keys.
namespace settings {

QByteArray windowGeometry();
void setWindowGeometry(const QByteArray& geometry);
QByteArray windowState();
void setWindowState(const QByteArray& state);
QByteArray layerTableState();
void setLayerTableState(const QByteArray& state);
/// Bin heights of the sample's largest layer; empty until it was opened once.
QList<float> sampleThumbnail();
void setSampleThumbnail(const QList<float>& bins);
bool isLogScale();
void setLogScale(bool isLog);
/// The fitted distribution over histograms.
bool isFitShown();
void setFitShown(bool isShown);
/// What is measured follows the allocation.
bool isMeasureFollowing();
void setMeasureFollowing(bool isFollowing);
/// "system", "light" or "dark".
QString theme();
void setTheme(const QString& theme);
/// Newest first, without repetition, at most twelve.
QStringList recentFiles();
void addRecentFile(const QString& path);
void removeRecentFile(const QString& path);
/// Folder the next file dialog starts in.
QString lastFolder();
void setLastFolder(const QString& folder);

} // namespace settings

/// Folder for what a crash must not lose; created if absent.
QString stateFolder();

} // namespace bw
