#include "widgets/plots/plot_tickers.h"

#include "widgets/text.h"

#include <QLocale>
#include <qcustomplot.h>

#include <array>
#include <cmath>
#include <span>

namespace bw {

namespace {

QString tickText(double tick)
{
    if (std::fabs(tick) < 1e-300) {
        return QStringLiteral("0");
    }
    const double magnitude = std::fabs(tick);
    QString text
        = magnitude >= 1e-4 && magnitude < 1e6 ? QLocale().toString(tick, 'g', 6) : QLocale().toString(tick, 'g', 3);
    // "5e-08" as all other numbers are written: 5e−8.
    const auto exponent = text.indexOf(u'e', 0, Qt::CaseInsensitive);
    for (auto at = exponent + 2; exponent >= 0 && at + 1 < text.size() && text[at] == u'0';) {
        text.remove(at, 1);
    }
    return text.replace(QLatin1Char('-'), QChar(0x2212)).replace(QStringLiteral("e+"), QStringLiteral("e"));
}

class NumberTicker : public QCPAxisTicker
{
protected:
    QString getTickLabel(double tick, const QLocale&, QChar, int) override { return tickText(tick); }
};

class LogNumberTicker : public QCPAxisTicker
{
protected:
    QString getTickLabel(double tick, const QLocale&, QChar, int) override { return tickText(tick); }
    QVector<double> createTickVector(double, const QCPRange& range) override
    {
        static constexpr std::array few { 1.0, 2.0, 5.0 };
        static constexpr std::array many { 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0 };
        static constexpr std::array one { 1.0 };
        if (!(range.lower > 0)) {
            return {};
        }
        const double ratio = range.upper / range.lower;
        const std::span<const double> steps = ratio < shortRange ? std::span<const double>(many)
            : ratio < longRange                                  ? std::span<const double>(few)
                                                                 : std::span<const double>(one);
        QVector<double> ticks;
        const double last = std::floor(std::log10(range.upper));
        for (double decade = std::floor(std::log10(range.lower)); decade <= last; ++decade) {
            for (const double step : steps) {
                // Rounded as it is read: 0.3, not 0.30000000000000004.
                ticks.append(decade < 0 ? step / std::pow(10.0, -decade) : step * std::pow(10.0, decade));
            }
        }
        return ticks;
    }
    QVector<double> createSubTickVector(int, const QVector<double>&) override { return {}; }

private:
    static constexpr double shortRange = 20;
    static constexpr double longRange = 1e5;
};

class CountTicker : public QCPAxisTicker
{
protected:
    QString getTickLabel(double tick, const QLocale&, QChar, int) override
    {
        // Half a weight is no count.
        return tick < 0 || tick != std::floor(tick) ? QString() : countText(static_cast<qulonglong>(tick));
    }
};

class LogCountTicker : public QCPAxisTickerLog
{
protected:
    QString getTickLabel(double tick, const QLocale&, QChar, int) override
    {
        return tick < 0.9 ? QString() : countText(static_cast<qulonglong>(std::llround(tick)));
    }
};

} // namespace

QSharedPointer<QCPAxisTicker> makeNumberTicker(int tickCount)
{
    QSharedPointer<QCPAxisTicker> ticker(new NumberTicker);
    ticker->setTickCount(tickCount);
    return ticker;
}

QSharedPointer<QCPAxisTicker> makeLogNumberTicker()
{
    return QSharedPointer<QCPAxisTicker>(new LogNumberTicker);
}

QSharedPointer<QCPAxisTicker> makeCountTicker(bool isLog)
{
    if (isLog) {
        QSharedPointer<QCPAxisTickerLog> ticker(new LogCountTicker);
        ticker->setLogBase(10);
        ticker->setSubTickCount(0);
        return ticker;
    }
    QSharedPointer<QCPAxisTicker> ticker(new CountTicker);
    ticker->setTickCount(4);
    return ticker;
}

} // namespace bw
