#include "widgets/editors/param_controls.h"

#include "widgets/plots/inline_edit.h"
#include "widgets/text.h"
#include "widgets/tone_label.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QLocale>
#include <QRegularExpression>
#include <QSlider>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <utility>

namespace bw {

namespace {

QString mixedText()
{
    return ParamControl::tr("mixed");
}

class WheelGuard : public QObject
{
public:
    using QObject::QObject;
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() == QEvent::Wheel && !static_cast<QWidget*>(watched)->hasFocus()) {
            event->ignore();
            return true;
        }
        return QObject::eventFilter(watched, event);
    }
};

/// A spin box that can show a word instead of its number: "mixed", or "—" for a value not found yet.
template <class Base, class Number>
class MixedSpin : public Base
{
public:
    using Base::Base;
    QString instead;

protected:
    QString textFromValue(Number value) const override
    {
        return instead.isEmpty() ? Base::textFromValue(value) : instead;
    }
    QValidator::State validate(QString& text, int& position) const override
    {
        return !instead.isEmpty() && text == instead ? QValidator::Intermediate : Base::validate(text, position);
    }
};

using MixedIntSpin = MixedSpin<QSpinBox, int>;
using MixedRealSpin = MixedSpin<QDoubleSpinBox, double>;

constexpr int sliderSteps = 1000;

int decimalsFor(double step)
{
    return step <= 0 ? 4 : std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)) + 1, 0, 8);
}

class NumberControl : public ParamControl
{
    Q_DECLARE_TR_FUNCTIONS(bw::NumberControl)

public:
    NumberControl(const ParamSpec& spec, QWidget* parent)
        : ParamControl(parent)
        , m_isInt(spec.type == ParamSpec::Type::Int)
        , m_low(spec.min)
        , m_high(std::max(spec.max, spec.min))
        , m_canBeSearched(spec.canBeSearched)
    {
        auto* column = new QVBoxLayout(this);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(4);
        auto* row = new QHBoxLayout;
        row->setSpacing(8);
        column->addLayout(row);
        buildSlider(spec, row);
        buildSpin(spec, row);
        if (m_canBeSearched) {
            m_search = new QCheckBox(tr("search for the best"), this);
            m_search->setToolTip(tr("Let quantization find the best value for each layer"));
            m_search->setAccessibleName(tr("Search for the best value of %1").arg(coreText(spec.title)));
            column->addWidget(m_search);
            connect(m_search, &QCheckBox::clicked, this, [this](bool isOn) {
                m_search->setTristate(false);
                m_isSearched = isOn;
                m_isMixed = false;
                m_found = {};
                showInstead();
                setEnabledParts(!isOn);
                Q_EMIT valueEdited(isOn ? ParamValue {} : current(), EditPhase::End);
            });
        }
    }

    void setValue(const ParamValue& value, bool isMixed) override
    {
        m_isSetting = true;
        m_isMixed = isMixed;
        m_isSearched = std::holds_alternative<std::monostate>(value);
        if (m_search != nullptr) {
            m_search->setTristate(isMixed);
            m_search->setCheckState(isMixed ? Qt::PartiallyChecked : m_isSearched ? Qt::Checked : Qt::Unchecked);
        }
        showNumber(m_isSearched ? m_found : value);
        showInstead();
        setEnabledParts(!m_isSearched || isMixed);
        m_isSetting = false;
    }

    void setFound(const ParamValue& found) override
    {
        m_found = found;
        if (m_isSearched && !m_isMixed) {
            m_isSetting = true;
            showNumber(found);
            showInstead();
            m_isSetting = false;
        }
    }

private:
    void buildSlider(const ParamSpec& spec, QHBoxLayout* row)
    {
        m_slider = new QSlider(Qt::Horizontal, this);
        m_slider->setAccessibleName(coreText(spec.title));
        m_slider->setMinimumWidth(40);
        if (m_isInt) {
            m_slider->setRange(static_cast<int>(m_low), static_cast<int>(m_high));
            m_slider->setPageStep(1);
        } else {
            m_slider->setRange(0, sliderSteps);
            m_slider->setSingleStep(spec.step > 0
                    ? std::max(1, static_cast<int>(std::lround(spec.step / (m_high - m_low) * sliderSteps)))
                    : 10);
        }
        guardWheel(m_slider);
        row->addWidget(m_slider, 1);
        connect(m_slider, &QSlider::sliderPressed, this, [this] { m_hasBegun = false; });
        connect(m_slider, &QSlider::valueChanged, this, [this](int position) {
            if (m_isSetting) {
                return;
            }
            if (m_slider->isSliderDown() && !m_hasBegun) {
                m_hasBegun = true;
                Q_EMIT valueEdited(current(), EditPhase::Begin);
            }
            setTyped();
            m_isSetting = true;
            setSpin(m_isInt ? position : m_low + (m_high - m_low) * position / sliderSteps);
            m_isSetting = false;
            Q_EMIT valueEdited(current(), m_slider->isSliderDown() ? EditPhase::Move : EditPhase::End);
        });
        connect(m_slider, &QSlider::sliderReleased, this, [this] {
            if (m_hasBegun) {
                m_hasBegun = false;
                Q_EMIT valueEdited(current(), EditPhase::End);
            }
        });
    }

