#include "app/controllers/export_controller.h"

#include "app/banners.h"
#include "app/core_text.h"
#include "app/document/recipe_edits.h"
#include "app/sample.h"
#include "app/workbench.h"
#include "core/base/atomic_file.h"
#include "core/export/exporter.h"
#include "core/report/report.h"
#include "widgets/text.h"

#include <QClipboard>
#include <QDateTime>
#include <QFileInfo>
#include <QGuiApplication>
#include <QRegularExpression>
#include <QThreadPool>

namespace bw {

ExportController::ExportController(Workbench& bench, Banners& banners, QObject* parent)
    : QObject(parent)
    , m_bench(bench)
    , m_banners(banners)
{
}

namespace {
QString filterOf(const Exporter& exporter)
{
    return QStringLiteral("%1 (*%2)").arg(coreText(exporter.title), QString::fromStdString(exporter.suffix));
}

/// The exporter a filter of the dialog stands for, if the path's ending is one of its own; else none.
std::string exporterOf(const QString& filter, const QString& path)
{
    for (const Exporter* exporter : exporters().entries()) {
        if (filterOf(*exporter) == filter && path.endsWith(QString::fromStdString(exporter->suffix))) {
            return exporter->id;
        }
    }
    return {};
}
} // namespace

QStringList ExportController::modelFilters()
{
    QStringList filters;
    for (const Exporter* exporter : exporters().entries()) {
        filters.append(filterOf(*exporter));
    }
    return filters;
}

QString ExportController::suggestedPath(const QString& suffix) const
{
    const Session& session = m_bench.document.session();
    QString format = QString::fromStdString(formatText(session.recipe->fallback.format));
    format.replace(QRegularExpression(QStringLiteral("[^A-Za-z0-9.]+")), QStringLiteral("-"));
    const QFileInfo model(pathText(session.modelPath));
    return folderForResults(model.filePath()) + u'/' + model.completeBaseName() + u'-' + format + suffix;
}

void ExportController::showReceipt(const QString& text, const QString& path)
{
    forgetFailure(path);
    m_banners.inform(text, tr("Copy path"), [path] { QGuiApplication::clipboard()->setText(path); });
}

void ExportController::showFailure(
    const QString& path, const Error& error, const QString& action, std::function<void()> onAction)
{
    forgetFailure(path);
    m_failures[path] = m_banners.showError(error, action, std::move(onAction));
}

void ExportController::forgetFailure(const QString& path)
{
    if (const auto before = m_failures.find(path); before != m_failures.end()) {
        m_banners.dismiss(before->second);
        m_failures.erase(before);
    }
}

void ExportController::exportModel(const QString& path, bool dequantized, const QString& filter)
{
    const Session& session = m_bench.document.session();
    const std::string exporterId = exporterOf(filter, path);
    const QString command = recipeCommand(
        QStringLiteral("bitwright-cli quantize %1 -o %2").arg(shellWord(pathText(session.modelPath)), shellWord(path)),
        *session.recipe,
        (dequantized ? QStringLiteral(" --dequantized") : QString())
            + (exporterId.empty() ? QString() : QStringLiteral(" --to %1").arg(QString::fromStdString(exporterId))));
    m_bench.jobs.start(m_bench.lanes.heavy(),
        { .title = tr("Export %1").arg(fileNameText(toStdPath(path))),
            .command = command,
            .work
            = [this, path, dequantized, exporterId, model = m_bench.document.model(), plan = m_bench.derived.plan(),
                  cache = m_bench.derived.sharedCache()](const JobContext& ctx) -> Delivery {
                const Exporter& exporter = exporterFor(toStdPath(path), exporterId);
                const auto quantized = quantizeModel(model, plan, cache.get(), ctx.sub(0, 0.4));
                requireComplete(*quantized);
                const ExportOptions options { dequantized, {} };
                const ExportReceipt receipt
                    = bw::exportModel(*quantized, toStdPath(path), exporter, options, ctx.sub(0.4, 1));
                return [this, path, receipt] {
                    const QString hash = QString::fromStdString(receipt.sha256);
                    QString text = tr("Wrote %1: %2, read back and compared bit for bit. SHA-256 %3…")
                                       .arg(fileNameText(toStdPath(path)), bytesText(receipt.bytes), hash.left(12));
                    for (const Text& note : receipt.notes) {
                        text += QLatin1Char('\n') + coreText(note);
                    }
                    showReceipt(text, path);
                    Q_EMIT exported(path, hash);
                };
            },
            .onFailed =
                [=, this](const Error& error) {
                    showFailure(path, error, tr("Try again"), [=, this] { exportModel(path, dequantized, filter); });
                },
            .retry = [=, this] { exportModel(path, dequantized, filter); } });
}

void ExportController::exportReport(const QString& path)
{
    const Session& session = m_bench.document.session();
    const QString command = recipeCommand(
        QStringLiteral("bitwright-cli quantize %1").arg(shellWord(pathText(session.modelPath))), *session.recipe,
        QStringLiteral(" -o %1 --report %2")
            .arg(shellWord(suggestedPath(QStringLiteral(".safetensors"))), shellWord(path)));
    m_bench.jobs.start(m_bench.lanes.heavy(),
        { .title = tr("Export report %1").arg(fileNameText(toStdPath(path))),
            .command = command,
            .work = [this, path, session, model = m_bench.document.model(), plan = m_bench.derived.plan(),
                        cache = m_bench.derived.sharedCache()](const JobContext& ctx) -> Delivery {
                ReportInput report;
                report.model = quantizeModel(model, plan, cache.get(), ctx.sub(0, 0.4));
                requireComplete(*report.model);
                for (const StoredRun& run : *session.runs) {
                    if (run.recipe == *session.recipe) {
                        report.evaluations.push_back(run.result);
                    }
                }
                report.createdUtc = QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString();
                writeReport(report, toStdPath(path), ctx.sub(0.4, 1));
                return [this, path] {
                    showReceipt(tr("Wrote the report %1.").arg(fileNameText(toStdPath(path))), path);
                    Q_EMIT exported(path, {});
                };
            },
            .onFailed
            = [this, path](
                  const Error& error) { showFailure(path, error, tr("Try again"), [=, this] { exportReport(path); }); },
            .retry = [this, path] { exportReport(path); } });
}

void ExportController::exportRecipe(const QString& path)
{
    m_bench.jobs.start(m_bench.lanes.files(),
        { .title = tr("Export recipe %1").arg(fileNameText(toStdPath(path))),
            .work = [this, path, recipe = m_bench.document.session().recipe](const JobContext&) -> Delivery {
                const std::string json = recipeJson(*recipe);
                AtomicFile file(toStdPath(path));
                file.write(std::as_bytes(std::span(json)));
                file.commit();
                return
                    [this, path] { showReceipt(tr("Wrote the recipe %1.").arg(fileNameText(toStdPath(path))), path); };
            },
            .onFailed = [this, path](const Error& error) { showFailure(path, error); } });
}

} // namespace bw
