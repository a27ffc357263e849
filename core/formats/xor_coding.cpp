#include "core/formats/xor_coding.h"

#include "core/base/bit_stream.h"
#include "core/base/parallel.h"
#include "core/formats/xor_search.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace bw {

namespace {
constexpr std::uint64_t slicesAtOnce = 1024; // a multiple of 8, so that blocks of words pack to whole bytes
constexpr std::uint64_t triedSlices = 4096;
constexpr int rounds = 2; ///< of all planes of a slice in turn
constexpr int sweeps = 4; ///< factors that are tried
constexpr std::uint64_t firstSeed = 0x666C65786F720000; ///< any number; part of every file, so it stays
constexpr double ridge = 1e-9; ///< keeps equal planes apart
constexpr std::size_t mostOutputs = XorNetwork::maxOutputs;

using Slice = std::array<double, mostOutputs>;

/// Finds the words of one slice after another.
class SliceCoder
{
public:
    /// `factors`: `planes` of them for each group, of which the first networks.size() are used. All must outlive this.
    SliceCoder(
        const Groups& groups, std::span<const XorNetwork> networks, std::span<const float> factors, std::size_t planes)
        : m_groups(groups)
        , m_networks(networks)
        , m_factors(factors)
        , m_planes(planes)
        , m_perOutput(std::min(networks.size() + 1, planes))
        , m_signs(networks.size())
        , m_words(networks.size())
    {
        m_searches.reserve(networks.size());
        for (const auto& network : networks) {
            m_searches.emplace_back(network);
        }
    }

    /// `values` from position `first` on, at most a slice: plane by plane, then all in turn up to `roundsOfAll` times.
    void encode(std::uint64_t first, std::span<const float> values, int roundsOfAll)
    {
        load(first, values);
        for (std::size_t plane = 0; plane < m_networks.size(); ++plane) {
            choose(plane);
        }
        bool hasChanged = m_networks.size() > 1;
        for (int round = 0; round < roundsOfAll && hasChanged; ++round) {
            hasChanged = false;
            for (std::size_t plane = 0; plane < m_networks.size(); ++plane) {
                const auto before = m_words[plane];
                add(plane, 1);
                choose(plane);
                hasChanged = hasChanged || m_words[plane] != before;
            }
        }
    }

    /// How well a network would fit what the slice leaves over: Σ restⱼ·factorⱼ·signⱼ with the best signs and the
    /// factors of plane `like`.
    double fitOf(const XorNetwork& network, XorSearch& search, std::size_t like)
    {
        const double size = weigh(like);
        if (size == 0) {
            return 0;
        }
        const auto signs = network.outputsOf(search.best(std::span(m_weights).first(m_length)));
        double sum = 0;
        for (std::size_t j = 0; j < m_length; ++j) {
            sum += (signs >> j & 1) != 0 ? static_cast<double>(m_weights[j]) : -static_cast<double>(m_weights[j]);
        }
        return sum * size;
    }

    std::uint16_t word(std::size_t plane) const { return m_words[plane]; }
    std::uint64_t signs(std::size_t plane) const { return m_signs[plane]; }
    /// What the planes leave over.
    std::span<const double> rest() const { return std::span(m_rest).first(m_length); }

private:
    void load(std::uint64_t first, std::span<const float> values)
    {
        m_length = values.size();
        std::copy(values.begin(), values.end(), m_rest.begin());
        m_groups.forEachPart(first, m_length, [&](std::uint64_t group, std::size_t offset, std::size_t count) {
            for (std::size_t plane = 0; plane < m_perOutput.size(); ++plane) {
                const auto factor = static_cast<double>(m_factors[static_cast<std::size_t>(group) * m_planes + plane]);
                std::fill_n(m_perOutput[plane].begin() + static_cast<std::ptrdiff_t>(offset), count, factor);
            }
        });
    }

    /// What each output's sign is worth, in units of the largest, which is returned.
    double weigh(std::size_t plane)
    {
        Slice worth;
        double size = 0;
        for (std::size_t j = 0; j < m_length; ++j) {
            worth[j] = m_rest[j] * m_perOutput[plane][j];
            size = std::max(size, std::abs(worth[j]));
        }
        for (std::size_t j = 0; j < m_length; ++j) {
            m_weights[j] = size == 0 ? 0.0F : static_cast<float>(worth[j] / size);
        }
        return size;
    }

