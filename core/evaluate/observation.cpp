#include "core/evaluate/observation.h"

#include "core/base/error.h"

namespace bw {

std::unique_ptr<ObservationSession> InferenceBackend::openObservation(
    const std::filesystem::path&, const std::vector<WatchedLayer>&, const JobContext&)
{
    throw Error(ErrorKind::Unsupported, BW_TR_NOOP("core", "%1 cannot look into a model while it runs."), version());
}

} // namespace bw
