#pragma once

#include "core/base/error.h"

#include <QString>

namespace bw {

/// An error as one sentence in the user's language, with where it happened: "file a.safetensors: tensor w: it ends too
/// early". Plain text.
QString errorText(const Error& error);
/// The same in English with its kind: what goes into a bug report.
QString errorDetails(const Error& error);

/// A path as users read it, safe to show; and back and forth between the two worlds.
QString pathText(const std::string& path);
QString fileNameText(const std::string& path);
/// The same of a model, with its folder if the name is the one that every model has there ("model.safetensors").
QString modelNameText(const std::string& path);
std::string toStdPath(const QString& path);

} // namespace bw