    void choose(std::size_t plane)
    {
        weigh(plane);
        const auto word = m_searches[plane].best(std::span(m_weights).first(m_length));
        m_words[plane] = static_cast<std::uint16_t>(word);
        m_signs[plane] = m_networks[plane].outputsOf(word);
        add(plane, -1);
    }

    void add(std::size_t plane, double direction)
    {
        for (std::size_t j = 0; j < m_length; ++j) {
            m_rest[j] += (m_signs[plane] >> j & 1) != 0 ? direction * m_perOutput[plane][j]
                                                        : -direction * m_perOutput[plane][j];
        }
    }

    const Groups& m_groups;
    std::span<const XorNetwork> m_networks;
    std::span<const float> m_factors;
    std::size_t m_planes;
    std::vector<XorSearch> m_searches;
    std::size_t m_length = 0;
    Slice m_rest {};
    std::array<float, mostOutputs> m_weights {};
    std::vector<Slice> m_perOutput; ///< factors of each plane
    std::vector<std::uint64_t> m_signs;
    std::vector<std::uint16_t> m_words;
};

/// Calls work(first, values) for consecutive slices.
template <class Work>
void forSlices(const TensorView& matrix, std::size_t length, std::uint64_t firstSlice, std::uint64_t lastSlice,
    const JobContext& ctx, Work&& work)
{
    const std::uint64_t count = matrix.count();
    std::vector<float> values;
    for (std::uint64_t start = firstSlice; start < lastSlice; start += slicesAtOnce) {
        const std::uint64_t end = std::min(lastSlice, start + slicesAtOnce);
        values.resize(static_cast<std::size_t>(std::min(count, end * length) - start * length));
        matrix.read(start * length, values);
        for (std::uint64_t slice = start; slice < end; ++slice) {
            ctx.checkpoint();
            const auto at = static_cast<std::size_t>((slice - start) * length);
            const auto part = std::span<const float>(values).subspan(at, std::min(length, values.size() - at));
            work(slice * length, part);
        }
    }
}

/// Factors are kept as float32, of which there may be one for every few weights.
float asFactor(double found)
{
    return static_cast<float>(std::min(found, static_cast<double>(std::numeric_limits<float>::max())));
}

/// Finds networks and factors, plane after plane.
class XorFitter
{
public:
    XorFitter(const TensorView& matrix, const Groups& groups, int inputs, int outputs, int planes)
        : m_matrix(matrix)
        , m_groups(groups)
        , m_inputs(inputs)
        , m_outputs(outputs)
        , m_planes(static_cast<std::size_t>(planes))
        , m_length(static_cast<std::size_t>(outputs))
        , m_slices((groups.valueCount() + m_length - 1) / m_length)
    {
        m_fit.factors.resize(static_cast<std::size_t>(groups.count()) * m_planes);
    }

    XorFit run(int tries, const JobContext& ctx)
    {
        const double passes = static_cast<double>(m_planes) + sweeps + 1;
        double pass = 0;
        const auto next = [&] {
            ++pass;
            return ctx.sub((pass - 1) / passes, pass / passes);
        };
        setMeanMagnitudes(next());
        for (std::size_t plane = 0; plane < m_planes; ++plane) {
            addPlane(plane, tries, next());
        }
        if (m_planes > 1) {
            improve(next);
        } else if (m_groups.count() > 1) {
            solve(measure(0, next())); // slices across groups: both steps are the best there are, so it gets no worse
        }
        return std::move(m_fit);
    }

private:
    /// Of each group: the products of the signs with the weights for every plane, and with each other for every pair.
    struct Sums
    {
        std::uint64_t firstGroup = 0;
        std::vector<double> values;
        double error = 0; ///< Σ of what is left over, squared
    };

