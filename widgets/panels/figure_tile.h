#pragma once

#include "widgets/panels/popover.h"

#include <QWidget>

namespace bw {

class ElidedLabel;
class ToneLabel;

/// A figure under its small title, with an optional ⓘ. Its text can be copied.
class FigureTile : public QWidget
{
    Q_OBJECT

public:
    explicit FigureTile(const QString& title, QWidget* parent = nullptr);

    void setTitle(const QString& title);
    /// `copied` goes to the clipboard (the value with its unit); the shown text if empty.
    void setValue(const QString& value, const QString& copied = {});
    QString value() const { return m_value; }
    /// Greyed: it belongs to something older, and `why` says to what.
    void setStale(bool isStale, const QString& why = {});
    void setProvenance(const Provenance& provenance);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void copyValue() const;

    QString m_value;
    QString m_copied;
    ToneLabel* m_title;
    ToneLabel* m_text;
    InfoButton* m_info;
};

} // namespace bw
