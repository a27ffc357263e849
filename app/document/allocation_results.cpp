#include "app/document/allocation_results.h"

#include "app/core_text.h"
#include "app/document/derived_results.h"
#include "app/document/recipe_edits.h"
#include "app/document/session_document.h"
#include "app/jobs/coalescing_job.h"
#include "app/jobs/lanes.h"
#include "core/allocate/candidates.h"
#include "core/calibrate/dataset.h"
#include "core/export/exporter.h"
#include "core/formats/format_family.h"
#include "core/sensitivity/shrink_damage.h"
#include "widgets/text.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>
#include <QThreadPool>

#include <algorithm>

namespace bw {

namespace {

constexpr std::size_t keptTables = 24;
constexpr int leastBits = 2;
constexpr int mostBits = 8;
/// What a user gets who has not chosen: off-diagonal terms included, one pass over the samples.
constexpr const char* preferredKind = "projected-fisher";

/// What is usual, and what the model has now, so that it has a place on the menu.
std::vector<QuantFormat> formatsBeside(const QuantFormat& now)
{
    std::vector<QuantFormat> formats = usualAllocationFormats();
    if (std::find(formats.begin(), formats.end(), now) == formats.end()) {
        formats.push_back(now);
    }
    return formats;
}

/// The points of `formats` only; nothing if some were not computed.
std::optional<DamageTable> narrowed(const DamageTable& table, const std::vector<QuantFormat>& formats)
{
    DamageTable result = table;
    for (LayerDamage& layer : result.layers) {
        std::vector<DamagePoint> points;
        for (const QuantFormat& format : formats) {
            const auto found = std::find_if(layer.points.begin(), layer.points.end(),
                [&](const DamagePoint& point) { return point.format == format; });
            if (found == layer.points.end()) {
                return std::nullopt;
            }
            points.push_back(*found);
        }
        layer.points = std::move(points);
    }
    return result;
}

} // namespace

std::filesystem::path allocationCacheFolder()
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation);
    return folder.isEmpty() ? std::filesystem::path()
                            : std::filesystem::path(toStdPath(folder + QStringLiteral("/bitwright")));
}

std::vector<QuantFormat> usualFormats(const QuantFormat& like)
{
    std::vector<QuantFormat> formats;
    for (const QuantFormat& base : { like, defaultRecipe().fallback.format }) {
        const auto& schema = familyOf(base).schema;
        const auto bits = std::find_if(schema.begin(), schema.end(),
            [](const ParamSpec& spec) { return spec.id == "bits" && spec.type == ParamSpec::Type::Int; });
        for (int count = leastBits; bits != schema.end() && count <= mostBits; ++count) {
            QuantFormat format = base;
            format.params["bits"] = std::int64_t { count };
            if (validate(format).empty()) {
                formats.push_back(std::move(format));
            }
        }
        if (formats.size() > 2) {
            break;
        }
        formats.clear();
    }
    return formats;
}

std::string calibrationDataFor(const std::string& modelPath, const std::string& dataLocation)
{
    const QString reference = QString::fromStdString(dataLocation.empty() ? modelPath : dataLocation);
    const QFileInfo file(reference);
    const QDir folder = file.dir();
    const QString name = file.completeBaseName().toLower();
    QString best;
    qsizetype longest = 0;
    for (const QFileInfo& other :
        folder.entryInfoList({ QStringLiteral("*calib*.safetensors") }, QDir::Files, QDir::Name)) {
        const QString candidate = other.completeBaseName().toLower();
        qsizetype common = 0;
        while (common < std::min(name.size(), candidate.size()) && name[common] == candidate[common]) {
            ++common;
        }
        // "shapes_" of shapes_test2000 and shapes_calib1000.
        if (common > longest && common >= candidate.indexOf(QStringLiteral("calib")) && common > 0) {
            longest = common;
            best = other.absoluteFilePath();
        }
    }
    return best.toStdString();
}

