#pragma once

#include <QString>

#include <vector>

class QFontMetrics;

namespace bw {

/// How many characters at the end all names have in common, from a separator on: 7 of names in ".weight". 0 if there
/// are less than two different names.
int sharedEnding(const std::vector<QString>& names);

/// The name, cut so that what tells it from its neighbours is left: first the `ending` they share goes, then the
/// beginning, by whole parts where that does not waste half of the width. "…residual5.conv1…"
QString elidedName(const QString& name, int ending, const QFontMetrics& metrics, int width);

} // namespace bw
