#pragma once

#include <QFrame>
#include <QString>
#include <QToolButton>

namespace bw {

/// "Where does this come from?" for one figure.
struct Provenance
{
    QString title;
    QString definition; ///< sentences
    QString formula; ///< one line
    QString inputs; ///< the inputs used now, one per line
};

/// A small frame by its anchor; closes on Esc or a click elsewhere. Deletes itself when closed.
class Popover : public QFrame
{
    Q_OBJECT

public:
    explicit Popover(const Provenance& provenance, QWidget* parent = nullptr);
    void showBelow(const QWidget* anchor);
};

/// The ⓘ beside a figure.
class InfoButton : public QToolButton
{
    Q_OBJECT

public:
    explicit InfoButton(QWidget* parent = nullptr);
    void setProvenance(const Provenance& provenance);
    const Provenance& provenance() const { return m_provenance; }

private:
    Provenance m_provenance;
};

} // namespace bw
