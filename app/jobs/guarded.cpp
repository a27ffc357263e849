#include "app/jobs/guarded.h"

#include <exception>
#include <new>

namespace bw {

Outcome runGuarded(const Work& work, const JobContext& ctx)
{
    try {
        ctx.checkpoint();
        Delivery delivery = work(ctx);
        return { delivery ? std::move(delivery) : Delivery([] {}), std::nullopt };
    } catch (const Canceled&) {
        return {};
    } catch (const Error& error) {
        return { {}, error };
    } catch (const std::bad_alloc&) {
        return { {}, Error(ErrorKind::OutOfMemory, BW_TR_NOOP("core", "There is not enough memory for this job.")) };
    } catch (const std::exception& error) {
        return { {},
            Error(
                ErrorKind::Internal, BW_TR_NOOP("core", "A fault of this program stopped the job: %1"), error.what()) };
    }
}

} // namespace bw
