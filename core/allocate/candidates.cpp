#include "core/allocate/candidates.h"

#include "core/base/text.h"

namespace bw {

std::vector<QuantFormat> usualAllocationFormats()
{
    constexpr int leastBits = 2;
    constexpr int mostBits = 8;
    std::vector<QuantFormat> formats;
    for (const char* scaling : { "/c:search", "/b64:search" }) {
        for (int bits = leastBits; bits <= mostBits; ++bits) {
            formats.push_back(parseFormat("int" + toText(bits) + scaling));
        }
    }
    return formats;
}

} // namespace bw
