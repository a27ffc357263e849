#include "core/formats/xor_network.h"

#include "core/base/error.h"

#include <algorithm>
#include <bit>

namespace bw {

namespace {
/// A row of the matrix, and the sum of which rows it has become.
struct Equation
{
    std::uint16_t row;
    std::uint64_t outputs;
};

/// Gauss-Jordan: the first `rank` equations have a pivot each, the others have no inputs left.
int eliminate(int inputs, std::vector<Equation>& equations)
{
    std::size_t rank = 0;
    for (int input = 0; input < inputs; ++input) {
        const auto hasInput = [&](const Equation& equation) { return (equation.row >> input & 1) != 0; };
        const auto pivot
            = std::find_if(equations.begin() + static_cast<std::ptrdiff_t>(rank), equations.end(), hasInput);
        if (pivot == equations.end()) {
            continue;
        }
        std::iter_swap(equations.begin() + static_cast<std::ptrdiff_t>(rank), pivot);
        const Equation base = equations[rank];
        for (std::size_t i = 0; i < equations.size(); ++i) {
            if (i != rank && hasInput(equations[i])) {
                equations[i].row = static_cast<std::uint16_t>(equations[i].row ^ base.row);
                equations[i].outputs ^= base.outputs;
            }
        }
        ++rank;
    }
    return static_cast<int>(rank);
}

std::vector<Equation> equationsOf(std::span<const std::uint16_t> rows)
{
    std::vector<Equation> equations;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        equations.push_back({ rows[i], std::uint64_t { 1 } << i });
    }
    return equations;
}
} // namespace

bool XorNetwork::isUsable(int inputs, std::span<const std::uint16_t> rows)
{
    if (inputs < 1 || inputs > maxInputs || rows.size() < static_cast<std::size_t>(inputs)
        || rows.size() > static_cast<std::size_t>(maxOutputs)) {
        return false;
    }
    std::vector<std::uint16_t> sorted(rows.begin(), rows.end());
    std::sort(sorted.begin(), sorted.end());
    if (sorted.front() == 0 || sorted.back() >> inputs != 0
        || std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
        return false;
    }
    auto equations = equationsOf(rows);
    return eliminate(inputs, equations) == inputs;
}

XorNetwork XorNetwork::random(int inputs, int outputs, std::uint64_t seed)
{
    SplitMix64 numbers(seed);
    std::vector<std::uint16_t> rows;
    do {
        rows.clear();
        while (rows.size() < static_cast<std::size_t>(outputs)) {
            const auto row = static_cast<std::uint16_t>(numbers() >> (64 - inputs));
            if (row != 0 && std::find(rows.begin(), rows.end(), row) == rows.end()) {
                rows.push_back(row);
            }
        }
    } while (!isUsable(inputs, rows));
    return XorNetwork(inputs, std::move(rows));
}

XorNetwork::XorNetwork(int inputs, std::vector<std::uint16_t> rows)
    : m_inputs(inputs)
    , m_rows(std::move(rows))
{
    if (!isUsable(inputs, m_rows)) {
        throw Error(ErrorKind::Internal, "the rows of the XOR network are not independent");
    }
    auto equations = equationsOf(m_rows);
    eliminate(inputs, equations);
    for (std::size_t i = 0; i < equations.size(); ++i) {
        (i < static_cast<std::size_t>(inputs) ? m_inverse : m_checks).push_back(equations[i].outputs);
    }
    for (std::size_t table = 0; table < m_tables.size(); ++table) {
        for (std::uint32_t byte = 0; byte < 256; ++byte) {
            for (std::size_t j = 0; j < m_rows.size(); ++j) {
                const auto common = static_cast<std::uint32_t>(m_rows[j] >> (8 * table)) & byte;
                m_tables[table][byte] |= static_cast<std::uint64_t>(std::popcount(common) & 1) << j;
            }
        }
    }
}

std::uint32_t XorNetwork::inputsOf(std::uint64_t outputs) const
{
    std::uint32_t word = 0;
    for (int i = 0; i < m_inputs; ++i) {
        word |= static_cast<std::uint32_t>(std::popcount(m_inverse[static_cast<std::size_t>(i)] & outputs) & 1) << i;
    }
    return word;
}

} // namespace bw
