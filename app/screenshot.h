#pragma once

#include <QString>

namespace bw {

/// Draws the scenes of the window (all, or the one named) with the sample loaded into `folder` as PNG files. Returns
/// the program's exit code. The same machine and settings give the same pictures: times and rates, which no two runs
/// share, are set to fixed ones. The scene "families" can show another model: `file`, empty for the sample.
int takeScreenshots(const QString& folder, const QString& scene, const QString& file = {});

} // namespace bw
