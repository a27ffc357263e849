#include "core/stats/moments.h"

namespace bw::stats {

void Moments::merge(const Moments& other)
{
    if (other.count == 0) {
        return;
    }
    if (count == 0) {
        *this = other;
        return;
    }
    const auto a = static_cast<double>(count);
    const auto b = static_cast<double>(other.count);
    const double n = a + b;
    const double delta = other.mean - mean;
    const double step = delta / n;
    const double both = delta * step * a * b;
    fourth += other.fourth + both * step * step * (a * a - a * b + b * b)
        + 6 * step * step * (a * a * other.second + b * b * second) + 4 * step * (a * other.third - b * third);
    third += other.third + both * step * (a - b) + 3 * step * (a * other.second - b * second);
    second += other.second + both;
    mean += step * b;
    count += other.count;
}

} // namespace bw::stats
