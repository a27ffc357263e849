#include "core/allocate/candidates.h"

namespace bw {

std::vector<QuantFormat> usualAllocationFormats()
{
    std::vector<QuantFormat> formats;
    for (const char* text :
        { "lloyd2/c", "lloyd3/c", "lloyd4/c", "lloyd5/c", "lloyd6/c", "lloyd7/c", "lloyd8/c", "lloyd2/b64",
            "lloyd3/b64", "lloyd4/b64", "lloyd5/b64", "lloyd6/b64", "lloyd7/b64", "lloyd8/b64", "f16" }) {
        formats.push_back(parseFormat(text));
    }
    return formats;
}

} // namespace bw
