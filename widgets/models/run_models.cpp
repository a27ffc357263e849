#include "widgets/models/run_models.h"

#include "widgets/models/roles.h"
#include "widgets/text.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <set>

namespace bw {

namespace {

QString percentPoints(double x)
{
    QString text = QLocale().toString(x * 100, 'f', 1);
    return text.replace(QLatin1Char('-'), QChar(0x2212));
}

const Metric* findMetric(const EvalRun& run, const std::string& name)
{
    const auto found = std::find_if(
        run.metrics.begin(), run.metrics.end(), [&](const Metric& metric) { return metric.name == name; });
    return found == run.metrics.end() ? nullptr : &*found;
}

QVariant alignment(bool isText)
{
    return QVariant::fromValue(Qt::Alignment((isText ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter));
}

} // namespace

QString metricTitle(const std::string& name)
{
    static const std::pair<const char*, const char*> titles[] = {
        { "top1", QT_TRANSLATE_NOOP("bw::RunMetricsModel", "Top-1 accuracy") },
        { "top5", QT_TRANSLATE_NOOP("bw::RunMetricsModel", "Top-5 accuracy") },
        { "cross_entropy", QT_TRANSLATE_NOOP("bw::RunMetricsModel", "Cross-entropy") },
        { "perplexity", QT_TRANSLATE_NOOP("bw::RunMetricsModel", "Perplexity") },
        { "kl_mean", QT_TRANSLATE_NOOP("bw::RunMetricsModel", "KL to float, mean") },
        { "kl_p99", QT_TRANSLATE_NOOP("bw::RunMetricsModel", "KL to float, 99th percentile") },
        { "agreement", QT_TRANSLATE_NOOP("bw::RunMetricsModel", "Agreement with float") },
        { "same_top1", QT_TRANSLATE_NOOP("bw::RunMetricsModel", "Same top-1 as float") },
        { "sqnr_db", QT_TRANSLATE_NOOP("bw::RunMetricsModel", "SQNR of the outputs, dB") },
    };
    for (const auto& [id, title] : titles) {
        if (name == id) {
            return QCoreApplication::translate("bw::RunMetricsModel", title);
        }
    }
    return shownName(name);
}

bool isShare(const std::string& name)
{
    return name == "top1" || name == "top5" || name == "agreement" || name == "same_top1";
}

QString runTitle(const std::string& label)
{
    return label == "float"    ? RunMetricsModel::tr("float")
        : label == "quantized" ? RunMetricsModel::tr("quantized")
                               : shownName(label);
}

void RunMetricsModel::setResult(const EvalResult& result)
{
    beginResetModel();
    m_result = result;
    m_names.clear();
    std::set<std::uint64_t> counts;
    for (const EvalRun& run : result.runs) {
        for (const Metric& metric : run.metrics) {
            counts.insert(metric.n);
            if (std::find(m_names.begin(), m_names.end(), metric.name) == m_names.end()) {
                m_names.push_back(metric.name);
            }
        }
    }
    m_commonCount = counts.size() == 1 ? std::optional(*counts.begin()) : std::nullopt;
    endResetModel();
}

int RunMetricsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_names.size());
}

int RunMetricsModel::columnCount(const QModelIndex& parent) const
{
    // metric · (value · interval) of each run · n where it differs
    return parent.isValid() || m_result.runs.empty()
        ? 0
        : static_cast<int>(m_result.runs.size()) * 2 + (m_commonCount ? 1 : 2);
}

QVariant RunMetricsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const std::string& name = m_names[static_cast<std::size_t>(index.row())];
    const int column = index.column();
    if (role == Qt::TextAlignmentRole) {
        return alignment(column == 0);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    if (column == 0) {
        return metricTitle(name);
    }
    if (!m_commonCount && column == columnCount() - 1) {
        for (const EvalRun& run : m_result.runs) {
            if (const Metric* metric = findMetric(run, name)) {
                return countText(metric->n);
            }
        }
        return unknownText();
    }
    const Metric* metric = findMetric(m_result.runs[static_cast<std::size_t>(column - 1) / 2], name);
    if (metric == nullptr) {
        return unknownText();
    }
    const bool isPercent = isShare(name);
    if (column % 2 == 1) {
        return isPercent ? tr("%1 %").arg(percentPoints(metric->value)) : numberText(metric->value);
    }
    const QString low = isPercent ? percentPoints(metric->low) : numberText(metric->low);
    const QString high = isPercent ? percentPoints(metric->high) : numberText(metric->high);
    return tr("[%1, %2]").arg(low, high);
}

QVariant RunMetricsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return alignment(section == 0);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    if (section == 0) {
        return tr("Metric");
    }
    if (!m_commonCount && section == columnCount() - 1) {
        return tr("n");
    }
    return section % 2 == 1 ? runTitle(m_result.runs[static_cast<std::size_t>(section - 1) / 2].label)
                            : tr("95 % interval");
}

void RunClassesModel::setResult(const EvalResult& result)
{
    beginResetModel();
    m_result = result;
    endResetModel();
}

int RunClassesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || m_result.runs.empty() ? 0 : static_cast<int>(m_result.runs.front().classes.size());
}

int RunClassesModel::columnCount(const QModelIndex& parent) const
{
    // class · n · share right of each run · change
    return parent.isValid() || m_result.runs.empty() ? 0 : runCount() + 2 + (runCount() > 1 ? 1 : 0);
}

std::optional<double> RunClassesModel::share(int row, std::size_t run) const
{
    const auto& classes = m_result.runs[run].classes;
    const auto at = static_cast<std::size_t>(row);
    if (at >= classes.size() || classes[at].count == 0) {
        return std::nullopt;
    }
    return static_cast<double>(classes[at].correct) / static_cast<double>(classes[at].count);
}

std::optional<double> RunClassesModel::number(int row, int column) const
{
    if (column == 1) {
        return static_cast<double>(m_result.runs.front().classes[static_cast<std::size_t>(row)].count);
    }
    if (column < runCount() + 2) {
        return share(row, static_cast<std::size_t>(column - 2));
    }
    const auto before = share(row, 0);
    const auto after = share(row, m_result.runs.size() - 1);
    return before && after ? std::optional(*after - *before) : std::nullopt;
}

QVariant RunClassesModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const int column = index.column();
    if (role == Qt::TextAlignmentRole) {
        return alignment(column == 0);
    }
    if (column == 0) {
        const bool isText = role == Qt::DisplayRole || role == SortRole;
        return isText ? QVariant(shownName(m_result.runs.front().classes[static_cast<std::size_t>(index.row())].name))
                      : QVariant();
    }
    const auto value = number(index.row(), column);
    if (role == SortRole) {
        return value ? QVariant(*value) : QVariant();
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    if (!value) {
        return unknownText();
    }
    if (column == 1) {
        return countText(static_cast<qulonglong>(*value));
    }
    if (column < runCount() + 2) {
        return tr("%1 %").arg(percentPoints(*value));
    }
    return *value > 0 ? QLatin1Char('+') + percentPoints(*value) : percentPoints(*value);
}

QVariant RunClassesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return alignment(section == 0);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    if (section < 2) {
        return section == 0 ? tr("Class") : tr("n");
    }
    return section < runCount() + 2 ? runTitle(m_result.runs[static_cast<std::size_t>(section - 2)].label)
                                    : tr("change, points");
}

} // namespace bw
