#include "app/banners.h"

#include "app/core_text.h"

namespace bw {

Banners::Banners(ProblemBar& bar, QObject* parent)
    : QObject(parent)
    , m_bar(bar)
{
    connect(&bar, &ProblemBar::actionTriggered, this, [this](int number) {
        const auto found = m_actions.find(number);
        if (found == m_actions.end()) {
            return;
        }
        const auto action = found->second;
        m_actions.erase(found);
        m_bar.dismiss(number);
        action();
    });
    connect(&bar, &ProblemBar::dismissed, this, [this](int number) { m_actions.erase(number); });
}

int Banners::show(const Banner& banner, std::function<void()> onAction)
{
    const int number = m_bar.showBanner(banner);
    if (onAction) {
        m_actions[number] = std::move(onAction);
    }
    Q_EMIT shown(banner);
    return number;
}

int Banners::showError(const Error& error, const QString& action, std::function<void()> onAction)
{
    return show({ Severity::Error, errorText(error), errorDetails(error), action }, std::move(onAction));
}

int Banners::inform(const QString& text, const QString& action, std::function<void()> onAction)
{
    return show({ Severity::Information, text, {}, action }, std::move(onAction));
}

void Banners::dismiss(int number)
{
    m_actions.erase(number);
    m_bar.dismiss(number);
}

} // namespace bw
