#pragma once

#include <QString>
#include <QWidget>

#include <memory>

namespace bw {

enum class Severity
{
    Information,
    Warning,
    Error
};

struct Banner
{
    Severity severity = Severity::Error;
    QString text; ///< one plain sentence or two: what, where, why, what to do
    QString details; ///< shown on demand, copied with the text
    QString action; ///< button; empty: none
};

/// Inline banners above the work area; at most three are seen, the newest on top. Hidden while empty.
class ProblemBar : public QWidget
{
    Q_OBJECT

public:
    explicit ProblemBar(QWidget* parent = nullptr);
    ~ProblemBar() override;

    /// Returns the banner's number. An equal banner that is still shown is not shown twice.
    int showBanner(const Banner& banner);
    void dismiss(int number);
    void clear();
    int count() const;

Q_SIGNALS:
    void actionTriggered(int number);
    void dismissed(int number);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace bw
