#pragma once

#include <QString>

namespace bw {

/// The bundled sample: a small trained network with test images. Empty paths if it is not installed.
struct Sample
{
    QString model;
    QString data;
    bool exists() const { return !model.isEmpty(); }
};

/// Looked for beside the program (../share/bitwright/samples), else in the source tree it was built from.
Sample findSample();

/// Folder that dialogs propose for what is made of a model: beside it, but the user's documents for the sample and
/// where nothing can be written.
QString folderForResults(const QString& modelPath);

} // namespace bw
