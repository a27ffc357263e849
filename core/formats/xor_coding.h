#pragma once

#include "core/base/job_context.h"
#include "core/formats/groups.h"
#include "core/formats/xor_network.h"
#include "core/tensor/tensor_view.h"

#include <cstdint>
#include <span>
#include <vector>

namespace bw {

inline constexpr int maxXorPlanes = 4;
inline constexpr int maxXorTries = 32;

/// Weights as Σ ±aᵢ, whose signs come from XOR networks: the matrix is cut into slices of as many weights as networks
/// have outputs (through all rows; the last slice may be short), and each slice has a word of inputs for each plane.
/// Immutable.
class XorCoding
{
public:
    /// One network a plane, all of the same size. `factors`: planes for each group.
    XorCoding(Groups groups, std::vector<XorNetwork> networks, std::span<const float> factors);

    std::size_t planes() const { return m_networks.size(); }
    std::size_t sliceLength() const { return static_cast<std::size_t>(m_networks.front().outputs()); }
    std::uint64_t sliceCount() const { return (m_groups.valueCount() + sliceLength() - 1) / sliceLength(); }
    const Groups& groups() const { return m_groups; }
    const std::vector<XorNetwork>& networks() const { return m_networks; }

    /// The words of slices first … first + codes.size() / planes(), slice by slice. Every plane is the best for what
    /// the others leave over, the first ones greedily, then all in turn.
    void encode(std::uint64_t firstSlice, const TensorView& matrix, std::span<std::uint16_t> codes,
        const JobContext& ctx) const;
    /// Values first … of the matrix from words packed slice by slice (bit_stream.h).
    void decode(std::uint64_t first, std::span<const std::byte> packed, std::span<float> values) const;
    /// Does encoding decoded values surely find them again? With one plane, and factors near enough to each other that
    /// all of them count in a sum.
    bool isIdempotent() const;

private:
    Groups m_groups;
    std::vector<XorNetwork> m_networks;
    std::vector<float> m_factors; ///< as stored
};

struct XorFit
{
    std::vector<std::uint64_t> seeds; ///< of each plane's network
    std::vector<XorNetwork> networks;
    std::vector<float> factors; ///< planes for each group, none negative
};

/// Post-training encryption of finite weights: each plane's network is the best of `tries` random ones for what the
/// planes before leave over, its factors the least squares for its signs; then all planes' words and, jointly, their
/// factors in turn. The same for any number of threads.
XorFit fitXorCoding(const TensorView& matrix, const Groups& groups, int inputs, int outputs, int planes, int tries,
    const JobContext& ctx);

} // namespace bw
