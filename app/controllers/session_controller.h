#pragma once

#include <QObject>
#include <QString>

#include <functional>

namespace bw {

class Autosave;
class Banners;
class OpenController;
class Workbench;

/// Saving, and not losing what was not saved.
class SessionController : public QObject
{
    Q_OBJECT
public:
    SessionController(
        Workbench& bench, Banners& banners, Autosave& autosave, OpenController& opener, QObject* parent = nullptr);

    /// Writes to `path`; `onSaved` when it is on the disk.
    void save(const QString& path, std::function<void()> onSaved = {});
    QString suggestedPath() const;
    /// Offers what an earlier, crashed program left.
    void offerRecovery();
    /// May the window close now? If there are unsaved edits, asks inline and says no the first time.
    bool mayClose();

Q_SIGNALS:
    void closeRequested();
    void savePathNeeded();

private:
    Workbench& m_bench;
    Banners& m_banners;
    Autosave& m_autosave;
    OpenController& m_opener;
    bool m_hasAsked = false;
    bool m_closesWhenSaved = false;
};

} // namespace bw
