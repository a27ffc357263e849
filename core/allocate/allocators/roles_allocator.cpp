// Bits by what a layer is for, from published habits; needs no measurements.

#include "core/allocate/allocator.h"
#include "core/allocate/ladder.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <string_view>

namespace bw {

namespace {
constexpr const char* presetParam = "preset";

/// Where a layer stands: blocks are layers whose names agree up to the first part that is a number, or single layers if
/// no name has one.
struct Place
{
    std::string_view role;
    int block = -1; ///< -1: in none
    int blocks = 0;
    bool isOutside = false; ///< before the first block or after the last
};

struct Preset
{
    const char* id;
    Text title;
    double (*bits)(const Place& place); ///< above or below the others
};

bool isOuter(const Place& place)
{
    constexpr int outer = 2;
    return place.block >= 0 && (place.block < outer || place.block >= place.blocks - outer);
}
bool isEnd(const Place& place)
{
    return place.role == "embedding" || place.role == "head" || place.isOutside;
}

/// The heuristic that optimal allocation is compared with in "Optimal Formats" (design notes §1.14).
double firstAndLast(const Place& place)
{
    return isOuter(place) || isEnd(place) ? 2 : 0;
}

/// llama.cpp's mix Q4_K_M: values and down projections in an eighth at either end and every third layer between.
double keyMix(const Place& place)
{
    const int eighth = place.blocks / 8;
    const bool isMore = place.block >= 0
        && (place.block < eighth || place.block >= 7 * place.blocks / 8 || (place.block - eighth) % 3 == 2);
    const bool isNeedy = place.role == "v" || place.role == "qkv" || place.role == "down";
    return place.role == "head" || (isNeedy && isMore) ? 2 : 0;
}

/// What Fisher allocation gives roles on average at 4 bits in Llama-like models (design notes §1.14).
double typical(const Place& place)
{
    static const std::map<std::string_view, double> bits { { "v", 1.8 }, { "k", 0.7 }, { "q", -0.3 }, { "o", 0 },
        { "gate", -0.1 }, { "up", -0.1 }, { "down", 0 }, { "embedding", -0.6 }, { "head", 0.6 } };
    const auto found = bits.find(place.role);
    return found == bits.end() ? 0 : found->second;
}

const std::vector<Preset>& presets()
{
    static const std::vector<Preset> all {
        { "first-last", Text(BW_TR_NOOP("core", "+2 bits for the first and last two blocks, embedding and head")),
            firstAndLast },
        { "q4_k_m",
            Text(BW_TR_NOOP("core",
                "as llama.cpp's Q4_K_M: +2 bits for values and down projections of half the "
                "blocks, and the head")),
            keyMix },
        { "typical", Text(BW_TR_NOOP("core", "as Fisher allocation often gives: values and keys more, embedding less")),
            typical },
    };
    return all;
}

/// The name up to its first part that is a number: "model.layers.3"; empty if it has none.
std::string_view blockOf(std::string_view name)
{
    for (std::size_t begin = 0; begin < name.size();) {
        const std::size_t end = std::min(name.find('.', begin), name.size());
        const auto part = name.substr(begin, end - begin);
        if (!part.empty()
            && std::all_of(part.begin(), part.end(), [](unsigned char c) { return std::isdigit(c) != 0; })) {
            return name.substr(0, end);
        }
        begin = end + 1;
    }
    return {};
}

std::vector<Place> placesOf(const AllocationMenu& menu)
{
    std::map<std::string_view, int> numbers;
    std::vector<Place> places;
    for (const auto& layer : menu.layers) {
        Place place;
        place.role = layer.role;
        if (const auto block = blockOf(layer.name); !block.empty()) {
            place.block = numbers.try_emplace(block, static_cast<int>(numbers.size())).first->second;
        }
        places.push_back(place);
    }
    const auto isInside = [](const Place& place) { return place.block >= 0; };
    const auto first = std::find_if(places.begin(), places.end(), isInside);
    const auto last = std::find_if(places.rbegin(), places.rend(), isInside).base();
    for (auto place = places.begin(); place != places.end(); ++place) {
        if (numbers.empty()) {
            place->block = static_cast<int>(place - places.begin());
        }
        place->blocks = static_cast<int>(numbers.empty() ? places.size() : numbers.size());
        place->isOutside = !numbers.empty() && (place < first || place >= last);
    }
    return places;
}

Text reasonOf(const Place& place, double bits)
{
    const std::string what = place.role.empty() ? std::string("–") : std::string(place.role);
    if (bits == 0) {
        return Text(BW_TR_NOOP("core", "the preset gives it what most layers get"));
    }
    return Text(BW_TR_NOOP("core", "%1 bits against most layers, by its place (role %2, block %3 of %4)"),
        { (bits > 0 ? "+" : "") + toTextRounded(bits, 2), what,
            place.block < 0 ? std::string("–") : toText(place.block + 1), toText(place.blocks) });
}

Allocation byRole(const AllocationRequest& request, const JobContext&)
{
    const auto& problem = *request.problem;
    const auto& menu = problem.menu();
    const auto& id = std::get<std::string>(request.params.at(presetParam));
    const auto preset
        = std::find_if(presets().begin(), presets().end(), [&](const Preset& one) { return one.id == id; });
    const auto places = placesOf(menu);
    std::vector<double> wishes;
    for (const auto& group : menu.groups) {
        double most = preset->bits(places[group.layers.front()]);
        for (const auto layer : group.layers) {
            most = std::max(most, preset->bits(places[layer]));
        }
        wishes.push_back(most);
    }
    const auto ladder = highestLadder(problem, wishes, request.budget);
    Allocation allocation = describe(problem, ladder.choices, request.budget);
    for (std::size_t g = 0; g < menu.groups.size(); ++g) {
        for (const auto layer : menu.groups[g].layers) {
            if (menu.groups[g].options.size() > 1) {
                allocation.layers[layer].reason = reasonOf(places[layer], wishes[g]);
            }
        }
    }
    return allocation;
}

ParamSpec presetSpec()
{
    ParamSpec spec;
    spec.id = presetParam;
    spec.title = BW_TR_NOOP("core", "Preset");
    spec.help = BW_TR_NOOP("core", "Which layers get more bits than the others.");
    spec.type = ParamSpec::Type::Choice;
    spec.defaultValue = std::string(presets().front().id);
    for (const auto& preset : presets()) {
        spec.choices.emplace_back(preset.id);
        spec.choiceTitles.push_back(preset.title);
    }
    return spec;
}
} // namespace

extern const Allocator rolesAllocator;
const Allocator rolesAllocator {
    .id = "roles",
    .title = Text(BW_TR_NOOP("core", "By what layers are for")),
    .explanation = Text(BW_TR_NOOP("core",
        "Presets that give some layers more bits by role and place, as llama.cpp and papers do. Looks at no damages; "
        "use "
        "it to compare.")),
    .schema = { presetSpec() },
    .allocate = byRole,
};

} // namespace bw
