#include "app/cli/memory_limit.h"

#include "app/cli/run.h"
#include "core/base/error.h"
#include "core/formats/format_family.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include <fcntl.h>
#include <unistd.h>

namespace bw::cli {

namespace {
constexpr std::uint64_t processBytes = 40'000'000; ///< program, libraries, headers of the model
constexpr std::uint64_t engineBytes = 350'000'000; ///< LibTorch once it is loaded
constexpr std::uint64_t fitBytesPerWeight = 20; ///< float copy, sorted values, sums: the most a fit keeps
constexpr std::uint64_t sortedBytesPerWeight = 36; ///< normalised magnitudes in double and three prefix sums

/// Tensors are read in place, unless their channels are not the first dimension.
std::uint64_t copyBytes(const LayerInfo& layer)
{
    return layer.outAxis == 0 ? 0 : layer.view.bytes.size();
}

template <class Size>
std::uint64_t largest(const Model& model, const std::vector<LayerId>& layers, Size&& size)
{
    std::uint64_t most = 0;
    for (const LayerId id : layers) {
        most = std::max(most, size(model.layer(id)));
    }
    return most;
}
} // namespace

void requireMemory(const Run& run, std::uint64_t bytes)
{
    const auto limit = run.options().maxMemory;
    if (limit && bytes > *limit) {
        throw Error(ErrorKind::OutOfMemory, "this would need about %1 of memory; --max-memory is %2", sizeText(bytes),
            sizeText(*limit));
    }
}

std::uint64_t memoryForStats(const Model& model, const std::vector<LayerId>& layers)
{
    return processBytes + largest(model, layers, [](const LayerInfo& layer) { return copyBytes(layer); });
}

std::uint64_t memoryForMeasuring(const Model& model, const std::vector<LayerId>& layers)
{
    return processBytes
        + largest(model, layers, [](const LayerInfo& layer) { return layer.count() * fitBytesPerWeight; });
}

std::uint64_t memoryForExponents(const Model& model, const std::vector<LayerId>& layers, bool areAllKept)
{
    std::uint64_t sum = 0;
    const auto bytesOf = [&sum](const LayerInfo& layer) {
        const auto bytes = layer.count() * sortedBytesPerWeight;
        sum += bytes;
        return bytes;
    };
    const auto most = largest(model, layers, bytesOf);
    return processBytes + (areAllKept ? sum : most);
}

std::uint64_t memoryForQuantizing(const Model& model, const Plan& plan)
{
    std::uint64_t codeBits = 0;
    std::uint64_t most = 0;
    for (const auto& layer : plan.layers) {
        if (!layer.isKept) {
            const auto count = model.layer(layer.layer).count();
            codeBits += count
                * static_cast<std::uint64_t>(familyOf(layer.choice.format).codeBits(layer.choice.format.params));
            most = std::max(most, count * fitBytesPerWeight);
        }
    }
    // Scales and tables: an eighth on top is more than blocks of 32 with 16-bit scales cost at 4 bits.
    return processBytes + codeBits / 8 + codeBits / 64 + most;
}

std::uint64_t memoryForEvaluating(const Model& model, const Plan* plan)
{
    // The engine's own copy of the weights, the frozen one, and one being swapped in.
    const auto weights = 3 * model.fileBytes();
    return engineBytes + weights + (plan != nullptr ? memoryForQuantizing(model, *plan) : processBytes);
}

std::uint64_t usedMemory()
{
    // "size resident shared …" in pages; shared is what belongs to files.
    std::array<char, 256> text {};
    const int fd = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    const auto length = fd < 0 ? -1 : ::read(fd, text.data(), text.size() - 1);
    if (fd >= 0) {
        ::close(fd);
    }
    if (length <= 0) {
        return 0;
    }
    std::array<std::uint64_t, 3> pages {};
    const char* at = text.data();
    for (auto& value : pages) {
        const auto result = std::from_chars(at, text.data() + length, value);
        at = result.ptr + 1;
    }
    return (pages[1] - std::min(pages[1], pages[2])) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

MemoryWatch::MemoryWatch(std::optional<std::uint64_t> maxMemory, std::function<void()> requestStop)
    : m_requestStop(std::move(requestStop))
{
    if (maxMemory) {
        m_thread = std::jthread([this, limit = *maxMemory](const std::stop_token& stop) { watch(stop, limit); });
    }
}

void MemoryWatch::watch(const std::stop_token& stop, std::uint64_t maxMemory) const
{
    std::mutex mutex;
    std::condition_variable_any wakeUp;
    std::unique_lock lock(mutex);
    while (!wakeUp.wait_for(lock, stop, std::chrono::milliseconds(50), [&stop] { return stop.stop_requested(); })) {
        if (usedMemory() > maxMemory) {
            m_isExceeded = true;
            m_requestStop();
            return;
        }
    }
}

} // namespace bw::cli
