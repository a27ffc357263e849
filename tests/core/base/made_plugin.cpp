// Plug-ins to be refused and taken: PLUGIN_KIND 0 says nothing of its version (as before there were versions), 1 another
// one, 2 is built like the program.

#include "core/base/plugin.h"

#if PLUGIN_KIND == 1
extern "C" __attribute__((visibility("default"))) const char* bitwrightInterfaceVersion();
const char* bitwrightInterfaceVersion()
{
    return "0123456789abcdef";
}
#elif PLUGIN_KIND == 2
BITWRIGHT_PLUGIN
#endif

extern "C" __attribute__((visibility("default"))) int answer();
int answer()
{
    return 42;
}