    std::size_t stride() const { return m_planes + m_planes * (m_planes - 1) / 2; }
    std::size_t pairAt(std::size_t i, std::size_t j) const
    {
        return m_planes + std::max(i, j) * (std::max(i, j) - 1) / 2 + std::min(i, j);
    }
    double* sumsOf(Sums& sums, std::uint64_t group) const
    {
        return sums.values.data() + static_cast<std::size_t>(group - sums.firstGroup) * stride();
    }
    float* factorsOf(std::uint64_t group) { return m_fit.factors.data() + static_cast<std::size_t>(group) * m_planes; }

    /// add(first slice, last slice, sums) for blocks of slices, added up in order.
    template <class Add>
    Sums sum(const JobContext& ctx, Add&& add) const
    {
        Sums total;
        total.values.resize(static_cast<std::size_t>(m_groups.count()) * stride());
        const auto work = [&](std::uint64_t first, std::uint64_t last) {
            Sums sums;
            sums.firstGroup = m_groups.at(first * m_length);
            const auto lastGroup = m_groups.at(std::min(m_groups.valueCount(), last * m_length) - 1);
            sums.values.resize(static_cast<std::size_t>(lastGroup + 1 - sums.firstGroup) * stride());
            add(first, last, sums);
            return sums;
        };
        parallelReduce(m_slices, slicesAtOnce, ctx, Sums {}, work, [&](Sums&, Sums& part) {
            double* to = sumsOf(total, part.firstGroup);
            for (std::size_t i = 0; i < part.values.size(); ++i) {
                to[i] += part.values[i];
            }
            total.error += part.error;
        });
        return total;
    }

    /// Which group counts for more in a slice, until there are factors.
    void setMeanMagnitudes(const JobContext& ctx)
    {
        auto sums = sum(ctx, [&](std::uint64_t firstSlice, std::uint64_t lastSlice, Sums& part) {
            forSlices(m_matrix, m_length, firstSlice, lastSlice, ctx,
                [&](std::uint64_t first, std::span<const float> values) {
                    m_groups.forEachPart(
                        first, values.size(), [&](std::uint64_t group, std::size_t offset, std::size_t count) {
                            for (const float value : values.subspan(offset, count)) {
                                *sumsOf(part, group) += std::abs(static_cast<double>(value));
                            }
                        });
                });
        });
        for (std::uint64_t group = 0; group < m_groups.count(); ++group) {
            *factorsOf(group) = asFactor(*sumsOf(sums, group) / static_cast<double>(m_groups.size(group)));
        }
    }

    /// The next network, and its factors for the signs that fit what the planes before leave over.
    void addPlane(std::size_t plane, int tries, const JobContext& ctx)
    {
        for (std::uint64_t group = 0; plane > 0 && group < m_groups.count(); ++group) {
            factorsOf(group)[plane] = factorsOf(group)[plane - 1]; // only their proportions count
        }
        addNetwork(plane, tries, ctx);
        auto sums = measure(0, ctx);
        for (std::uint64_t group = 0; group < m_groups.count(); ++group) {
            float* factors = factorsOf(group);
            const double* found = sumsOf(sums, group);
            double rest = found[plane];
            for (std::size_t before = 0; before < plane; ++before) {
                rest -= found[pairAt(plane, before)] * static_cast<double>(factors[before]);
            }
            factors[plane] = asFactor(std::max(0.0, rest / static_cast<double>(m_groups.size(group))));
        }
    }

    void addNetwork(std::size_t plane, int tries, const JobContext& ctx)
    {
        std::vector<std::uint64_t> seeds;
        std::vector<XorNetwork> networks;
        for (int attempt = 0; attempt < tries; ++attempt) {
            seeds.push_back(
                firstSeed + plane * static_cast<std::uint64_t>(maxXorTries) + static_cast<std::uint64_t>(attempt));
            networks.push_back(XorNetwork::random(m_inputs, m_outputs, seeds.back()));
        }
        const auto best = tries == 1 ? 0 : bestOf(networks, plane, ctx);
        m_fit.seeds.push_back(seeds[best]);
        m_fit.networks.push_back(std::move(networks[best]));
    }

