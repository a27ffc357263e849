#pragma once

#include "core/base/job_context.h"
#include "core/base/registry.h"
#include "core/formats/codec.h"
#include "core/formats/param_schema.h"
#include "core/formats/quant_format.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

/// What stands in for a format that cannot hold a matrix.
struct FormatFallback
{
    QuantFormat format;
    Text reason; ///< the whole sentence
};

/// A kind of number format: one entry of format_families.inc, one file in families/. Nobody else may ask which family a
/// format is.
struct FormatFamily
{
    std::string id; ///< "int"
    Text title; ///< "Signed integers"
    Text explanation; ///< one sentence for the picker
    ParamSchema schema;
    std::vector<std::string> examples; ///< canonical spellings that conformance tests run
    bool hasScale = true; ///< false: the levels are in weight units (k-means), scaling only says what shares a codebook
    bool hasScaling = true; ///< false: takes no scaling part at all (plain casts)
    bool takesExtras = true; ///< false: its bytes are what they are (plain casts)
    std::string usualCoder {}; ///< id of the entropy coder a format has unless it names another; empty: none
    bool takesAllRules = true; ///< false: only rules that are for any grid
    bool hasZeroPoint = false;
    bool isOdd = false; ///< negated weights decode to the negated values
    bool canSetLevels = false; ///< has a parameter "levels" that the codebook editor may drag
    std::string exponentParam {}; ///< id of the parameter the exponent curve drives; empty if none
    std::string levelsFamily {}; ///< family that levels taken from this format's grid can be edited in ("levels");
                                 ///< empty if none
    double tolerance = 0; ///< largest R on the conformance test's Gaussian tensor for examples.front()

    /// Reads the element part ("int4", "pow4(a=0.5)"); nothing if it is not this family's. Error{BadInput} if it is,
    /// but is wrong.
    std::optional<ParamValues> (*parseElement)(std::string_view element);
    /// Canonical element text.
    std::string (*elementText)(const ParamValues& params);
    /// Problems beyond the schema's ranges; may be null.
    std::vector<Problem> (*validate)(const QuantFormat& format) = nullptr;
    /// Bits of one code (an estimate where a fit decides), 0 if weights have none of their own (bits() of a tensor also
    /// counts scales and tables).
    int (*codeBits)(const ParamValues& params);
    /// Binds a valid format to a finite matrix (output channels first). Error{BadInput} on NaN or infinity, with its
    /// index.
    std::shared_ptr<const Codec> (*fit)(const QuantFormat& format, const TensorView& matrix, const JobContext& ctx);
    /// The codec from its stored side parts. Error{BadFile}.
    std::shared_ptr<const Codec> (*restore)(
        const QuantFormat& format, const Shape& shape, std::span<const TensorPart> sideParts);
    /// Fixes parameters whose scope is the whole model from all matrices that get this very format; may be null (no
    /// such parameter).
    QuantFormat (*fitModel)(const QuantFormat& format, std::span<const TensorView> matrices, const JobContext& ctx)
        = nullptr;
    /// Number of the type in GGUF files that holds exactly the values of such formats (block types: the part "codes" is
    /// its data); -1 if there is none. May be null: none.
    int (*ggmlType)(const ParamValues& params) = nullptr;
    /// For matrices (output channels first) of a shape this format cannot hold: what can, and why. Nothing if it can.
    /// May be null: any shape will do.
    std::optional<FormatFallback> (*fallback)(const QuantFormat& format, const Shape& shape) = nullptr;
    /// Do formats with these parameters count the error of each weight by a figure that is not in the matrix (its
    /// Fisher information)? May be null: none does. Those are fitted by fitImportant, with one figure ≥ 0 per weight.
    bool (*needsImportance)(const ParamValues& params) = nullptr;
    std::shared_ptr<const Codec> (*fitImportant)(
        const QuantFormat& format, const TensorView& matrix, std::span<const float> importance, const JobContext& ctx)
        = nullptr;
};

const Registry<FormatFamily>& formatFamilies();
/// The family of a parsed format.
const FormatFamily& familyOf(const QuantFormat& format);
/// What a valid format has to give way to for a matrix of this shape; nothing if it can hold it.
std::optional<FormatFallback> fallbackFor(const QuantFormat& format, const Shape& shape);
/// Fits `format` with its extras to a matrix. Error{BadInput}: an invalid format; a NaN or infinity, with its index.
/// `importance`: one figure per weight, or empty; Error{Unsupported} if the format needs it and there is none.
std::shared_ptr<const Codec> fitCodec(
    const QuantFormat& format, const TensorView& matrix, const JobContext& ctx, std::span<const float> importance = {});
/// Does fitting this format need to know how much the error of each weight counts?
bool needsImportance(const QuantFormat& format);
/// Does it need to know how often each row of the matrix is used instead (`importance`: one count ≥ 0 per row)?
bool needsRowCounts(const QuantFormat& format);
/// Of formats that need either: Error{Unsupported} that says what to do about it.
[[noreturn]] void failWithoutImportance(const QuantFormat& format);
/// The codec of a valid format from its stored side parts. Error{BadFile}.
std::shared_ptr<const Codec> restoreCodec(
    const QuantFormat& format, const Shape& shape, std::span<const TensorPart> sideParts);

} // namespace bw
