#include "widgets/text.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>

namespace bw {

namespace {

QString withTrueMinus(QString text)
{
    return text.replace(QLatin1Char('-'), QChar(0x2212));
}

int decimalExponent(double magnitude, int digits)
{
    int exponent = static_cast<int>(std::floor(std::log10(magnitude)));
    // 9.996 at three digits is 10.0.
    const double scale = std::pow(10.0, digits - 1 - exponent);
    if (std::isfinite(scale) && std::round(magnitude * scale) >= std::pow(10.0, digits)) {
        ++exponent;
    }
    return exponent;
}

} // namespace

QString coreText(const Text& text)
{
    const QString translated = QCoreApplication::translate("core", text.source.c_str());
    return QString::fromStdString(fillSlots(translated.toStdString(), text.args));
}

QString shownName(std::string_view name)
{
    return QString::fromStdString(printable(name));
}

QString unknownText()
{
    return QString(QChar(0x2014));
}

QString numberText(double value, int digits)
{
    if (std::isnan(value)) {
        return QStringLiteral("NaN");
    }
    if (std::isinf(value)) {
        return value > 0 ? QString(QChar(0x221e)) : QString(QChar(0x2212)) + QChar(0x221e);
    }
    if (value == 0) {
        return QStringLiteral("0");
    }
    const QLocale locale;
    const int exponent = decimalExponent(std::fabs(value), digits);
    if (exponent >= -4 && exponent < 7) {
        return withTrueMinus(locale.toString(value, 'f', std::max(0, digits - 1 - exponent)));
    }
    const QString mantissa = locale.toString(value * std::pow(10.0, -exponent), 'f', digits - 1);
    return withTrueMinus(mantissa + QLatin1Char('e') + QString::number(exponent));
}

QString numberText(const std::optional<double>& value, bool isExact, int digits)
{
    if (!value) {
        return unknownText();
    }
    const QString text = numberText(*value, digits);
    return isExact ? text : QChar(0x2248) + text;
}

QString numberText(double value, bool isExact, int digits)
{
    return numberText(std::optional(value), isExact, digits);
}

QString percentText(double fraction, int digits)
{
    return QCoreApplication::translate("numbers", "%1 %").arg(numberText(fraction * 100, digits));
}

QString signedPercentText(double fraction)
{
    const double percent = fraction * 100;
    const double magnitude = std::fabs(percent);
    const QString digits
        = magnitude == 0 ? QStringLiteral("0") : QLocale().toString(magnitude, 'f', magnitude < 9.95 ? 1 : 0);
    const QChar sign = percent < 0 ? QChar(0x2212) : QLatin1Char('+');
    return QCoreApplication::translate("numbers", "%1 %").arg(sign + digits);
}

QString countText(qulonglong count)
{
    return QLocale().toString(count);
}

QString bytesText(qulonglong bytes)
{
    static constexpr std::array<const char*, 6> units { "B", "kB", "MB", "GB", "TB", "PB" };
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    const QString number = unit == 0 ? countText(bytes) : numberText(value);
    return QCoreApplication::translate("numbers", "%1 %2").arg(number, QLatin1String(units[unit]));
}

QString durationText(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0) {
        return unknownText();
    }
    if (seconds < 10) {
        return QCoreApplication::translate("numbers", "%1 s").arg(QLocale().toString(seconds, 'f', 1));
    }
    const auto whole = static_cast<qulonglong>(std::llround(std::min(seconds, 1e15)));
    if (whole < 60) {
        return QCoreApplication::translate("numbers", "%1 s").arg(whole);
    }
    if (whole < 3600) {
        return QCoreApplication::translate("numbers", "%1 min %2 s").arg(whole / 60).arg(whole % 60);
    }
    return QCoreApplication::translate("numbers", "%1 h %2 min").arg(whole / 3600).arg(whole % 3600 / 60);
}

QString toolTipText(const QString& plain)
{
    return plain.isEmpty()
        ? plain
        : QStringLiteral("<qt>%1</qt>").arg(plain.toHtmlEscaped().replace(u'\n', QStringLiteral("<br>")));
}

} // namespace bw
