#include "widgets/plots/plot_tickers.h"

#include "widgets/text.h"

#include <QLocale>
#include <qcustomplot.h>

#include <cmath>

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
    return text.replace(QLatin1Char('-'), QChar(0x2212));
}

class NumberTicker : public QCPAxisTicker
{
protected:
    QString getTickLabel(double tick, const QLocale&, QChar, int) override { return tickText(tick); }
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
