#pragma once

#include "core/formats/codec.h"
#include "core/formats/groups.h"
#include "core/formats/unit_grid.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace bw {

/// What codecs with side information per group share.
class CodecWithGroups : public Codec
{
public:
    const QuantFormat& format() const override { return m_format; }
    int codeBits() const override { return m_codeBits; }
    std::uint64_t groupCount() const override { return m_groups.count(); }
    std::uint64_t typicalGroup() const override;
    std::vector<TensorPart> sideParts() const override { return m_parts; }
    std::uint64_t sideBits() const override;

protected:
    CodecWithGroups(QuantFormat format, Groups groups, int codeBits, std::vector<TensorPart> sideParts);
    /// How large the levels of a group are; the group with the median size is the typical group.
    virtual float sizeOf(std::uint64_t group) const = 0;
    const Groups& groups() const { return m_groups; }

private:
    QuantFormat m_format;
    Groups m_groups;
    int m_codeBits = 0;
    std::vector<TensorPart> m_parts;
    mutable std::once_flag m_isTypicalKnown; ///< finding it takes as long as encoding, and only pictures ask
    mutable std::uint64_t m_typicalGroup = 0;
};

/// Splits encode and decode into groups; subclasses do one group at a time.
class GroupedCodec : public CodecWithGroups
{
public:
    void encode(std::uint64_t first, std::span<const float> values, std::span<std::uint16_t> codes) const override;
    void decode(std::uint64_t first, std::span<const std::uint16_t> codes, std::span<float> values) const override;

protected:
    using CodecWithGroups::CodecWithGroups;

    virtual void encodeGroup(std::uint64_t group, std::span<const float> values, std::uint16_t* codes) const = 0;
    virtual void decodeGroup(std::uint64_t group, std::span<const std::uint16_t> codes, float* values) const = 0;
};

/// Bits that tell `levels` levels apart (at least 1).
int bitsForLevels(std::size_t levels);

/// One grid for the whole tensor, one stored scale per group: most formats. Side parts: "scales", then `more` (a fitted
/// codebook).
std::shared_ptr<const Codec> makeGridCodec(QuantFormat format, Groups groups, UnitGrid grid, int codeBits,
    std::vector<float> scales, std::vector<TensorPart> more = {});
/// The same with scales chosen by the format's scaling rule.
std::shared_ptr<const Codec> fitGridCodec(
    const QuantFormat& format, UnitGrid grid, int codeBits, const TensorView& matrix, const JobContext& ctx);
/// The same from stored scales.
std::shared_ptr<const Codec> restoreGridCodec(
    const QuantFormat& format, UnitGrid grid, int codeBits, const Shape& shape, std::span<const TensorPart> sideParts);

} // namespace bw
