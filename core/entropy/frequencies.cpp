#include "core/entropy/frequencies.h"

#include <algorithm>
#include <cmath>
#include <queue>

namespace bw::entropy {

namespace {
constexpr double closeEnough = 1e-7; // of λ: leaves no more to giveRest than equal shares do

struct Share
{
    std::size_t symbol;
    double count;
    std::uint32_t frequency;
};

/// Rounded shares for one λ, and their sum.
double setShares(std::vector<Share>& shares, double lambda, double most)
{
    double sum = 0;
    for (auto& share : shares) {
        const double rounded = std::clamp(std::floor(share.count / lambda + 0.5), 1.0, most);
        share.frequency = static_cast<std::uint32_t>(rounded);
        sum += rounded;
    }
    return sum;
}

/// Gives `rest` more to those with the largest quotients; the first of equals gets it.
void giveRest(std::vector<Share>& shares, std::uint64_t rest)
{
    struct Claim
    {
        double quotient;
        Share* share;
        bool operator<(const Claim& other) const
        {
            return quotient != other.quotient ? quotient < other.quotient : share > other.share;
        }
    };
    const auto claimOf = [](Share& share) { return Claim { share.count / (share.frequency + 0.5), &share }; };
    std::priority_queue<Claim> claims;
    for (auto& share : shares) {
        claims.push(claimOf(share));
    }
    for (; rest > 0; --rest) {
        Share& share = *claims.top().share;
        claims.pop();
        ++share.frequency;
        claims.push(claimOf(share));
    }
}
} // namespace

std::vector<std::uint32_t> normalizedFrequencies(std::span<const std::uint64_t> counts, int tableBits)
{
    std::vector<Share> shares;
    double total = 0;
    for (std::size_t symbol = 0; symbol < counts.size(); ++symbol) {
        if (counts[symbol] > 0) {
            shares.push_back({ symbol, static_cast<double>(counts[symbol]), 1 });
            total += static_cast<double>(counts[symbol]);
        }
    }
    const auto target = std::uint64_t { 1 } << tableBits;
    const auto most = static_cast<double>(target);
    // Every share is 1 for a λ this large; the sum never grows with λ.
    double high = 2 * total + 1;
    double low = 0;
    while (high - low > high * closeEnough) {
        const double middle = low + (high - low) / 2;
        (setShares(shares, middle, most) <= most ? high : low) = middle;
    }
    const double sum = setShares(shares, high, most);
    giveRest(shares, target - static_cast<std::uint64_t>(sum));
    std::vector<std::uint32_t> frequencies(counts.size(), 0);
    for (const auto& share : shares) {
        frequencies[share.symbol] = share.frequency;
    }
    return frequencies;
}

} // namespace bw::entropy
