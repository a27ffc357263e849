#pragma once

#include <QFrame>
#include <QString>

#include <functional>
#include <vector>

class QLineEdit;
class QListWidget;

namespace bw {

/// Something Ctrl+K can go to.
struct GotoTarget
{
    QString title;
    QString detail; ///< shown muted beside it
    std::function<void()> go;
};

/// "Go to anything": a search field with the best matches under it, over the middle of its parent. Closes on Esc, on a
/// choice, or when it loses focus.
class GotoBox : public QFrame
{
    Q_OBJECT
public:
    explicit GotoBox(QWidget* parent);

    void open(std::vector<GotoTarget> targets);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void filter(const QString& text);
    void choose();

    QLineEdit* m_field = nullptr;
    QListWidget* m_list = nullptr;
    std::vector<GotoTarget> m_targets;
    std::vector<std::size_t> m_shown;
};

} // namespace bw
