#pragma once

#include "core/base/error.h"
#include "widgets/panels/problem_bar.h"

#include <QObject>

#include <functional>
#include <map>

namespace bw {

/// Inline messages with what their button does. Also keeps the last ones for the problems list.
class Banners : public QObject
{
    Q_OBJECT
public:
    explicit Banners(ProblemBar& bar, QObject* parent = nullptr);

    int show(const Banner& banner, std::function<void()> onAction = {});
    int showError(const Error& error, const QString& action = {}, std::function<void()> onAction = {});
    int inform(const QString& text, const QString& action = {}, std::function<void()> onAction = {});
    void dismiss(int number);

Q_SIGNALS:
    void shown(const bw::Banner& banner);

private:
    ProblemBar& m_bar;
    std::map<int, std::function<void()>> m_actions;
};

} // namespace bw
