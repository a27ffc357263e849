#include "app/controllers/evaluate_controller.h"

#include "app/banners.h"
#include "app/core_text.h"
#include "app/document/recipe_edits.h"
#include "app/workbench.h"
#include "widgets/text.h"

#include <QThreadPool>

namespace bw {

namespace {
QString outcomeText(const EvalResult& result)
{
    QStringList parts;
    for (const EvalRun& run : result.runs) {
        if (!run.metrics.empty()) {
            const Metric& metric = run.metrics.front();
            parts.append(EvaluateController::tr("%1: %2 [%3, %4], n = %5")
                             .arg(coreText(Text(run.label)), percentText(metric.value), percentText(metric.low),
                                 percentText(metric.high), countText(metric.n)));
        }
    }
    return parts.join(QStringLiteral(" · "));
}
} // namespace

EvaluateController::EvaluateController(Workbench& bench, Banners& banners, QObject* parent)
    : QObject(parent)
    , m_bench(bench)
    , m_banners(banners)
{
    connect(&bench.document, &SessionDocument::modelChanged, this, [this] {
        cancel();
        Q_EMIT changed();
    });
}

QString EvaluateController::whyNot() const
{
    if (!m_bench.document.isOpen()) {
        return tr("nothing is open");
    }
    return m_bench.document.model()->hasGraph() ? QString() : tr("weights only: no graph to run");
}

void EvaluateController::evaluate()
{
    if (!whyNot().isEmpty() || isEvaluating()) {
        return;
    }
    const Session& session = m_bench.document.session();
    if (session.dataLocation.empty()) {
        Q_EMIT dataNeeded();
        return;
    }
    const QString command
        = recipeCommand(QStringLiteral("bitwright-cli evaluate %1 --data %2")
                            .arg(shellWord(pathText(session.modelPath)), shellWord(pathText(session.dataLocation))),
            *session.recipe, m_samples == 0 ? QString() : QStringLiteral(" --samples %1").arg(m_samples));
    m_job = m_bench.jobs.start(m_bench.lanes.heavy(),
        { .title = tr("Evaluate %1").arg(modelNameText(session.modelPath)),
            .command = command,
            .work = [this, session, model = m_bench.document.model(), plan = m_bench.derived.plan(),
                        cache = m_bench.derived.sharedCache(), samples = m_samples](const JobContext& ctx) -> Delivery {
                const DatasetPtr data = openDataset(session.dataLocation, ctx.sub(0, 0.02));
                const auto quantized = quantizeModel(model, plan, cache.get(), ctx.sub(0.02, 0.1));
                requireComplete(*quantized);
                EvalOptions options;
                options.samples = samples;
                const EvalResult result = bw::evaluate(*model, quantized.get(), *data, options, ctx.sub(0.1, 1));
                return [this, session, model, result] {
                    if (m_bench.document.model() != model) {
                        return;
                    }
                    Session next = m_bench.document.session();
                    auto runs = *next.runs;
                    runs.push_back({ *session.recipe, result });
                    next.runs = std::make_shared<const std::vector<StoredRun>>(std::move(runs));
                    m_bench.document.record(std::move(next));
                    m_bench.jobs.setMessage(m_job, outcomeText(result));
                    ended();
                    Q_EMIT evaluated();
                };
            },
            .onFailed =
                [this](const Error& error) {
                    ended();
                    m_banners.showError(error, tr("Try again"), [this] { evaluate(); });
                },
            .onCanceled = [this] { ended(); },
            .retry = [this] { evaluate(); } });
    Q_EMIT changed();
}

void EvaluateController::ended()
{
    m_job = 0;
    Q_EMIT changed();
}

void EvaluateController::cancel()
{
    if (m_job != 0) {
        m_bench.jobs.cancel(m_job);
    }
}

} // namespace bw
