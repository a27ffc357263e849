#pragma once

#include "core/session/session.h"

#include <QDateTime>
#include <QList>
#include <QLockFile>
#include <QObject>
#include <QString>
#include <QTimer>

#include <memory>

namespace bw {

class Lanes;
class SessionDocument;

/// A session that a program left behind when it ended without being asked to.
struct RecoverableSession
{
    QString path;
    QDateTime time;
};

/// Writes the document to a file of its own at most two seconds after an edit, so that a crash loses less than five.
/// GUI thread; writing is on a lane.
class Autosave : public QObject
{
    Q_OBJECT
public:
    Autosave(SessionDocument& document, Lanes& lanes, const QString& folder, QObject* parent = nullptr);
    ~Autosave() override;

    /// Sessions whose program is gone, newest first.
    QList<RecoverableSession> findRecoverable() const;
    /// The file is no longer needed (recovered and saved, or refused).
    void discard(const QString& path) const;
    /// Keeps the autosaved file after the end: the user left without saving.
    void keepAtExit() { m_keepsFile = true; }
    /// A copy of the document as it is, under a name of its own; empty if it could not be started.
    QString saveCopy();
    const QString& path() const { return m_path; }

private:
    void schedule();
    void write();

    SessionDocument& m_document;
    Lanes& m_lanes;
    QString m_folder;
    QString m_path;
    std::unique_ptr<QLockFile> m_lock;
    QTimer m_timer;
    bool m_keepsFile = false;
};

} // namespace bw
