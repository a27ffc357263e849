#pragma once

#include <QPixmap>
#include <QString>
#include <QStringList>
#include <QWidget>

#include <memory>
#include <vector>

namespace bw {

struct SampleCard
{
    QString id;
    QString title; ///< "Shapes: a small CNN"
    QString text; ///< "0.5 M weights, 10 classes, float accuracy 98 %"
    QVector<float> histogram; ///< live thumbnail
};

struct RecentFile
{
    QString path;
    QString name;
    QString note; ///< "safetensors, 1.09 MB, yesterday"
    bool isMissing = false;
};

/// What is seen before a model is open: drop zone, samples, recent files.
class StartPage : public QWidget
{
    Q_OBJECT

public:
    explicit StartPage(QWidget* parent = nullptr);
    ~StartPage() override;

    void setSamples(const std::vector<SampleCard>& samples);
    void setRecentFiles(const std::vector<RecentFile>& files);

Q_SIGNALS:
    void openRequested();
    void filesDropped(const QStringList& paths);
    void sampleActivated(const QString& id);
    void recentActivated(const QString& path);
    void recentRemoved(const QString& path);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
