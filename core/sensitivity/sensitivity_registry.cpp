#include "core/sensitivity/sensitivity.h"

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

} // namespace bw
