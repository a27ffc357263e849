#include "widgets/allocation/budget_text.h"

#include "widgets/plots/inline_edit.h"
#include "widgets/text.h"

#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace bw {

namespace {

QString say(const char* text)
{
    return QCoreApplication::translate("budget", text);
}

struct Word
{
    const char* english;
    double share;
};

/// Whole words for shares; each in the user's language too.
constexpr Word words[] = {
    { QT_TRANSLATE_NOOP("budget", "half"), 1.0 / 2 },
    { QT_TRANSLATE_NOOP("budget", "third"), 1.0 / 3 },
    { QT_TRANSLATE_NOOP("budget", "quarter"), 1.0 / 4 },
    { QT_TRANSLATE_NOOP("budget", "eighth"), 1.0 / 8 },
};

std::optional<double> shareOfWord(const QString& text)
{
    for (const Word& word : words) {
        if (text == QLatin1String(word.english) || text == say(word.english).toLower()
            || text == QStringLiteral("a ") + QLatin1String(word.english)) {
            return word.share;
        }
    }
    static const QRegularExpression fraction(QStringLiteral("^(\\d{1,3})\\s*/\\s*(\\d{1,3})$"));
    const auto match = fraction.match(text);
    if (match.hasMatch() && match.captured(2).toDouble() > 0) {
        return match.captured(1).toDouble() / match.captured(2).toDouble();
    }
    return std::nullopt;
}

/// Bytes of one unit of size; nothing if it is none.
std::optional<double> bytesOfUnit(const QString& unit)
{
    static const std::pair<const char*, double> units[] = { { "b", 1 }, { "byte", 1 }, { "bytes", 1 }, { "kb", 1e3 },
        { "mb", 1e6 }, { "gb", 1e9 }, { "tb", 1e12 }, { "k", 1e3 }, { "m", 1e6 }, { "g", 1e9 }, { "kib", 1024 },
        { "mib", 1048576 }, { "gib", 1073741824 }, { "tib", 1099511627776.0 } };
    for (const auto& [name, bytes] : units) {
        if (unit == QLatin1String(name)) {
            return bytes;
        }
    }
    return std::nullopt;
}

bool isBits(const QString& unit)
{
    static const QStringList names { QString(), QStringLiteral("bit"), QStringLiteral("bits"), QStringLiteral("bpw"),
        QStringLiteral("bits/weight"), QStringLiteral("bit/weight") };
    return names.contains(unit) || unit == say(QT_TRANSLATE_NOOP("budget", "bits")).toLower();
}

} // namespace

TypedBudget typedBudget(const QString& text)
{
    const QString typed = text.trimmed().toLower();
    if (const auto share = shareOfWord(typed)) {
        return { { Budget::Kind::Share, *share }, {} };
    }
    static const QRegularExpression form(QStringLiteral("^([\\d.,'\\x{2019}\\x{a0}\\x{202f}٫٬ ]+)\\s*([^\\d\\s].*)?$"),
        QRegularExpression::UseUnicodePropertiesOption);
    const auto match = form.match(typed);
    const auto number = match.hasMatch() ? typedNumber(match.captured(1).trimmed()) : std::nullopt;
    if (number && *number > 0 && std::isfinite(*number)) {
        const QString unit = match.captured(2).trimmed();
        if (unit == QStringLiteral("%") || unit == QStringLiteral("percent") || unit == QStringLiteral("％")) {
            return { { Budget::Kind::Share, *number / 100 }, {} };
        }
        if (isBits(unit)) {
            return { { Budget::Kind::BitsPerWeight, *number }, {} };
        }
        if (const auto bytes = bytesOfUnit(unit)) {
            return { { Budget::Kind::Bytes, *number * *bytes }, {} };
        }
    }
    return { {},
        say(QT_TRANSLATE_NOOP("budget",
                "\"%1\" is no budget. Type bits per weight (4.1 bits), a size (3.2 GB), a share (25 %) or half."))
            .arg(text.trimmed()) };
}

QString bitsText(double bits)
{
    return say(QT_TRANSLATE_NOOP("budget", "%1 bits")).arg(QLocale().toString(bits, 'f', 2));
}

QString askedText(const Budget& budget)
{
    switch (budget.kind) {
    case Budget::Kind::BitsPerWeight:
        return bitsText(budget.value);
    case Budget::Kind::Share:
        return percentText(budget.value);
    case Budget::Kind::Bytes:
        break;
    }
    return bytesText(static_cast<qulonglong>(budget.value));
}

} // namespace bw
