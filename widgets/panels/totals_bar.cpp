#include "widgets/panels/totals_bar.h"

#include "widgets/icons.h"
#include "widgets/panels/figure_tile.h"
#include "widgets/text.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLocale>
#include <QToolButton>

#include <cmath>

namespace bw {

namespace {

/// "81.8 % [80.0, 83.4]": an accuracy never stands alone.
QString withInterval(const Metric& metric)
{
    const auto percent = [](double x) { return QLocale().toString(x * 100, 'f', 1); };
    return TotalsBar::tr("%1 % [%2, %3]").arg(percent(metric.value), percent(metric.low), percent(metric.high));
}

} // namespace

struct TotalsBar::Private
{
    TotalsBar* q;
    Totals totals;
    FigureTile* size = nullptr;
    FigureTile* bits = nullptr;
    FigureTile* damage = nullptr;
    FigureTile* accuracy = nullptr;
    QToolButton* evaluate = nullptr;
    QToolButton* jobs = nullptr;

    QList<QWidget*> sizeParts;

    QFrame* addLine(QHBoxLayout* layout) const;
    void showSize() const;
    void showAccuracy() const;
    void showAll() const;
};

TotalsBar::TotalsBar(QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>())
{
    d->q = this;
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 4, 12, 4);
    layout->setSpacing(12);
    d->size = new FigureTile(tr("File size"), this);
    d->bits = new FigureTile(tr("Bits per weight"), this);
    d->damage = new FigureTile(tr("Weight error R"), this);
    d->accuracy = new FigureTile(tr("Accuracy"), this);
    for (FigureTile* tile : { d->size, d->bits, d->damage, d->accuracy }) {
        layout->addWidget(tile);
        if (tile != d->accuracy) {
            QFrame* line = d->addLine(layout);
            if (tile != d->damage) {
                d->sizeParts.append({ tile, line });
            }
        }
    }
    d->evaluate = new QToolButton(this);
    d->evaluate->setObjectName(QStringLiteral("evaluate"));
    d->evaluate->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    d->evaluate->setAutoRaise(true);
    layout->addWidget(d->evaluate);
    layout->addStretch(1);
    d->jobs = new QToolButton(this);
    d->jobs->setObjectName(QStringLiteral("jobs"));
    d->jobs->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    d->jobs->setAutoRaise(true);
    d->jobs->setIcon(themedIcon(IconName::Jobs));
    d->jobs->setToolTip(tr("Show the jobs"));
    layout->addWidget(d->jobs);
    connect(d->evaluate, &QToolButton::clicked, this, &TotalsBar::evaluateRequested);
    connect(d->jobs, &QToolButton::clicked, this, &TotalsBar::jobsRequested);
    d->showAll();
}

TotalsBar::~TotalsBar() = default;

QFrame* TotalsBar::Private::addLine(QHBoxLayout* layout) const
{
    auto* line = new QFrame(q);
    line->setFrameShape(QFrame::VLine);
    line->setFrameShadow(QFrame::Plain);
    line->setForegroundRole(QPalette::Mid);
    layout->addWidget(line);
    return line;
}