    /// On evenly spread slices. Within a group, what a network takes off the error grows with the sum.
    std::size_t bestOf(std::span<const XorNetwork> networks, std::size_t plane, const JobContext& ctx) const
    {
        const std::uint64_t step = std::max<std::uint64_t>(1, m_slices / triedSlices);
        const auto work = [&](std::uint64_t firstTried, std::uint64_t lastTried) {
            SliceCoder coder(m_groups, m_fit.networks, m_fit.factors, m_planes);
            std::vector<XorSearch> searches(networks.begin(), networks.end());
            std::vector<double> sums(networks.size());
            for (std::uint64_t slice = firstTried * step; slice < lastTried * step; slice += step) {
                forSlices(
                    m_matrix, m_length, slice, slice + 1, ctx, [&](std::uint64_t first, std::span<const float> values) {
                        coder.encode(first, values, 0);
                        for (std::size_t i = 0; i < networks.size(); ++i) {
                            sums[i] += coder.fitOf(networks[i], searches[i], plane);
                        }
                    });
            }
            return sums;
        };
        const auto sums = parallelReduce(m_slices / step, 64, ctx, std::vector<double>(networks.size()), work,
            [](std::vector<double>& total, const std::vector<double>& part) {
                std::transform(total.begin(), total.end(), part.begin(), total.begin(), std::plus<>());
            });
        return static_cast<std::size_t>(std::max_element(sums.begin(), sums.end()) - sums.begin());
    }

    /// Encodes everything with the networks and factors there are.
    Sums measure(int roundsOfAll, const JobContext& ctx) const
    {
        return sum(ctx, [&](std::uint64_t firstSlice, std::uint64_t lastSlice, Sums& part) {
            SliceCoder coder(m_groups, m_fit.networks, m_fit.factors, m_planes);
            forSlices(m_matrix, m_length, firstSlice, lastSlice, ctx,
                [&](std::uint64_t first, std::span<const float> values) {
                    coder.encode(first, values, roundsOfAll);
                    addProducts(first, values, coder, part);
                });
        });
    }

    void addProducts(std::uint64_t first, std::span<const float> values, const SliceCoder& coder, Sums& sums) const
    {
        m_groups.forEachPart(first, values.size(), [&](std::uint64_t group, std::size_t offset, std::size_t count) {
            double* to = sumsOf(sums, group);
            const std::uint64_t mask = ~std::uint64_t { 0 } >> (64 - count) << offset;
            for (std::size_t plane = 0; plane < m_fit.networks.size(); ++plane) {
                const auto signs = coder.signs(plane);
                for (std::size_t j = offset; j < offset + count; ++j) {
                    const auto value = static_cast<double>(values[j]);
                    to[plane] += (signs >> j & 1) != 0 ? value : -value;
                }
                for (std::size_t other = 0; other < plane; ++other) {
                    const int different = std::popcount((signs ^ coder.signs(other)) & mask);
                    to[pairAt(plane, other)] += static_cast<double>(count) - 2.0 * different;
                }
            }
        });
        for (const double rest : coder.rest()) {
            sums.error += rest * rest;
        }
    }

    /// The least squares of each group's factors for the signs that were found; as they were where one is negative.
    void solve(Sums sums)
    {
        std::array<std::array<double, maxXorPlanes + 1>, maxXorPlanes> rows {};
        for (std::uint64_t group = 0; group < m_groups.count(); ++group) {
            const double* found = sumsOf(sums, group);
            const auto count = static_cast<double>(m_groups.size(group));
            for (std::size_t i = 0; i < m_planes; ++i) {
                for (std::size_t j = 0; j < m_planes; ++j) {
                    rows[i][j] = i == j ? count * (1 + ridge) : found[pairAt(i, j)];
                }
                rows[i][m_planes] = found[i];
            }
            for (std::size_t i = 0; i < m_planes; ++i) { // positive definite: no pivots needed
                for (std::size_t j = i + 1; j < m_planes; ++j) {
                    const double share = rows[j][i] / rows[i][i];
                    for (std::size_t k = i; k <= m_planes; ++k) {
                        rows[j][k] -= share * rows[i][k];
                    }
                }
            }
            std::array<double, maxXorPlanes> factors {};
            for (std::size_t i = m_planes; i-- > 0;) {
                double rest = rows[i][m_planes];
                for (std::size_t j = i + 1; j < m_planes; ++j) {
                    rest -= rows[i][j] * factors[j];
                }
                factors[i] = rest / rows[i][i];
            }
            const auto used = std::span(factors).first(m_planes);
            if (std::all_of(used.begin(), used.end(), [](double factor) { return factor >= 0; })) {
                std::transform(used.begin(), used.end(), factorsOf(group), asFactor);
            }
        }
    }