AllocationResults::AllocationResults(
    SessionDocument& document, DerivedResults& derived, JobRunner& jobs, Lanes& lanes, QObject* parent)
    : QObject(parent)
    , m_document(document)
    , m_derived(derived)
    , m_jobs(jobs)
    , m_lanes(lanes)
    , m_build(std::make_unique<CoalescingJob>(lanes.preview(), CoalescePolicy::FinishRunning))
{
    connect(&document, &SessionDocument::modelChanged, this, &AllocationResults::openModel);
    connect(&document, &SessionDocument::sessionChanged, this, [this](const Session& before, const Session& after) {
        if (before.allocation != after.allocation || before.dataLocation != after.dataLocation
            || before.recipe->fallback.format != after.recipe->fallback.format) {
            refresh();
            // The budget has no part in what can be chosen.
            AllocationSettings same = *before.allocation;
            same.budget = after.allocation->budget;
            if (same != *after.allocation && m_table) {
                rebuild();
            }
        }
    });
    connect(&jobs, &JobRunner::changed, this, [this] {
        if (m_job != 0) {
            Q_EMIT changed();
        }
    });
    connect(m_build.get(), &CoalescingJob::failed, this, [this](const Error& error) {
        m_failure = error;
        m_isBuilding = m_build->isBusy();
        Q_EMIT rebuilt();
        Q_EMIT changed();
    });
}

AllocationResults::~AllocationResults() = default;

void AllocationResults::openModel()
{
    m_build->stop();
    cancel();
    m_known.clear();
    m_table = nullptr;
    m_ground = nullptr;
    m_failure.reset();
    m_isBuilding = false;
    Q_EMIT changed();
}

AllocationInputsUsed AllocationResults::inputs() const
{
    const Session& session = m_document.session();
    const AllocationSettings& settings = *session.allocation;
    AllocationInputsUsed used;
    used.dataLocation = settings.dataLocation.empty() ? calibrationDataFor(session.modelPath, session.dataLocation)
                                                      : settings.dataLocation;
    used.importance = settings.importanceLocation;
    const bool hasGraph = m_document.model() && m_document.model()->hasGraph();
    used.kind = settings.sensitivity.empty() ? nullptr : sensitivities().find(settings.sensitivity);
    if (used.kind == nullptr) {
        const Sensitivity* preferred = sensitivities().find(preferredKind);
        const bool canUse = preferred != nullptr && (!preferred->needsGraph || hasGraph)
            && (!preferred->needsData || !used.dataLocation.empty());
        used.kind = canUse ? preferred : &simplestSensitivity();
    }
    used.formats = settings.formats.empty() ? formatsBeside(session.recipe->fallback.format) : settings.formats;
    used.exporter = settings.exporter.empty() ? exporters().entries().front()->id : settings.exporter;
    return used;
}

QString AllocationResults::whyNot() const
{
    return m_document.isOpen() ? whyNot(*inputs().kind) : tr("nothing is open");
}

QString AllocationResults::whyNot(const Sensitivity& kind) const
{
    if (!m_document.isOpen()) {
        return tr("nothing is open");
    }
    if (m_document.model()->quantizableLayers().empty()) {
        return tr("no layer of this model can be quantized");
    }
    const AllocationInputsUsed used = inputs();
    if (kind.needsGraph && !m_document.model()->hasGraph()) {
        return tr("this file holds weights only, and the sensitivity runs the model");
    }
    if (kind.needsData && used.dataLocation.empty()) {
        return tr("calibration data is needed");
    }
    if (kind.needsMatrix && used.importance.empty()) {
        return tr("an importance matrix is needed: a file of llama.cpp's imatrix tool");
    }
    return used.formats.size() < 2 ? tr("at least two formats are needed to choose from") : QString();
}

void AllocationResults::compute()
{
    computeKind(*inputs().kind);
}

