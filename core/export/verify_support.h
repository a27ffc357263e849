#pragma once

#include "core/base/error.h"
#include "core/engine/quantize_model.h"
#include "core/export/quantized_file.h"
#include "core/model/model.h"

#include <string>
#include <utility>
#include <vector>

namespace bw {

/// Checks run one after another; what fails says why.
class CheckList
{
public:
    /// `check` returns what it found as Text, or throws Error{BadFile|Verification|BadInput|…}. True if it passed.
    /// Errors about this program or its memory are not findings about the file, and pass through.
    template <class Check>
    bool run(const char* name, Check&& check)
    {
        try {
            m_results.push_back({ name, true, std::forward<Check>(check)() });
            return true;
        } catch (const Error& error) {
            return failed(name, error);
        }
    }
    std::vector<VerifyCheck> results() && { return std::move(m_results); }

private:
    bool failed(const char* name, const Error& error);

    std::vector<VerifyCheck> m_results;
};

/// Quantizes a model again by the recipe a file states; complete.
QuantizedModelPtr requantized(const ModelPtr& source, const std::string& recipeText,
    const VerifySource::Importance& importance, const JobContext& ctx);
/// Exports without a description of their own: whether they open, and fit the source.
std::vector<VerifyCheck> verifyModel(
    const std::filesystem::path& path, const VerifySource& source, const JobContext& ctx);
/// GGUF files that Bitwright wrote.
std::vector<VerifyCheck> verifyGguf(
    const std::filesystem::path& path, const VerifySource& source, const JobContext& ctx);
struct Exporter;
struct ExportOrigin;
/// Files whose exporter says where they come from.
std::vector<VerifyCheck> verifyOrigin(const Exporter& exporter, const ExportOrigin& origin,
    const std::filesystem::path& path, const VerifySource& source, const JobContext& ctx);
/// Error{Verification}: a value is NaN or infinite.
void requireFiniteModel(const Model& model, const JobContext& ctx);

/// Error{Verification} if the model's files do not have this hash.
void requireSourceHash(const Model& source, const std::string& sha256, const JobContext& ctx);

} // namespace bw
