#pragma once

#include "core/base/job_context.h"
#include "core/base/registry.h"
#include "core/formats/codec.h"
#include "core/formats/param_schema.h"
#include "core/formats/quant_format.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

/// Weights that an extra treats apart from the others.
struct SelectedWeights
{
    std::uint64_t count = 0;
    std::uint64_t storedBits = 0; ///< that say which they are
};

/// Something done on top of a family's codes, spelt after the scaling ("/sparse=0.1%"): one entry of
/// format_extras.inc, one file in extras/. Nobody else may ask which extra it is. Extras wrap the codec of the family
/// in the order of the registry, the first one outermost.
struct FormatExtra
{
    using FitInner = std::function<std::shared_ptr<const Codec>(const TensorView& matrix, const JobContext& ctx)>;
    using RestoreInner
        = std::function<std::shared_ptr<const Codec>(const Shape& shape, std::span<const TensorPart> sideParts)>;

    std::string id; ///< "sparse"
    Text title;
    Text help;
    /// What stands after "="; nothing if the extra is just there or not.
    std::optional<ParamSpec> value {};
    /// Extras of one kind exclude each other ("coder"); empty: of its own kind.
    std::string kind {};
    std::vector<std::string> examples; ///< whole formats that conformance tests run
    std::vector<ParamValue> trials {}; ///< values that are worth a trial when formats are ranked
    bool movesWeights = false; ///< what is inside gets other values than the matrix's, or in another order

    /// The value's spelling and back; null if there is none. Nothing if it is not spelt so.
    std::string (*valueText)(const ParamValue& value) = nullptr;
    std::optional<ParamValue> (*parseValue)(std::string_view text) = nullptr;
    /// Problems beyond the range of the value; may be null.
    std::vector<Problem> (*validate)(const QuantFormat& format) = nullptr;
    /// Which of `count` weights are treated apart, and what that costs; null: none are.
    SelectedWeights (*indexBits)(const ParamValue& value, std::uint64_t count) = nullptr;
    /// The codec for a finite matrix: `inner` fits what is inside to the matrix it is given. Null with `fitCounted`.
    std::shared_ptr<const Codec> (*fit)(
        const QuantFormat& format, const TensorView& matrix, const FitInner& inner, const JobContext& ctx)
        = nullptr;
    /// The codec from stored side parts: `inner` restores what is inside from the same parts. Error{BadFile}.
    std::shared_ptr<const Codec> (*restore)(const QuantFormat& format, const Shape& shape,
        std::span<const TensorPart> sideParts, const RestoreInner& inner);
    /// Instead of `fit` for extras that go by how often each row is used (words of a vocabulary): one count ≥ 0 a row.
    std::shared_ptr<const Codec> (*fitCounted)(
        const QuantFormat& format, const TensorView& matrix, std::span<const float> counts, const JobContext& ctx)
        = nullptr;
};

const Registry<FormatExtra>& formatExtras();

/// The codec inside with an extra around it: passes everything on. Extras override what they change.
class WrappedCodec : public Codec
{
public:
    const QuantFormat& format() const override { return m_format; }
    int codeBits() const override { return m_inner->codeBits(); }
    int codeCount() const override { return m_inner->codeCount(); }
    void encode(std::uint64_t first, std::span<const float> values, std::span<std::uint16_t> codes) const override;
    void decode(std::uint64_t first, std::span<const std::uint16_t> codes, std::span<float> values) const override;
    std::vector<std::byte> pack(const TensorView& matrix, const JobContext& ctx) const override;
    void unpack(std::uint64_t first, std::span<const std::byte> codes, std::span<float> values) const override;
    std::uint64_t packedBits(std::uint64_t count, std::span<const std::byte> codes) const override;
    void requireCodes(std::uint64_t count, std::span<const std::byte> codes) const override;
    bool isIdempotent() const override { return m_inner->isIdempotent(); }
    std::uint64_t groupCount() const override { return m_inner->groupCount(); }
    Grid grid(std::uint64_t group) const override { return m_inner->grid(group); }
    std::uint64_t typicalGroup() const override { return m_inner->typicalGroup(); }
    /// Those of the codec inside, then its own.
    std::vector<TensorPart> sideParts() const override;
    std::uint64_t sideBits() const override;

protected:
    WrappedCodec(std::shared_ptr<const Codec> inner, const std::string& extra, ParamValue value,
        std::vector<TensorPart> ownParts = {});
    const Codec& inner() const { return *m_inner; }
    const std::vector<TensorPart>& ownParts() const { return m_ownParts; }

private:
    std::shared_ptr<const Codec> m_inner;
    QuantFormat m_format;
    std::vector<TensorPart> m_ownParts;
};

} // namespace bw