void AllocationResults::computeKind(const Sensitivity& kind)
{
    if (!whyNot(kind).isEmpty() || isComputing()) {
        return;
    }
    AllocationInputsUsed used = inputs();
    used.kind = &kind;
    const Session& session = m_document.session();
    QString command = QStringLiteral("bitwright-cli sensitivity %1 --kind %2")
                          .arg(shellWord(pathText(session.modelPath)), QString::fromStdString(kind.id));
    if (kind.needsData) {
        command += QStringLiteral(" --data ") % shellWord(pathText(used.dataLocation));
    }
    if (kind.needsMatrix) {
        command += QStringLiteral(" --importance ") % shellWord(pathText(used.importance));
    }
    QStringList formats;
    for (const QuantFormat& format : used.formats) {
        formats.append(QString::fromStdString(formatText(format)));
    }
    command += QStringLiteral(" --formats ") % shellWord(formats.join(u',')) % QStringLiteral(" -o damage.h5");
    m_failure.reset();
    m_job = m_jobs.start(m_lanes.heavy(),
        { .title = tr("Damage of %n format(s), %1", nullptr, static_cast<int>(used.formats.size()))
                       .arg(coreText(kind.title)),
            .command = command,
            .work = [this, used, model = m_document.model(), cache = m_derived.sharedCache()](
                        const JobContext& ctx) -> Delivery {
                SensitivityRequest request;
                request.model = model;
                request.layers = model->quantizableLayers();
                request.formats = used.formats;
                request.cacheFolder = allocationCacheFolder();
                request.importance = used.importance;
                if (used.kind->needsData) {
                    request.data = openDataset(used.dataLocation, ctx.sub(0, 0.02));
                }
                const double share = used.kind->isNoisy ? 0.8 : 1;
                Known known { used,
                    std::make_shared<const DamageTable>(used.kind->measure(request, cache.get(), ctx.sub(0.02, share))),
                    {} };
                known.choosing = !used.kind->isNoisy ? known.measured
                                                     : std::make_shared<const DamageTable>(damageForChoosing(*used.kind,
                                                         *known.measured, request, cache.get(), ctx.sub(share, 1)));
                return [this, model, known] {
                    m_job = 0;
                    if (m_document.model() == model) {
                        store(known);
                    }
                };
            },
            .onFailed =
                [this](const Error& error) {
                    m_job = 0;
                    m_failure = error;
                    Q_EMIT changed();
                },
            .onCanceled =
                [this] {
                    m_job = 0;
                    Q_EMIT changed();
                },
            .retry = [this, &kind] { computeKind(kind); } });
    Q_EMIT changed();
}

void AllocationResults::cancel()
{
    if (m_job != 0) {
        m_jobs.cancel(m_job);
    }
}

std::optional<JobInfo> AllocationResults::job() const
{
    return m_job == 0 ? std::nullopt : m_jobs.job(m_job);
}

void AllocationResults::store(Known known)
{
    std::erase_if(m_known, [&](const Known& other) { return other.inputs.hasSameDamages(known.inputs); });
    m_known.push_back(std::move(known));
    if (m_known.size() > keptTables) {
        m_known.erase(m_known.begin());
    }
    refresh();
}

std::shared_ptr<const DamageTable> AllocationResults::known(
    const AllocationInputsUsed& inputs, TableOfKnown which) const
{
    for (const Known& known : m_known) {
        if (known.inputs.hasSameDamages(inputs)) {
            return known.*which;
        }
    }
    // Fewer formats than were computed once need nothing new.
    for (const Known& known : m_known) {
        AllocationInputsUsed same = known.inputs;
        same.formats = inputs.formats;
        if (same.hasSameDamages(inputs)) {
            if (auto table = narrowed(*(known.*which), inputs.formats)) {
                return std::make_shared<const DamageTable>(std::move(*table));
            }
        }
    }
    return nullptr;
}

std::shared_ptr<const DamageTable> AllocationResults::tableOf(const Sensitivity& kind) const
{
    if (!m_document.isOpen()) {
        return nullptr;
    }
    AllocationInputsUsed used = inputs();
    used.kind = &kind;
    return known(used, &Known::measured);
}

bool AllocationResults::isStale() const
{
    return m_table != nullptr && m_document.isOpen() && known(inputs(), &Known::choosing) == nullptr;
}

/// Takes the newest damages that serve the session; the old ones stay where there are none.
void AllocationResults::refresh()
{
    if (!m_document.isOpen()) {
        return;
    }
    const auto table = known(inputs(), &Known::choosing);
    if (table && (!m_table || *table != *m_table)) {
        m_table = table;
        rebuild();
    }
    Q_EMIT changed();
}

void AllocationResults::rebuild()
{
    m_isBuilding = true;
    m_build->submit([this, table = m_table, model = m_document.model(), settings = m_document.session().allocation,
                        exporter = inputs().exporter](const JobContext& ctx) -> Delivery {
        return [this, model, ground = buildGround(table, *model, *settings, exporter, ctx)] {
            if (m_document.model() != model) {
                return;
            }
            m_ground = ground;
            m_failure.reset();
            m_isBuilding = m_build->isBusy();
            Q_EMIT rebuilt();
            Q_EMIT changed();
        };
    });
}

} // namespace bw
