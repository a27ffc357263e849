#include "core/methods/method.h"

namespace bw {

#define BW_METHOD(name) extern const Method name;
#include "core/methods/methods.inc"
#undef BW_METHOD

const Registry<Method>& methods()
{
    static const Registry<Method> registry({
#define BW_METHOD(name) &name,
#include "core/methods/methods.inc"
#undef BW_METHOD
    });
    return registry;
}

} // namespace bw
