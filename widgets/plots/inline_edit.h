#pragma once

#include <QLineEdit>

#include <functional>
#include <optional>

namespace bw {

/// A small field over a picture to type one number. Enter commits, Esc or leaving puts it away. Deletes itself.
class InlineEdit : public QLineEdit
{
    Q_OBJECT

public:
    struct Request
    {
        QPoint position; ///< in the parent; the field is placed beside it
        double value = 0;
        double low = 0;
        double high = 0;
        QString name; ///< accessible name
        std::function<void(double)> commit;
    };
    static InlineEdit* open(QWidget* parent, const Request& request);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    InlineEdit(QWidget* parent, const Request& request);
    void commit();

    Request m_request;
};

/// A number typed by a person: the user's locale first, else with a decimal point; "−" is a minus sign.
std::optional<double> typedNumber(QString text);

} // namespace bw