void TotalsBar::Private::showSize() const
{
    const QString mark = totals.isExact ? QString() : QString(QChar(0x2248));
    const QString before = totals.bytesBefore ? bytesText(*totals.bytesBefore) : unknownText();
    const QString after = totals.bytesAfter ? mark + bytesText(*totals.bytesAfter) : unknownText();
    QString text = tr("%1 → %2").arg(before, after);
    if (totals.bytesBefore && totals.bytesAfter && *totals.bytesBefore > 0) {
        const double change = static_cast<double>(*totals.bytesAfter) / static_cast<double>(*totals.bytesBefore) - 1;
        text = tr("%1 → %2 (%3)").arg(before, after, signedPercentText(change));
    }
    size->setValue(totals.bytesBefore || totals.bytesAfter ? text : unknownText());
    const auto pair = [](const std::optional<qulonglong>& a, const std::optional<qulonglong>& b) {
        return tr("%1 bytes before, %2 bytes after")
            .arg(a ? countText(*a) : unknownText(), b ? countText(*b) : unknownText());
    };
    QStringList inputs;
    if (totals.bytesBefore) {
        inputs << tr("File: %1").arg(pair(totals.bytesBefore, totals.bytesAfter));
    }
    if (totals.tensorBytesBefore) {
        inputs << tr("Tensors alone: %1").arg(pair(totals.tensorBytesBefore, totals.tensorBytesAfter));
    }
    size->setProvenance({ tr("File size"),
        tr("The model's own file, and the file that is exported: packed codes, scales and tables of quantized layers, "
           "all other tensors as they are, and the header with names and recipe (to some bytes a layer)."),
        tr("header + Σ bits / 8"), inputs.join(u'\n') });
    bits->setValue(numberText(totals.bitsPerWeight, totals.isExact));
    bits->setProvenance({ tr("Bits per weight"),
        tr("Stored bits of the quantized layers divided by their number of weights. Layers that are kept do not "
           "count."),
        tr("Σ bits of quantized layers / Σ weights of quantized layers"), {} });
}

void TotalsBar::Private::showAccuracy() const
{
    const QString title = totals.accuracyTitle.isEmpty() ? tr("Accuracy") : totals.accuracyTitle;
    QString text = unknownText();
    qulonglong n = 0;
    if (totals.floatAccuracy || totals.quantizedAccuracy) {
        text = tr("%1 → %2").arg(totals.floatAccuracy ? withInterval(*totals.floatAccuracy) : unknownText(),
            totals.quantizedAccuracy ? withInterval(*totals.quantizedAccuracy) : unknownText());
        n = totals.quantizedAccuracy ? totals.quantizedAccuracy->n : totals.floatAccuracy->n;
    }
    accuracy->setTitle(n > 0 ? tr("%1, float → quantized, n = %2").arg(title, countText(n)) : title);
    accuracy->setValue(text);
    accuracy->setStale(totals.isStale, tr("Measured with an earlier recipe; evaluate again"));
    accuracy->setProvenance({ title,
        tr("Share of samples the model gets right, measured by running it, with its 95 % Wilson interval. Two "
           "intervals that overlap may still differ: "
           "the runs panel has the paired test."),
        tr("correct / n"),
        totals.dataName.isEmpty() ? tr("Not measured yet.")
                                  : tr("Data: %1, %2 samples").arg(totals.dataName, countText(n)) });
    evaluate->setIcon(themedIcon(totals.isStale ? IconName::Retry : IconName::Play));
    evaluate->setText(totals.isEvaluating ? tr("Evaluating…") : totals.isStale ? tr("Re-evaluate") : tr("Evaluate"));
    evaluate->setEnabled(totals.canEvaluate && !totals.isEvaluating);
    evaluate->setToolTip(
        totals.canEvaluate ? tr("Run the model on the evaluation data, float and quantized") : totals.whyNotEvaluate);
}

void TotalsBar::Private::showAll() const
{
    showSize();
    damage->setValue(numberText(totals.predictedDamage, true));
    damage->setProvenance({ tr("Weight error R"),
        totals.predictedDamageHelp.isEmpty()
            ? tr("An estimate of how much the model suffers, before it is run. Not available for this model yet.")
            : totals.predictedDamageHelp,
        {}, {} });
    showAccuracy();
    jobs->setText(tr("%n jobs", nullptr, totals.runningJobs));
    jobs->setVisible(totals.runningJobs > 0);
}

void TotalsBar::setSizesShown(bool areShown)
{
    for (QWidget* part : d->sizeParts) {
        part->setVisible(areShown);
    }
}

void TotalsBar::setTotals(const Totals& totals)
{
    d->totals = totals;
    d->showAll();
}

const Totals& TotalsBar::totals() const
{
    return d->totals;
}

} // namespace bw