    /// Words and factors in turn; the factors with the least error stay.
    template <class Next>
    void improve(Next&& next)
    {
        std::vector<float> best;
        double least = std::numeric_limits<double>::infinity();
        for (int sweep = 0; sweep < sweeps; ++sweep) {
            auto sums = measure(rounds, next());
            if (sums.error < least) {
                least = sums.error;
                best = m_fit.factors;
            }
            solve(std::move(sums));
        }
        m_fit.factors = std::move(best);
    }

    const TensorView& m_matrix;
    const Groups& m_groups;
    int m_inputs;
    int m_outputs;
    std::size_t m_planes;
    std::size_t m_length;
    std::uint64_t m_slices;
    XorFit m_fit;
};

bool isIn(std::span<const float> factors, double ratio)
{
    double least = std::numeric_limits<double>::infinity();
    double largest = 0;
    for (const float stored : factors) {
        const auto factor = static_cast<double>(stored);
        least = factor > 0 ? std::min(least, factor) : least;
        largest = std::max(largest, factor);
    }
    return largest <= ratio * least;
}
} // namespace

XorCoding::XorCoding(Groups groups, std::vector<XorNetwork> networks, std::span<const float> factors)
    : m_groups(std::move(groups))
    , m_networks(std::move(networks))
    , m_factors(factors.begin(), factors.end())
{
}

void XorCoding::encode(
    std::uint64_t firstSlice, const TensorView& matrix, std::span<std::uint16_t> codes, const JobContext& ctx) const
{
    SliceCoder coder(m_groups, m_networks, m_factors, planes());
    auto* code = codes.data();
    forSlices(matrix, sliceLength(), firstSlice, firstSlice + codes.size() / planes(), ctx,
        [&](std::uint64_t first, std::span<const float> values) {
            coder.encode(first, values, rounds);
            for (std::size_t plane = 0; plane < planes(); ++plane) {
                *code++ = coder.word(plane);
            }
        });
}

void XorCoding::decode(std::uint64_t first, std::span<const std::byte> packed, std::span<float> values) const
{
    std::array<std::uint16_t, maxXorPlanes> words {};
    std::array<std::uint64_t, maxXorPlanes> signs {};
    for (std::size_t done = 0; done < values.size();) {
        const std::uint64_t slice = (first + done) / sliceLength();
        const auto skipped = static_cast<std::size_t>((first + done) % sliceLength());
        const std::size_t length = std::min(values.size() - done, sliceLength() - skipped);
        unpackCodes(packed, m_networks.front().inputs(), slice * planes(), std::span(words).first(planes()));
        for (std::size_t plane = 0; plane < planes(); ++plane) {
            signs[plane] = m_networks[plane].outputsOf(words[plane]) >> skipped;
        }
        m_groups.forEachPart(first + done, length, [&](std::uint64_t group, std::size_t offset, std::size_t count) {
            const float* factors = m_factors.data() + static_cast<std::size_t>(group) * planes();
            for (std::size_t j = offset; j < offset + count; ++j) {
                float value = 0;
                for (std::size_t plane = 0; plane < planes(); ++plane) {
                    const float factor = factors[plane];
                    value += (signs[plane] >> j & 1) != 0 ? factor : -factor;
                }
                values[done + j] = value;
            }
        });
        done += length;
    }
}

bool XorCoding::isIdempotent() const
{
    if (planes() != 1) {
        return false;
    }
    // A trellis adds up costs that are 0 for the right signs; a transform rounds sums of all.
    return isIn(m_factors, XorSearch(m_networks.front()).isTrellis() ? 1e15 : 32.0);
}

XorFit fitXorCoding(const TensorView& matrix, const Groups& groups, int inputs, int outputs, int planes, int tries,
    const JobContext& ctx)
{
    return XorFitter(matrix, groups, inputs, outputs, planes).run(tries, ctx);
}

} // namespace bw
