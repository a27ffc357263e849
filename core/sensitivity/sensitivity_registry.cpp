#include "core/sensitivity/sensitivity.h"

#include <algorithm>

namespace bw {

#define BW_SENSITIVITY(name) extern const Sensitivity name;
#include "core/sensitivity/sensitivities.inc"
#undef BW_SENSITIVITY

const Registry<Sensitivity>& sensitivities()
{
    static const Registry<Sensitivity> registry({
#define BW_SENSITIVITY(name) &name,
#include "core/sensitivity/sensitivities.inc"
#undef BW_SENSITIVITY
    });
    return registry;
}

const Sensitivity& simplestSensitivity()
{
    const auto kinds = sensitivities().entries();
    return **std::find_if(kinds.begin(), kinds.end(),
        [](const Sensitivity* kind) { return !kind->needsData && !kind->needsGraph && !kind->needsMatrix; });
}

} // namespace bw
