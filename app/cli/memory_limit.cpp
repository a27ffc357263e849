#include "app/cli/memory_limit.h"

#include "app/cli/run.h"
#include "core/base/error.h"
#include "core/formats/encoding_memory.h"

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
constexpr std::uint64_t mostResultBytes = sizeof(float); ///< of a weight in any format
constexpr std::uint64_t sortedBytes = 16; ///< of a weight, its place among sorted ones included

/// Tensors are read in place, unless their channels are not the first dimension.
std::uint64_t copyBytes(const LayerInfo& layer)
{
    return layer.outAxis == 0 ? 0 : layer.count() * info(layer.view.dtype).size;
}

/// Of the matrix that is encoded.
Shape matrixShape(const LayerInfo& layer)
{
    if (layer.view.shape.size() < 2) {
        return layer.view.shape;
    }
    const auto outputs = layer.view.shape[static_cast<std::size_t>(layer.outAxis)];
    return { outputs, outputs == 0 ? 0 : static_cast<std::int64_t>(layer.count()) / outputs };
}

/// Beyond the file and the result.
std::uint64_t encodingBytes(const LayerInfo& layer, const QuantFormat& format)
{
    return encodingMemory(format, matrixShape(layer)) + copyBytes(layer);
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
    return processBytes + mostEncodingMemory + largest(model, layers, [](const LayerInfo& layer) {
        return layer.count() * mostResultBytes + copyBytes(layer);
    });
}

std::uint64_t memoryForPlans(const Model& model, const std::vector<LayerPlan>& plans)
{
    std::uint64_t most = 0;
    for (const auto& plan : plans) {
        const LayerInfo& layer = model.layer(plan.layer);
        most = std::max(
            most, encodingBytes(layer, plan.choice.format) + resultMemory(plan.choice.format, matrixShape(layer)));
    }
    return processBytes + most;
}

std::uint64_t memoryForExponents(const Model& model, const std::vector<LayerId>& layers, bool areAllKept)
{
    std::uint64_t sum = 0;
    const auto bytesOf = [&sum](const LayerInfo& layer) {
        const auto bytes = std::min(layer.count() * sortedBytes, mostSortedMemory);
        sum += bytes;
        return bytes;
    };
    const auto most = largest(model, layers, bytesOf);
    const auto copy = largest(model, layers, [](const LayerInfo& layer) { return copyBytes(layer); });
    return processBytes + (areAllKept ? sum : most) + copy;
}

std::uint64_t memoryForQuantizing(const Model& model, const Plan& plan)
{
    std::uint64_t results = 0;
    std::uint64_t most = 0;
    for (const auto& planned : plan.layers) {
        if (!planned.isKept) {
            const LayerInfo& layer = model.layer(planned.layer);
            results += resultMemory(planned.choice.format, matrixShape(layer));
            most = std::max(most, encodingBytes(layer, planned.choice.format));
        }
    }
    return processBytes + results + most;
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
