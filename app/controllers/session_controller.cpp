#include "app/controllers/session_controller.h"

#include "app/banners.h"
#include "app/controllers/open_controller.h"
#include "app/core_text.h"
#include "app/document/autosave.h"
#include "app/sample.h"
#include "app/workbench.h"

#include <QDateTime>
#include <QFileInfo>
#include <QLocale>
#include <QThreadPool>

namespace bw {

SessionController::SessionController(
    Workbench& bench, Banners& banners, Autosave& autosave, OpenController& opener, QObject* parent)
    : QObject(parent)
    , m_bench(bench)
    , m_banners(banners)
    , m_autosave(autosave)
    , m_opener(opener)
{
    connect(&bench.document, &SessionDocument::sessionChanged, this, [this] { m_hasAsked = false; });
}

QString SessionController::suggestedPath() const
{
    const QFileInfo model(pathText(m_bench.document.session().modelPath));
    return folderForResults(model.filePath()) + u'/' + model.completeBaseName() + QStringLiteral(".bitw");
}

void SessionController::save(const QString& path, std::function<void()> onSaved)
{
    if (!m_bench.document.isOpen()) {
        return;
    }
    std::vector<std::string> names;
    for (const QString& name : m_bench.document.undoNames()) {
        names.push_back(name.toStdString());
    }
    m_bench.jobs.start(m_bench.lanes.files(),
        { .title = tr("Save %1").arg(fileNameText(toStdPath(path))),
            .work = [this, path, names, onSaved, session = m_bench.document.session()](const JobContext&) -> Delivery {
                saveSession(session, names, toStdPath(path));
                return [this, path, session, onSaved] {
                    m_bench.document.setSaved(path, session);
                    if (onSaved) {
                        onSaved();
                    }
                };
            },
            .onFailed =
                [this, path, onSaved](const Error& error) {
                    m_banners.showError(error, tr("Try again"), [=, this] { save(path, onSaved); });
                } });
}

void SessionController::offerRecovery()
{
    const auto found = m_autosave.findRecoverable();
    if (found.isEmpty()) {
        return;
    }
    const RecoverableSession& newest = found.front();
    m_banners.inform(tr("Bitwright ended unexpectedly. The session of %1 was recovered.")
                         .arg(QLocale().toString(newest.time, QLocale::ShortFormat)),
        tr("Open it"), [this, path = newest.path] { m_opener.openSession(path, true); });
}

bool SessionController::mayClose()
{
    if (!m_bench.document.hasUnsavedWork()) {
        return true;
    }
    if (m_hasAsked) {
        m_autosave.keepAtExit();
        return true;
    }
    m_hasAsked = true;
    m_banners.show({ Severity::Warning,
                       tr("The session has unsaved changes. Close the window once more to leave without saving; "
                          "Bitwright keeps them for the next start."),
                       {}, tr("Save and close") },
        [this] {
            const QString& path = m_bench.document.filePath();
            save(path.isEmpty() ? suggestedPath() : path, [this] { Q_EMIT closeRequested(); });
        });
    return false;
}

} // namespace bw
