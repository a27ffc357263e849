#pragma once

#include "core/model/model.h"
#include "core/session/session.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <optional>

namespace bw {

class Autosave;
class Banners;
class EditController;
class Workbench;

/// Opens whatever a user gives: models, sessions, recipes, evaluation data. A file that cannot be opened leaves
/// everything as it was.
class OpenController : public QObject
{
    Q_OBJECT
public:
    OpenController(
        Workbench& bench, Banners& banners, EditController& edits, Autosave& autosave, QObject* parent = nullptr);

    /// Files dropped or given on the command line, each by what it is.
    void openPaths(const QStringList& paths);
    void openModel(const QString& path, const QString& dataLocation = {});
    void openSession(const QString& path, bool isRecovered = false);
    void openRecipe(const QString& path);
    void setData(const QString& location);
    void openSample();
    /// Back to the start page. Unsaved work is kept and can be brought back.
    void closeDocument();
    /// Patterns for a file dialog, "Models (*.safetensors …)".
    static QStringList fileFilters();

Q_SIGNALS:
    /// A file is being read (its name), and that has ended.
    void opening(const QString& name);
    void modelOpened();
    void comparisonRequested(const QString& pathA, const QString& pathB);
    void ended();

private:
    struct Opened
    {
        ModelPtr model;
        Session session;
        QString filePath;
        bool isRecovered = false;
        bool isAnotherFile = false;
    };
    void openFolder(const QString& path, QStringList& models);
    void openOther(const QString& path);
    void openTwo(const QString& first, const QString& second);
    void adopt(Opened opened);
    void keepUnsaved();
    void computeHash();
    void fail(const QString& path, const Error& error, std::function<void()> retry);

    Workbench& m_bench;
    Banners& m_banners;
    EditController& m_edits;
    Autosave& m_autosave;
};

} // namespace bw
