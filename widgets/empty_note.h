#pragma once

#include "widgets/tone_label.h"

namespace bw {

/// A quiet, centred, plain sentence for a view that has nothing to show.
class EmptyNote : public ToneLabel
{
    Q_OBJECT

public:
    explicit EmptyNote(QWidget* parent = nullptr);
};

} // namespace bw
