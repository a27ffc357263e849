#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bw::diff {

/// A name by which tensors of other conventions can be found: Hugging Face's llama-like names and GGUF's become the
/// same ("model.layers.3.self_attn.q_proj.weight" and "blk.3.attn_q.weight" are both "blk.3.attn_q.weight"); others
/// stay.
std::string conventionalName(std::string_view name);

/// Endings of the name at its points, longest first, without the name itself: "a.b.weight" gives "b.weight" and
/// "weight".
std::vector<std::string_view> endings(std::string_view name);

} // namespace bw::diff
