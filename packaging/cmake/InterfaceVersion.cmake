# cmake -DROOT=… -DOUTPUT=… -P: writes a source file with a hash of core's headers, all that plug-ins are built against.
file(GLOB_RECURSE headers RELATIVE ${ROOT} ${ROOT}/core/*.h)
list(FILTER headers EXCLUDE REGEX "^core/(torch|mpi)/")
list(SORT headers)
set(all "")
foreach(header ${headers})
    file(SHA256 ${ROOT}/${header} hash)
    string(APPEND all "${header} ${hash}\n")
endforeach()
string(SHA256 hash "${all}")
string(SUBSTRING ${hash} 0 16 hash)
file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT [[#include "core/base/version.h"

namespace bw {

const char* interfaceVersion()
{
    return "@hash@";
}

} // namespace bw
]])
