#include "widgets/empty_note.h"

namespace bw {

EmptyNote::EmptyNote(QWidget* parent)
    : ToneLabel(Tone::Muted, parent)
{
    setAlignment(Qt::AlignCenter);
    setWordWrap(true);
    setMargin(24);
    setMinimumSize(0, 0);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Expanding);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setTone(Tone::Muted);
}

} // namespace bw