    void buildSpin(const ParamSpec& spec, QHBoxLayout* row)
    {
        QAbstractSpinBox* spin = nullptr;
        const QString suffix = spec.unit.empty() ? QString() : QStringLiteral(" ") + QString::fromStdString(spec.unit);
        if (m_isInt) {
            m_intSpin = new MixedIntSpin(this);
            m_intSpin->setRange(static_cast<int>(m_low), static_cast<int>(m_high));
            m_intSpin->setSingleStep(std::max(1, static_cast<int>(spec.step)));
            m_intSpin->setSuffix(suffix);
            connect(m_intSpin, &QSpinBox::valueChanged, this, [this] { spinChanged(); });
            spin = m_intSpin;
        } else {
            m_realSpin = new MixedRealSpin(this);
            m_realSpin->setDecimals(decimalsFor(spec.step));
            m_realSpin->setRange(m_low, m_high);
            m_realSpin->setSingleStep(spec.step > 0 ? spec.step : (m_high - m_low) / 100);
            m_realSpin->setSuffix(suffix);
            connect(m_realSpin, &QDoubleSpinBox::valueChanged, this, [this] { spinChanged(); });
            spin = m_realSpin;
        }
        spin->setKeyboardTracking(false);
        spin->setAlignment(Qt::AlignRight);
        spin->setAccessibleName(coreText(spec.title));
        spin->setMinimumWidth(spin->fontMetrics().horizontalAdvance(QStringLiteral("0")) * (m_isInt ? 5 : 7) + 24);
        guardWheel(spin);
        row->addWidget(spin);
        m_spin = spin;
    }

    void spinChanged()
    {
        if (m_isSetting) {
            return;
        }
        setTyped();
        m_isSetting = true;
        setSlider(number());
        m_isSetting = false;
        Q_EMIT valueEdited(current(), EditPhase::End);
    }

    double number() const { return m_isInt ? m_intSpin->value() : m_realSpin->value(); }
    ParamValue current() const
    {
        return m_isInt ? ParamValue(static_cast<std::int64_t>(m_intSpin->value())) : ParamValue(m_realSpin->value());
    }
    void setSpin(double value)
    {
        m_isInt ? m_intSpin->setValue(static_cast<int>(std::lround(value))) : m_realSpin->setValue(value);
    }
    void setSlider(double value)
    {
        const double position = m_isInt ? value : m_high > m_low ? (value - m_low) / (m_high - m_low) * sliderSteps : 0;
        m_slider->setValue(static_cast<int>(std::lround(position)));
    }
    void setNumber(double value)
    {
        setSpin(value);
        // A slider being dragged stays under the pointer.
        if (!m_slider->isSliderDown()) {
            setSlider(value);
        }
    }
    void showNumber(const ParamValue& value)
    {
        if (const auto* whole = std::get_if<std::int64_t>(&value)) {
            setNumber(static_cast<double>(*whole));
        } else if (const auto* real = std::get_if<double>(&value)) {
            setNumber(*real);
        }
    }
    /// An edit replaces "mixed".
    void setTyped()
    {
        m_isMixed = false;
        m_isSearched = false;
        showInstead();
    }
    void showInstead()
    {
        const bool isUnknown = m_isSearched && std::holds_alternative<std::monostate>(m_found);
        const QString wanted = m_isMixed ? mixedText() : isUnknown ? unknownText() : QString();
        m_isInt ? showInstead(*m_intSpin, wanted) : showInstead(*m_realSpin, wanted);
    }
    template <class Spin>
    void showInstead(Spin& spin, const QString& wanted)
    {
        if (spin.instead == wanted) {
            return;
        }
        const bool wasSetting = std::exchange(m_isSetting, true);
        spin.instead = wanted;
        // The only way to make a spin box ask for its text again.
        spin.setSuffix(spin.suffix());
        m_isSetting = wasSetting;
    }
    void setEnabledParts(bool isOn)
    {
        m_slider->setEnabled(isOn);
        m_spin->setEnabled(isOn);
    }

    bool m_isInt;
    double m_low;
    double m_high;
    bool m_canBeSearched;
    bool m_isMixed = false;
    bool m_isSearched = false;
    ParamValue m_found; ///< what a search found; nothing: not known yet
    bool m_isSetting = false;
    bool m_hasBegun = false;
    QSlider* m_slider = nullptr;
    MixedIntSpin* m_intSpin = nullptr;
    MixedRealSpin* m_realSpin = nullptr;
    QAbstractSpinBox* m_spin = nullptr;
    QCheckBox* m_search = nullptr;
};

