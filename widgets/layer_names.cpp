#include "widgets/layer_names.h"

#include <QFontMetrics>

#include <algorithm>

namespace bw {

namespace {

constexpr QChar dots(0x2026);

bool isSeparator(QChar character)
{
    return character == u'.' || character == u'/' || character == u'_';
}

} // namespace

int sharedEnding(const std::vector<QString>& names)
{
    if (names.empty()) {
        return 0;
    }
    const QString& first = names.front();
    qsizetype shared = first.size();
    bool areSame = true;
    for (const QString& name : names) {
        areSame = areSame && name == first;
        qsizetype common = 0;
        while (common < shared && common < name.size()
            && name[name.size() - 1 - common] == first[first.size() - 1 - common]) {
            ++common;
        }
        shared = common;
    }
    if (areSame) {
        return 0;
    }
    while (shared > 0 && !isSeparator(first[first.size() - shared])) {
        --shared;
    }
    return static_cast<int>(shared);
}

QString elidedName(const QString& name, int ending, const QFontMetrics& metrics, int width)
{
    if (metrics.horizontalAdvance(name) <= width) {
        return name;
    }
    const bool hasEnding = ending > 0 && ending < name.size();
    const QString shown = hasEnding ? name.chopped(ending) + dots : name;
    const QString cut = metrics.elidedText(shown, Qt::ElideLeft, width);
    if (cut == shown) {
        return cut;
    }
    // Whole parts read better than "…dual5.conv1…".
    for (qsizetype at = 0; at < shown.size(); ++at) {
        if (!isSeparator(shown[at])) {
            continue;
        }
        const QString whole = dots + shown.mid(at + 1);
        const int wholeWidth = metrics.horizontalAdvance(whole);
        if (wholeWidth <= width) {
            return 2 * wholeWidth >= width ? whole : cut;
        }
    }
    return cut;
}

} // namespace bw
