#include "core/base/simd.h"

#include <cctype>
#include <cstdint>
#include <cstdlib>

#include <hwy/highway.h>

namespace bw::simd {

namespace {
constexpr const char* scalarName = "scalar";
constexpr std::int64_t plainTargets = HWY_EMU128 | HWY_SCALAR; // Highway's own code without vector instructions

std::string nameOf(std::int64_t target)
{
    if ((target & plainTargets) != 0) {
        return scalarName;
    }
    std::string name = hwy::TargetName(target);
    for (char& letter : name) {
        letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    }
    return name;
}

/// The sets of machine and build without those that are switched off, best first: Highway gives better sets lower bits.
std::vector<std::int64_t> enabledTargets()
{
    std::vector<std::int64_t> targets;
    for (auto left = hwy::SupportedTargets() & HWY_TARGETS; left != 0; left &= left - 1) {
        targets.push_back(left & -left);
    }
    return targets;
}

struct Choice
{
    std::vector<std::string> names;
    std::string asked; ///< what the variable says
    bool isUnknown = false;
    bool isScalar = false;

    Choice()
    {
        const auto targets = enabledTargets();
        for (const auto target : targets) {
            if (const auto name = nameOf(target); name != scalarName) {
                names.push_back(name);
            }
        }
        names.emplace_back(scalarName);
        if (const char* variable = std::getenv("BITWRIGHT_SIMD"); variable != nullptr && *variable != '\0') {
            asked = variable;
            choose(targets);
        }
    }

private:
    void choose(const std::vector<std::int64_t>& targets)
    {
        isScalar = asked == scalarName;
        isUnknown = !isScalar;
        for (const auto target : targets) {
            if (nameOf(target) == asked) {
                hwy::DisableTargets(target - 1); // all better ones
                isUnknown = false;
            }
        }
        if (isScalar) {
            hwy::DisableTargets(~plainTargets); // a build for newer machines only may keep its least set
        }
    }
};

const Choice& choice()
{
    static const Choice made;
    return made;
}
} // namespace

std::string targetName()
{
    if (isScalar()) {
        return scalarName;
    }
    const auto targets = enabledTargets();
    return targets.empty() ? scalarName : nameOf(targets.front());
}

std::vector<std::string> targetNames()
{
    return choice().names;
}

std::optional<std::string> unknownChoice()
{
    return choice().isUnknown ? std::optional(choice().asked) : std::nullopt;
}

bool isScalar()
{
    return choice().isScalar;
}

void prepare()
{
    choice();
}

} // namespace bw::simd
