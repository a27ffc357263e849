#pragma once

#include "app/document/layer_work.h"
#include "core/formats/quant_format.h"

#include <optional>
#include <utility>
#include <vector>

namespace bw {

// What a gesture on a picture makes of a format. Pure; knows no family by name, only what families say about
// themselves.

/// The exponent as one number: fixed in the format, or as found for the layer (`resolved`). Nothing if the family has
/// none or it differs by channel.
std::optional<double> exponentOf(const QuantFormat& resolved);
/// Is the exponent left to the search?
bool isExponentSearched(const QuantFormat& format);
/// A format with this exponent: of the same family if it has one, else of the first family that has, with bits and
/// scaling kept. Nothing if no family can take it.
std::optional<QuantFormat> withExponent(const QuantFormat& format, double exponent);
/// Bits of one code; nothing if the family has no such parameter.
std::optional<int> bitsParam(const QuantFormat& format);
/// Bits for which the exponent curve beside this format is drawn; nothing if power grids have no such bits.
std::optional<int> exponentBits(const QuantFormat& format);

/// Can the clip points of this format be dragged?
bool canClip(const QuantFormat& format);
bool isClipSymmetric(const QuantFormat& format);
/// The clipping point in use, as a share of the typical group's largest magnitude, (0, 1].
double clipShare(const LayerResult& result);
/// The format clipping at `low` or `high` (weight units; whichever moved further from the grid of `result`).
QuantFormat withClip(const QuantFormat& format, const LayerResult& result, double low, double high);

/// Can the levels of this format be dragged (perhaps after becoming a codebook of their own)?
bool canEditLevels(const QuantFormat& format);
/// Are the levels of this format the user's own?
bool hasOwnLevels(const QuantFormat& format);
/// Grids with more levels are not offered as codebooks.
std::size_t mostLevels(const QuantFormat& format);
/// The format whose levels in the typical group are these (weight units, at least two).
QuantFormat withLevels(const QuantFormat& format, const LayerResult& result, std::vector<double> levels);
/// `levels` with one set to a value within ±`absMax`, in order again.
std::vector<double> typedLevel(std::vector<double> levels, std::size_t index, double value, double absMax);
/// `levels` with one moved, kept between its neighbours and within ±`absMax`.
std::vector<double> movedLevel(std::vector<double> levels, std::size_t index, double value, double absMax);

} // namespace bw
