#pragma once
// value header

#include "core/allocate/budget.h"
#include "core/allocate/hull.h"
#include "core/base/text.h"
#include "core/formats/quant_format.h"

#include <cstdint>
#include <string>
#include <vector>

namespace bw {

/// A format one layer may get.
struct LayerOption
{
    QuantFormat format;
    std::uint64_t bits = 0; ///< codes, scales and tables
    std::uint64_t bytes = 0; ///< all the layer adds to the written file: its data and its entries in the header
    double damage = 0; ///< as allocators count it: freed from noise, never rising with bits
    double measured = 0; ///< as in the damage table
    double standardError = 0; ///< of `measured`
    friend bool operator==(const LayerOption&, const LayerOption&) = default;
};

/// A layer that can be quantized, with all it may become.
struct MenuLayer
{
    std::string name;
    std::string role; ///< LayerInfo::role
    std::string kind; ///< layerKindName()
    std::uint64_t count = 0; ///< weights
    double rms = 0;
    double value = 0; ///< LayerDamage::value
    std::uint32_t group = 0; ///< index in AllocationMenu::groups
    bool isLocked = false; ///< one option only, as the user wants it
    bool isExcluded = false; ///< stays in its own type
    Text note; ///< why there is less to choose from than asked for; may be empty
    std::vector<LayerOption> options; ///< by rising bytes; one at least
    friend bool operator==(const MenuLayer&, const MenuLayer&) = default;
};

/// What is decided at once: a layer, or several tied to one format. Costs and damages are sums over them.
struct MenuGroup
{
    struct Option
    {
        QuantFormat format;
        std::uint64_t bits = 0;
        std::uint64_t bytes = 0;
        double damage = 0;
        std::vector<std::uint32_t> layerOptions; ///< index in each layer's options
        friend bool operator==(const Option&, const Option&) = default;
    };
    std::vector<std::uint32_t> layers; ///< indices in AllocationMenu::layers
    std::vector<Option> options; ///< by rising bytes; one at least
    friend bool operator==(const MenuGroup&, const MenuGroup&) = default;
};

/// Everything allocators choose from.
struct AllocationMenu
{
    std::string kind; ///< of sensitivity
    std::string unit; ///< of damages
    std::string exporter; ///< id of the file format bytes are counted in
    std::vector<MenuLayer> layers; ///< in model order
    std::vector<MenuGroup> groups; ///< in the order of their first layers
    std::uint64_t fixedBytes = 0; ///< of the written file: header and all that is not quantized
    std::uint64_t sourceBytes = 0; ///< of the model's file
    std::uint64_t weightCount = 0; ///< of all layers
    /// Cheapest file if no layer were locked or excluded, nor tied, nor held above the least bits.
    std::uint64_t unconstrainedBytes = 0;
    std::uint64_t unconstrainedBits = 0; ///< the same of the weights alone
    std::vector<Text> notes; ///< what to know of it: layers without damage, formats left out
    friend bool operator==(const AllocationMenu&, const AllocationMenu&) = default;
};

/// What the choice of options is held against.
enum class CostKind
{
    FileBytes,
    WeightBits
};
CostKind costKindOf(const Budget& budget);

std::uint64_t costOf(const MenuGroup::Option& option, CostKind kind);
/// Cost of whatever is not chosen: fixedBytes, or 0 of bits.
std::uint64_t fixedCost(const AllocationMenu& menu, CostKind kind);
/// The budget in units of cost, fixed cost included. Rounded down.
std::uint64_t budgetCost(const Budget& budget, const AllocationMenu& menu);

/// Bytes of the file and bits of the weights of one option per group.
struct ChoiceTotals
{
    std::uint64_t bytes = 0; ///< fixedBytes included
    std::uint64_t bits = 0;
    double damage = 0;
    friend bool operator==(const ChoiceTotals&, const ChoiceTotals&) = default;
};
ChoiceTotals totalsOf(const AllocationMenu& menu, const std::vector<std::uint32_t>& choices);

} // namespace bw
