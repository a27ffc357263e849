#include "core/session/session.h"

namespace bw {

namespace {
/// Parts are shared: the same part needs no look inside.
template <class T>
bool isEqual(const std::shared_ptr<const T>& a, const std::shared_ptr<const T>& b)
{
    return a == b || *a == *b;
}
} // namespace

bool operator==(const Session& a, const Session& b)
{
    return a.modelPath == b.modelPath && a.modelSha256 == b.modelSha256 && a.dataLocation == b.dataLocation
        && a.notes == b.notes && isEqual(a.recipe, b.recipe) && isEqual(a.snapshots, b.snapshots)
        && isEqual(a.runs, b.runs) && isEqual(a.allocation, b.allocation);
}

} // namespace bw
