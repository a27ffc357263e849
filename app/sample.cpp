#include "app/sample.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>
#include <QStringList>

namespace bw {

Sample findSample()
{
    const QStringList folders {
        QCoreApplication::applicationDirPath() + QStringLiteral("/../share/bitwright/samples"),
        QString::fromUtf8(BITWRIGHT_SOURCE_SAMPLES),
    };
    for (const QString& folder : folders) {
        const QFileInfo model(folder + QStringLiteral("/shapes.pt"));
        const QFileInfo data(folder + QStringLiteral("/shapes_test2000.safetensors"));
        if (model.isFile()) {
            return { model.canonicalFilePath(), data.isFile() ? data.canonicalFilePath() : QString() };
        }
    }
    return {};
}

QString folderForResults(const QString& modelPath)
{
    const QFileInfo model(modelPath);
    const bool isSample = model.canonicalFilePath() == findSample().model;
    if (!isSample && QFileInfo(model.absolutePath()).isWritable()) {
        return model.absolutePath();
    }
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    return QFileInfo(documents).isDir() ? documents : QDir::homePath();
}

} // namespace bw
