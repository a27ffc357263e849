#pragma once

#include <QPalette>

namespace bw {

/// The two palettes used when the system gives none (off-screen pictures, `--theme`). Text contrast ≥ 7 : 1.
QPalette lightPalette();
QPalette darkPalette();

} // namespace bw