class ChoiceControl : public ParamControl
{
    Q_DECLARE_TR_FUNCTIONS(bw::ChoiceControl)

public:
    ChoiceControl(const ParamSpec& spec, QWidget* parent)
        : ParamControl(parent)
        , m_combo(new QComboBox(this))
    {
        auto* row = new QHBoxLayout(this);
        row->setContentsMargins(0, 0, 0, 0);
        row->addWidget(m_combo, 1);
        for (std::size_t i = 0; i < spec.choices.size(); ++i) {
            const bool hasTitle = i < spec.choiceTitles.size() && !spec.choiceTitles[i].empty();
            m_combo->addItem(hasTitle ? coreText(spec.choiceTitles[i]) : QString::fromStdString(spec.choices[i]),
                QString::fromStdString(spec.choices[i]));
            if (i < spec.choiceHelps.size()) {
                m_combo->setItemData(m_combo->count() - 1, coreText(spec.choiceHelps[i]), Qt::ToolTipRole);
            }
        }
        m_combo->setAccessibleName(coreText(spec.title));
        m_combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        m_combo->setMinimumContentsLength(8);
        guardWheel(m_combo);
        connect(m_combo, &QComboBox::activated, this, [this](int index) {
            Q_EMIT valueEdited(m_combo->itemData(index).toString().toStdString(), EditPhase::End);
        });
    }

    void setValue(const ParamValue& value, bool isMixed) override
    {
        const auto* choice = std::get_if<std::string>(&value);
        m_combo->setPlaceholderText(isMixed ? mixedText() : QString());
        m_combo->setCurrentIndex(
            isMixed || choice == nullptr ? -1 : m_combo->findData(QString::fromStdString(*choice)));
    }

private:
    QComboBox* m_combo;
};

class ListControl : public ParamControl
{
    Q_DECLARE_TR_FUNCTIONS(bw::ListControl)

public:
    ListControl(const ParamSpec& spec, QWidget* parent)
        : ParamControl(parent)
        , m_spec(spec)
        , m_field(new QLineEdit(this))
        , m_note(new ToneLabel(Tone::Muted, this))
    {
        auto* column = new QVBoxLayout(this);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(4);
        column->addWidget(m_field);
        column->addWidget(m_note);
        m_note->setScale(0.92);
        m_note->setWordWrap(true);
        m_field->setAccessibleName(coreText(spec.title));
        connect(m_field, &QLineEdit::editingFinished, this, &ListControl::commit);
    }

    void setValue(const ParamValue& value, bool isMixed) override
    {
        QStringList words;
        if (const auto* numbers = std::get_if<std::vector<double>>(&value)) {
            for (const double number : *numbers) {
                words << QLocale::c().toString(number, 'g', 6);
            }
        }
        m_shown = isMixed ? QString() : words.join(QStringLiteral(", "));
        m_field->setText(m_shown);
        m_field->setCursorPosition(0);
        m_field->setPlaceholderText(isMixed                     ? tr("mixed")
                : std::holds_alternative<std::monostate>(value) ? tr("searched")
                                                                : QString());
        m_note->setTone(Tone::Muted);
        m_note->setText(isMixed ? QString() : tr("%n values", nullptr, static_cast<int>(words.size())));
    }

private:
    void commit()
    {
        if (m_field->text() == m_shown) {
            return;
        }
        const auto numbers = typedNumbers(m_field->text());
        m_note->setTone(Tone::Error);
        if (!numbers) {
            m_note->setText(tr("Type numbers separated by commas, with a decimal point."));
            return;
        }
        if (numbers->size() < m_spec.minItems || (m_spec.maxItems > 0 && numbers->size() > m_spec.maxItems)) {
            m_note->setText(tr("Type %1 to %2 numbers; these are %3.")
                                .arg(m_spec.minItems)
                                .arg(m_spec.maxItems)
                                .arg(numbers->size()));
            return;
        }
        m_shown = m_field->text();
        m_note->setTone(Tone::Muted);
        m_note->setText(tr("%n values", nullptr, static_cast<int>(numbers->size())));
        Q_EMIT valueEdited(*numbers, EditPhase::End);
    }

    ParamSpec m_spec;
    QLineEdit* m_field;
    ToneLabel* m_note;
    QString m_shown;
};

} // namespace

std::optional<std::vector<double>> typedNumbers(const QString& text)
{
    static const QRegularExpression separators(QStringLiteral("[,;\\s]+"));
    std::vector<double> numbers;
    const QStringList words = text.split(separators, Qt::SkipEmptyParts);
    for (QString word : words) {
        bool isNumber = false;
        const double number = QLocale::c().toDouble(word.replace(QChar(0x2212), QLatin1Char('-')), &isNumber);
        if (!isNumber || !std::isfinite(number)) {
            return std::nullopt;
        }
        numbers.push_back(number);
    }
    return numbers;
}

void guardWheel(QWidget* control)
{
    control->setFocusPolicy(Qt::StrongFocus);
    control->installEventFilter(new WheelGuard(control));
}

ParamControl* makeParamControl(const ParamSpec& spec, QWidget* parent)
{
    switch (spec.type) {
    case ParamSpec::Type::Int:
    case ParamSpec::Type::Real:
        return new NumberControl(spec, parent);
    case ParamSpec::Type::Choice:
        return new ChoiceControl(spec, parent);
    case ParamSpec::Type::RealList:
        return new ListControl(spec, parent);
    }
    return nullptr;
}

} // namespace bw
