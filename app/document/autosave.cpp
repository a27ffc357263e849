#include "app/document/autosave.h"

#include "app/document/session_document.h"
#include "app/jobs/guarded.h"
#include "app/jobs/lanes.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QThreadPool>
#include <QUuid>

namespace bw {

namespace {
constexpr int delayMs = 2000;
const QString suffix = QStringLiteral(".bitw");
const QString prefix = QStringLiteral("autosave-");

QString lockPath(const QString& path)
{
    return path + QStringLiteral(".lock");
}

QString newName()
{
    return prefix + QUuid::createUuid().toString(QUuid::WithoutBraces) + suffix;
}

std::vector<std::string> standardStrings(const QStringList& names)
{
    std::vector<std::string> strings;
    for (const QString& name : names) {
        strings.push_back(name.toStdString());
    }
    return strings;
}
} // namespace

Autosave::Autosave(SessionDocument& document, Lanes& lanes, const QString& folder, QObject* parent)
    : QObject(parent)
    , m_document(document)
    , m_lanes(lanes)
    , m_folder(folder)
    , m_path(folder + u'/' + newName())
    , m_lock(std::make_unique<QLockFile>(lockPath(m_path)))
{
    // The lock says that the file's program lives; it is stale only when that process is gone.
    m_lock->setStaleLockTime(0);
    m_lock->tryLock(0);
    m_timer.setSingleShot(true);
    m_timer.setInterval(delayMs);
    connect(&m_timer, &QTimer::timeout, this, &Autosave::write);
    connect(&document, &SessionDocument::sessionChanged, this, &Autosave::schedule);
    connect(&document, &SessionDocument::dirtyChanged, this, &Autosave::schedule);
}

Autosave::~Autosave()
{
    if (m_keepsFile && m_document.isDirty()) {
        write();
        m_lanes.files().waitForDone();
    } else {
        m_lanes.files().waitForDone();
        QFile::remove(m_path);
    }
    m_lock->unlock();
}

void Autosave::schedule()
{
    // Not restarted by further edits: the first one waits no longer than the delay.
    if (!m_timer.isActive()) {
        m_timer.start();
    }
}

void Autosave::write()
{
    if (!m_document.isDirty()) {
        m_lanes.files().start([path = m_path] { QFile::remove(path); });
        return;
    }
    m_lanes.files().start(
        [path = m_path, session = m_document.session(), names = standardStrings(m_document.undoNames())] {
            // A full disk must not stop the work in the window; the next edit tries again.
            runGuarded(
                [&](const JobContext&) -> Delivery {
                    saveSession(session, names, QFile::encodeName(path).toStdString());
                    return {};
                },
                {});
        });
}

QString Autosave::saveCopy()
{
    const QString path = m_folder + u'/' + newName();
    m_lanes.files().start([path, session = m_document.session(), names = standardStrings(m_document.undoNames())] {
        runGuarded(
            [&](const JobContext&) -> Delivery {
                saveSession(session, names, QFile::encodeName(path).toStdString());
                return {};
            },
            {});
    });
    return path;
}

QList<RecoverableSession> Autosave::findRecoverable() const
{
    QList<RecoverableSession> found;
    const QDir folder(m_folder);
    for (const QFileInfo& file :
        folder.entryInfoList({ prefix + QStringLiteral("*") + suffix }, QDir::Files, QDir::Time)) {
        QLockFile lock(lockPath(file.filePath()));
        lock.setStaleLockTime(0);
        if (file.filePath() != m_path && lock.tryLock(0)) {
            found.append({ file.filePath(), file.lastModified() });
        }
    }
    return found;
}

void Autosave::discard(const QString& path) const
{
    if (path.startsWith(m_folder + u'/')) {
        QFile::remove(path);
    }
}

} // namespace bw
