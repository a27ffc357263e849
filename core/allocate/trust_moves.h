#pragma once
// value header

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bw {

/// What another option of one group would do to an allocation, all others staying.
struct Move
{
    std::uint32_t group = 0;
    std::uint32_t option = 0;
    std::int64_t cost = 0; ///< more than now
    double damage = 0; ///< more than now; less than 0: better
    friend bool operator==(const Move&, const Move&) = default;
};

/// Moves of at most `most` different groups that together cost at most `room` more than now and whose damages sum up to
/// as little as can be found: exactly the least for one or two moves, by a common price of cost (Lagrangian) for more.
/// By group. Empty if nothing is better than staying.
std::vector<Move> bestMoves(std::span<const Move> moves, std::size_t most, std::int64_t room);

/// The `count` sets of one to `most` (at most three) moves of different groups whose cost together is `least` to `room`
/// and whose damages sum up to the least, the least first. All are tried, for three among the 300 moves of least damage.
std::vector<std::vector<Move>> bestMoveSets(
    std::span<const Move> moves, std::size_t most, std::int64_t least, std::int64_t room, std::size_t count);

} // namespace bw
