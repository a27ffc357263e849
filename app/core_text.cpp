#include "app/core_text.h"

#include "core/base/version.h"
#include "widgets/text.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace bw {

QString errorText(const Error& error)
{
    QString text = coreText(error.message());
    for (const Text& place : error.context()) {
        text = QCoreApplication::translate("bw::ErrorText", "%1: %2", "place and what happened there")
                   .arg(coreText(place), text);
    }
    return text;
}

QString errorDetails(const Error& error)
{
    return QStringLiteral("Bitwright %1, %2\n%3")
        .arg(QString::fromLatin1(toolVersion()), QString::fromLatin1(errorKindName(error.kind())),
            QString::fromStdString(error.fullEnglish()));
}

QString pathText(const std::string& path)
{
    return QFile::decodeName(QByteArray::fromStdString(path));
}
QString fileNameText(const std::string& path)
{
    return shownName(QFileInfo(pathText(path)).fileName().toStdString());
}
QString modelNameText(const std::string& path)
{
    const QFileInfo file(pathText(path));
    const QString stem = file.fileName().section(u'.', 0, 0).section(u'-', 0, 0);
    const bool saysNothing = stem == QLatin1String("model") || stem == QLatin1String("pytorch_model")
        || stem == QLatin1String("consolidated");
    const QString folder = file.dir().dirName();
    return saysNothing && !folder.isEmpty() && folder != QLatin1String(".")
        ? shownName(QString(folder + u'/' + file.fileName()).toStdString())
        : fileNameText(path);
}
std::string toStdPath(const QString& path)
{
    return QFile::encodeName(path).toStdString();
}

} // namespace bw
