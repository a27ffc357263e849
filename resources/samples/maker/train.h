#pragma once

#include "draw_shapes.h"
#include "shapes_net.h"

namespace bw {

/// Images as the network wants them: float, normalised.
torch::Tensor inputOf(const LabelledImages& set);

/// A network trained from scratch on freshly drawn images, in eval mode. Prints its progress.
ShapesNet trainedNet();

} // namespace bw
