#include "app/controllers/open_controller.h"

#include "app/banners.h"
#include "app/controllers/edit_controller.h"
#include "app/core_text.h"
#include "app/document/autosave.h"
#include "app/sample.h"
#include "app/settings.h"
#include "app/workbench.h"
#include "core/base/atomic_file.h"
#include "core/base/mapped_file.h"
#include "core/calibrate/dataset.h"
#include "core/model/loader.h"
#include "core/model/model_folder.h"
#include "widgets/text.h"

#include <QDir>
#include <QFileInfo>
#include <QThreadPool>

namespace bw {

namespace {

const QString sessionSuffix = QStringLiteral("bitw");
const QString recipeSuffix = QStringLiteral("json");
const QString indexSuffix = QStringLiteral(".index.json"); // of a model in shards

/// The model a session names, also when both were moved together.
std::string movedModelPath(const std::string& modelPath, const QString& sessionPath)
{
    const QFileInfo model(pathText(modelPath));
    const QString beside = QFileInfo(sessionPath).absolutePath() + u'/' + model.fileName();
    return !model.exists() && QFileInfo::exists(beside) ? toStdPath(beside) : modelPath;
}

/// Is this model file in truth a set of labelled samples? Only asked of files that both could be.
bool isDataset(const QString& path, const JobContext& ctx)
{
    try {
        openDataset(toStdPath(path), ctx);
        return true;
    } catch (const Error&) {
        return false;
    }
}

} // namespace

OpenController::OpenController(
    Workbench& bench, Banners& banners, EditController& edits, Autosave& autosave, QObject* parent)
    : QObject(parent)
    , m_bench(bench)
    , m_banners(banners)
    , m_edits(edits)
    , m_autosave(autosave)
{
}

QStringList OpenController::fileFilters()
{
    QStringList all;
    QStringList filters;
    for (const ModelLoader* loader : modelLoaders().entries()) {
        QStringList patterns;
        for (const auto& pattern : loader->patterns) {
            patterns.append(QString::fromStdString(pattern));
        }
        all += patterns;
        filters.append(QStringLiteral("%1 (%2)").arg(coreText(loader->title), patterns.join(u' ')));
    }
    filters.prepend(tr("Models, sessions and recipes (%1)")
                        .arg((all + QStringList { QStringLiteral("*.bitw"), QStringLiteral("*.json") }).join(u' ')));
    filters.append(tr("All files (*)"));
    return filters;
}

void OpenController::openPaths(const QStringList& paths)
{
    QStringList others;
    for (const QString& path : paths) {
        const QFileInfo file(path);
        if (file.suffix() == sessionSuffix) {
            openSession(path);
        } else if (file.suffix() == recipeSuffix && !path.endsWith(indexSuffix)) {
            openRecipe(path);
        } else if (file.isDir()) {
            openFolder(path, others);
        } else {
            others.append(path);
        }
    }
    if (others.size() == 2) {
        openTwo(others.front(), others.back());
    } else if (!others.isEmpty()) {
        openOther(others.front());
    }
    if (others.size() > 2) {
        m_banners.inform(tr("Bitwright opened the first of %n file(s). Two at a time are compared.", nullptr,
            static_cast<int>(others.size())));
    }
}

/// A model's, which is opened as one of `models`, or one of labelled pictures.
void OpenController::openFolder(const QString& path, QStringList& models)
{
    if (const auto model = modelFileIn(toStdPath(path))) {
        models.append(pathText(*model));
    } else {
        setData(path);
    }
}

void OpenController::openOther(const QString& path)
{
    const bool hasLoader = !path.endsWith(QStringLiteral(".gz"));
    if (!hasLoader) {
        setData(path);
        return;
    }
    if (!m_bench.document.isOpen()) {
        openModel(path);
        return;
    }
    // With a model open, labelled samples are its evaluation data.
    m_bench.jobs.start(m_bench.lanes.files(),
        { .title = tr("Look at %1").arg(modelNameText(path.toStdString())),
            .work = [this, path](const JobContext& ctx) -> Delivery {
                return [this, path, isData = isDataset(path, ctx)] { isData ? setData(path) : openModel(path); };
            } });
}

/// A model with its data, or two models to compare.
void OpenController::openTwo(const QString& first, const QString& second)
{
    m_bench.jobs.start(m_bench.lanes.files(),
        { .title = tr("Look at %1").arg(modelNameText(toStdPath(second))),
            .work = [this, first, second](const JobContext& ctx) -> Delivery {
                if (isDataset(second, ctx)) {
                    return [this, first, second] { openModel(first, second); };
                }
                if (isDataset(first, ctx)) {
                    return [this, first, second] { openModel(second, first); };
                }
                return [this, first, second] { Q_EMIT comparisonRequested(first, second); };
            } });
}

void OpenController::openModel(const QString& path, const QString& dataLocation)
{
    const QString name = modelNameText(toStdPath(path));
    Q_EMIT opening(name);
    m_bench.jobs.start(m_bench.lanes.files(),
        { .title = tr("Open %1").arg(name),
            .work = [this, path, dataLocation](const JobContext& ctx) -> Delivery {
                Opened opened;
                opened.model = bw::openModel(toStdPath(path), ctx);
                opened.session.modelPath = toStdPath(QFileInfo(path).absoluteFilePath());
                opened.session.dataLocation = toStdPath(dataLocation);
                return [this, opened] { adopt(opened); };
            },
            .onFailed = [this, path](const Error& error) { fail(path, error, [this, path] { openModel(path); }); },
            .onCanceled = [this] { Q_EMIT ended(); },
            .retry = [this, path, dataLocation] { openModel(path, dataLocation); } });
}

void OpenController::openSession(const QString& path, bool isRecovered)
{
    const QString name = modelNameText(toStdPath(path));
    Q_EMIT opening(name);
    m_bench.jobs.start(m_bench.lanes.files(),
        { .title = tr("Open session %1").arg(name),
            .work = [this, path, isRecovered](const JobContext& ctx) -> Delivery {
                Opened opened;
                opened.session = loadSession(toStdPath(path)).session;
                opened.session.modelPath = movedModelPath(opened.session.modelPath, path);
                opened.model = bw::openModel(opened.session.modelPath, ctx);
                opened.isAnotherFile = !opened.session.modelSha256.empty()
                    && sourceSha256(*opened.model, ctx) != opened.session.modelSha256;
                opened.isRecovered = isRecovered;
                opened.filePath = isRecovered ? QString() : QFileInfo(path).absoluteFilePath();
                return [this, path, opened] {
                    adopt(opened);
                    if (opened.isRecovered) {
                        m_autosave.discard(path);
                    }
                };
            },
            .onFailed =
                [this, path, isRecovered](const Error& error) {
                    fail(path, error, [this, path, isRecovered] { openSession(path, isRecovered); });
                },
            .onCanceled = [this] { Q_EMIT ended(); } });
}

void OpenController::keepUnsaved()
{
    if (m_bench.document.hasUnsavedWork()) {
        const QString copy = m_autosave.saveCopy();
        m_banners.inform(tr("The changes to %1 were not saved. Bitwright kept a copy.")
                             .arg(modelNameText(m_bench.document.session().modelPath)),
            tr("Bring it back"), [this, copy] { openSession(copy, true); });
    }
}

void OpenController::closeDocument()
{
    keepUnsaved();
    m_bench.document.close();
}

void OpenController::adopt(Opened opened)
{
    keepUnsaved();
    const QString modelPath = pathText(opened.session.modelPath);
    const bool isKnownHash = !opened.session.modelSha256.empty() && !opened.isAnotherFile;
    if (opened.isAnotherFile) {
        opened.session.modelSha256.clear();
    }
    m_bench.document.open(opened.model, opened.session, opened.filePath, opened.isRecovered);
    settings::addRecentFile(opened.filePath.isEmpty() ? modelPath : opened.filePath);
    if (opened.isAnotherFile) {
        m_banners.show({ Severity::Warning,
            tr("%1 is not the file this session was made with: its content differs. Earlier results may not hold.")
                .arg(modelNameText(opened.session.modelPath)),
            {}, {} });
    }
    for (const Text& warning : opened.model->warnings()) {
        m_banners.show({ Severity::Warning, coreText(warning), {}, {} });
    }
    if (const auto warning = requantizingWarning(*opened.model)) {
        m_banners.show({ Severity::Warning, coreText(*warning), {}, {} });
    }
    if (!isKnownHash) {
        computeHash();
    }
    Q_EMIT modelOpened();
    Q_EMIT ended();
}

void OpenController::computeHash()
{
    m_bench.jobs.start(m_bench.lanes.files(),
        { .title = tr("Fingerprint of %1").arg(modelNameText(m_bench.document.session().modelPath)),
            .work = [this, model = m_bench.document.model()](const JobContext& ctx) -> Delivery {
                return [this, model, hash = sourceSha256(*model, ctx)] {
                    if (m_bench.document.model() == model) {
                        Session next = m_bench.document.session();
                        next.modelSha256 = hash;
                        m_bench.document.record(std::move(next), false);
                    }
                };
            } });
}

void OpenController::openRecipe(const QString& path)
{
    if (!m_bench.document.isOpen()) {
        m_banners.show({ Severity::Information,
            tr("%1 is a recipe. Open a model first, then drop the recipe on it.").arg(modelNameText(toStdPath(path))),
            {}, {} });
        return;
    }
    m_bench.jobs.start(m_bench.lanes.files(),
        { .title = tr("Apply recipe %1").arg(modelNameText(toStdPath(path))),
            .work = [this, path](const JobContext&) -> Delivery {
                const auto file = MappedFile::open(toStdPath(path));
                const auto bytes = file->bytes();
                const Recipe recipe = parseRecipe({ reinterpret_cast<const char*>(bytes.data()), bytes.size() });
                return [this, path, recipe] {
                    m_edits.replaceRecipe(recipe, tr("Recipe %1").arg(modelNameText(toStdPath(path))));
                };
            },
            .onFailed = [this](const Error& error) { m_banners.showError(error); } });
}

void OpenController::setData(const QString& location)
{
    if (!m_bench.document.isOpen()) {
        m_banners.show({ Severity::Information,
            tr("%1 is evaluation data. Open a model first.").arg(fileNameText(toStdPath(location))), {}, {} });
        return;
    }
    m_bench.jobs.start(m_bench.lanes.files(),
        { .title = tr("Open data %1").arg(fileNameText(toStdPath(location))),
            .work = [this, location](const JobContext& ctx) -> Delivery {
                const DatasetPtr data = openDataset(toStdPath(location), ctx);
                return [this, location, data] {
                    Session next = m_bench.document.session();
                    next.dataLocation = toStdPath(location);
                    m_bench.document.record(std::move(next));
                    m_banners.inform(tr("Evaluation uses %1: %n sample(s).", nullptr, static_cast<int>(data->count()))
                                         .arg(shownName(data->name())));
                };
            },
            .onFailed = [this, location](
                            const Error& error) { fail(location, error, [this, location] { setData(location); }); } });
}

void OpenController::openSample()
{
    const Sample sample = findSample();
    if (sample.exists()) {
        openModel(sample.model, sample.data);
    }
}

void OpenController::fail(const QString& path, const Error& error, std::function<void()> retry)
{
    Q_EMIT ended();
    if (error.kind() == ErrorKind::NotFound) {
        settings::removeRecentFile(path);
    }
    m_banners.showError(error, tr("Try again"), std::move(retry));
}

} // namespace bw
