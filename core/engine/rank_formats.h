#pragma once
// value header

#include "core/base/job_context.h"
#include "core/engine/quantize_model.h"
#include "core/formats/grid.h"
#include "core/formats/quant_format.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace bw {

class ResultCache;

/// What rounding to a format does to some weights.
struct FormatFigures
{
    ErrorSums error; ///< of all weights; sums of a sample are scaled up to them
    std::uint64_t bits = 0; ///< codes, scales and tables of all weights; likewise
    std::uint64_t measured = 0; ///< weights that were looked at
    std::uint64_t count = 0; ///< all weights

    bool isExact() const { return measured == count; }
    double bitsPerWeight() const { return count == 0 ? 0 : static_cast<double>(bits) / static_cast<double>(count); }
    double r() const { return rmseOverRms(error); }
    double rTimes2b() const;
    double sqnrDb() const { return bw::sqnrDb(error); }
    void add(const FormatFigures& other);
    friend bool operator==(const FormatFigures&, const FormatFigures&) = default;
};

/// What is known of one format on one tensor; small enough to be kept.
struct MeasuredFormat
{
    FormatFigures figures;
    std::shared_ptr<const Grid> grid; ///< of the typical group; null if it has no levels, or more than 256
};

struct RankedFormat
{
    QuantFormat format;
    FormatFigures figures; ///< empty if there is a reason
    Text reason; ///< not empty: the format cannot serve these weights, and why
    std::string reasonLayer; ///< name of the layer the reason is about
    /// Layers that cannot hold the format and were measured with what takes its place, as resolve() has it.
    std::size_t standIns = 0;
    Text standInReason; ///< why, of the first one
    std::string standInLayer;
    std::shared_ptr<const Grid> grid; ///< on the request's grid layer (its sample's, if it is large); may be null
    bool isUsable() const { return reason.empty(); }
    friend bool operator==(const RankedFormat& a, const RankedFormat& b)
    {
        return a.format == b.format && a.figures == b.figures && a.reason == b.reason && a.reasonLayer == b.reasonLayer
            && a.standIns == b.standIns;
    }
};

struct RankRequest
{
    ModelPtr model;
    std::vector<LayerId> layers; ///< figures are of all their weights together
    std::vector<QuantFormat> formats; ///< valid ones
    double maxBits = std::numeric_limits<double>::infinity(); ///< bits per weight, scales and tables counted
    std::uint64_t sampleWeights = std::uint64_t { 1 } << 16; ///< larger layers are sampled to about this many together
                                                             ///< (and to fewer first, if there are many formats)
    LayerId gridLayer; ///< whose levels are wanted; one of `layers`, or invalid
    std::size_t exactCount = 5; ///< as many of the best are measured on all weights
    bool isBrief = true; ///< many formats are looked at briefly first, and only the best of them on `sampleWeights`
    bool areFamiliesExact
        = false; ///< the best of every family is measured on all weights too, if they are not too many
    bool triesExtras = false; ///< for the best of every family, extras that may gain something are tried as well
};

struct Ranking
{
    /// Within the limit, least error first. The first ones are exact as asked for, unless a sample of one after the
    /// other says too little of the whole.
    std::vector<RankedFormat> formats;
    std::vector<RankedFormat> unusable; ///< in the order asked for
    std::size_t tooLarge = 0; ///< formats above the limit
    std::vector<Problem> leftOut; ///< layers no format can serve (NaN, infinity); field: the layer's name
    std::uint64_t measured = 0; ///< weights the first look was at
    std::uint64_t count = 0; ///< weights of the layers that were not left out
};

/// For each format whether it is worth having: no other has at most its bits and less error, or its error in fewer
/// bits. Of equal ones the first. Unusable formats are not.
std::vector<bool> paretoFront(std::span<const RankedFormat> formats);

/// Called as formats are measured, in a fixed order, from one thread at a time. A format may come twice: sampled, then
/// exact.
using RankListener = std::function<void(const RankedFormat&)>;

/// Measures formats by rounding to the nearest level and puts them in order. The same for any thread count. Figures are
/// kept in `cache` (may be null) by content. Error{BadInput} if there is no layer, or none that can be served.
Ranking rankFormats(
    const RankRequest& request, ResultCache* cache, const RankListener& listener, const JobContext& ctx);

} // namespace bw
