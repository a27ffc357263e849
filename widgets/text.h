#pragma once

#include "core/base/text.h"

#include <QString>

#include <optional>
#include <string_view>

namespace bw {

/// A sentence of core in the user's language: translated in context "core", then its slots filled. Plain text.
QString coreText(const Text& text);
/// A name that came from a file, safe to show (control characters and bidirectional overrides escaped). Show it as
/// plain text only.
QString shownName(std::string_view name);

/// "0.0983", "20.2", "1.2e-07": `digits` significant digits in the user's locale, a true minus sign; "∞" and "NaN" as
/// such.
QString numberText(double value, int digits = 3);
/// As above, "—" for unknown and "≈" before values that are not exact.
QString numberText(const std::optional<double>& value, bool isExact, int digits = 3);
QString numberText(double value, bool isExact, int digits = 3);
/// "81.8 %"
QString percentText(double fraction, int digits = 3);
/// Share in [0, 1] with a sign: "−31 %", "+4 %".
QString signedPercentText(double fraction);
/// "1,024": with the locale's group separators.
QString countText(qulonglong count);
/// "1.09 MB", decimal units.
QString bytesText(qulonglong bytes);
/// "3 s", "1 min 20 s", "2 h 5 min".
QString durationText(double seconds);
/// "—"
QString unknownText();
/// Plain text as a tool tip: what a file wrote into a name never becomes markup. Empty stays empty.
QString toolTipText(const QString& plain);

} // namespace bw
