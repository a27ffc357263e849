#pragma once

#include "shapes_net.h"

#include <filesystem>

namespace bw {

/// Writes `net` as a TorchScript file with the same dotted names; inference only, batch norms kept as they are.
void exportScript(const ShapesNet& net, const std::filesystem::path& file);

} // namespace bw
