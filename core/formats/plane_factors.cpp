#include "core/formats/plane_factors.h"

#include "core/base/checked_math.h"
#include "core/base/error.h"
#include "core/formats/group_scales.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bw {

namespace {
constexpr const char* partName = "factors";

bool isUsable(std::span<const float> factors)
{
    return std::all_of(factors.begin(), factors.end(), [](float factor) { return factor >= 0; })
        && std::isfinite(std::accumulate(factors.begin(), factors.end(), 0.0F));
}
} // namespace

void roundFactors(std::span<const double> found, const std::string& store, std::span<float> factors)
{
    for (double share = 1; share == 1 || !isUsable(factors); share *= 0.98) {
        std::transform(found.begin(), found.end(), factors.begin(),
            [&](double factor) { return roundToStore(store, factor * share); });
    }
}

TensorPart factorsPart(
    const Groups& groups, std::size_t planes, const std::string& store, std::span<const float> factors)
{
    Shape shape = groups.arrayShape();
    shape.push_back(static_cast<std::int64_t>(planes));
    return storedPart(partName, store, std::move(shape), factors);
}

std::vector<float> readFactors(
    std::span<const TensorPart> parts, const Groups& groups, std::size_t planes, const std::string& store)
{
    auto factors = readStoredPart(parts, partName, store, checkedMul(groups.count(), planes));
    for (std::size_t at = 0; at < factors.size(); at += planes) {
        if (!isUsable(std::span(factors).subspan(at, planes))) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core", "\"%1\" of the quantized tensor must be numbers of at least 0"), partName);
        }
    }
    return factors;
}

std::vector<float> firstFactors(std::span<const float> factors, std::size_t planes)
{
    std::vector<float> firsts;
    for (std::size_t i = 0; i < factors.size(); i += planes) {
        firsts.push_back(factors[i]);
    }
    return firsts;
}

} // namespace bw
