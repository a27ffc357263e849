#pragma once

#include "app/jobs/guarded.h"
#include "core/base/error.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <functional>
#include <map>

namespace bw {

class Banners;
class Workbench;

/// Writes models, reports and recipes. Every receipt is shown where the work is, with the path to copy.
class ExportController : public QObject
{
    Q_OBJECT
public:
    ExportController(Workbench& bench, Banners& banners, QObject* parent = nullptr);

    /// The format follows the suffix. `dequantized`: plain float values.
    /// `filter`: the one of modelFilters() that was chosen; empty: the path's ending says which kind of file it is.
    void exportModel(const QString& path, bool dequantized, const QString& filter = {});
    void exportReport(const QString& path);
    void exportRecipe(const QString& path);
    /// For a file dialog, one per exporter.
    static QStringList modelFilters();
    /// "model-int4.safetensors" beside the model.
    QString suggestedPath(const QString& suffix) const;

Q_SIGNALS:
    void exported(const QString& path, const QString& sha256);

private:
    void showReceipt(const QString& text, const QString& path);
    /// Stays until it is closed, or that file is written.
    void showFailure(
        const QString& path, const Error& error, const QString& action = {}, std::function<void()> onAction = {});
    void forgetFailure(const QString& path);

    Workbench& m_bench;
    Banners& m_banners;
    std::map<QString, int> m_failures; ///< banners by the path that was not written
};

} // namespace bw
