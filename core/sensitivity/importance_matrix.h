#pragma once

#include "core/base/job_context.h"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

/// Importance matrices as llama.cpp's imatrix tool writes them: for each weight matrix the mean squared input of each
/// column.
struct ImportanceMatrix
{
    std::map<std::string, std::vector<float>, std::less<>> columns; ///< by tensor name as in the file
    std::string dataName; ///< what it was made from, as the file says; may be empty
    std::string sha256; ///< of the file

    /// The entry for a layer of that name: of the same name, or of the name llama.cpp gives this layer of a Llama-like
    /// model ("model.layers.3.self_attn.q_proj.weight" is "blk.3.attn_q.weight"). nullptr if there is none.
    const std::vector<float>* find(std::string_view layer) const;
};

/// Reads either form, the older one (.dat) and GGUF. Safe for files from strangers. Error{NotFound|BadFile}: truncated,
/// counts that cannot be, values that are negative or not finite.
ImportanceMatrix readImportanceMatrix(const std::filesystem::path& file, const JobContext& ctx);

/// llama.cpp's name of a layer of a Llama-like model; empty if it has none.
std::string ggufName(std::string_view layer);

} // namespace bw
