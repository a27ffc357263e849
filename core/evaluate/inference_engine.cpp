#include "core/evaluate/inference_engine.h"

#include "core/base/error.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>

#include <pthread.h>

namespace bw {

namespace {
using namespace std::chrono_literals;

// A canceled call gets this long to notice by itself, before it is abandoned.
constexpr auto grace = 120ms;
// How long a new call waits for an abandoned one to come back.
constexpr auto patience = 500ms;
constexpr auto poll = 10ms;

// LibTorch's parser and compiler recurse with the nesting of a model's code; core/torch bounds that depth for this
// size.
constexpr std::size_t stackBytes = std::size_t { 256 } << 20;

Error stuckError()
{
    return Error(
        ErrorKind::Backend, BW_TR_NOOP("core", "The model does not return; restart Bitwright to run models again."));
}

Error shutDownError()
{
    return Error(ErrorKind::Backend, BW_TR_NOOP("core", "The inference engine has been shut down."));
}
} // namespace

struct InferenceEngine::Task
{
    Work work;
    std::exception_ptr failure;
    bool isStarted = false;
    bool isDone = false;
};

struct InferenceEngine::Impl
{
    mutable std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::shared_ptr<Task>> queue;
    std::shared_ptr<Task> abandoned; ///< given up by its caller while it ran
    BackendFactory factory;
    std::unique_ptr<InferenceBackend> backend; ///< touched by the engine thread only
    std::atomic<bool> isLoaded { false };
    bool dropBackend = false;
    bool isThreadStarted = false;
    bool isStopping = false;
    bool isThreadDone = false;
    pthread_t thread {};

    void startThread(const std::shared_ptr<Impl>& self);
    void loop();
    std::shared_ptr<Task> next();
    void perform(Task& task);
};

namespace {
thread_local const void* t_engine = nullptr; // the Impl whose thread this is
}

void InferenceEngine::Impl::startThread(const std::shared_ptr<Impl>& self)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stackBytes);
    auto keepAlive = std::make_unique<std::shared_ptr<Impl>>(self);
    const auto entry = [](void* argument) -> void* {
        const std::unique_ptr<std::shared_ptr<Impl>> impl(static_cast<std::shared_ptr<Impl>*>(argument));
        (*impl)->loop();
        return nullptr;
    };
    const int result = pthread_create(&thread, &attributes, entry, keepAlive.get());
    pthread_attr_destroy(&attributes);
    if (result != 0) {
        throw Error(ErrorKind::OutOfMemory, BW_TR_NOOP("core", "The thread for LibTorch cannot be started."));
    }
    static_cast<void>(keepAlive.release());
    isThreadStarted = true;
}

std::shared_ptr<InferenceEngine::Task> InferenceEngine::Impl::next()
{
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return isStopping || !queue.empty(); });
    if (isStopping) {
        return nullptr;
    }
    if (dropBackend) {
        backend.reset();
        isLoaded = false;
        dropBackend = false;
    }
    auto task = queue.front();
    queue.pop_front();
    task->isStarted = true;
    return task;
}

void InferenceEngine::Impl::perform(Task& task)
{
    try {
        if (backend == nullptr) {
            backend = factory();
            isLoaded = true;
        }
        task.work(*backend);
    } catch (...) {
        task.failure = std::current_exception();
    }
    task.work = {}; // what the work owns (sessions, tensors) is freed on this thread
}

void InferenceEngine::Impl::loop()
{
    t_engine = this;
    while (const auto task = next()) {
        perform(*task);
        const std::lock_guard lock(mutex);
        task->isDone = true;
        if (abandoned == task) {
            abandoned.reset();
        }
        changed.notify_all();
    }
    backend.reset();
    const std::lock_guard lock(mutex);
    for (const auto& task : std::exchange(queue, {})) {
        task->failure = std::make_exception_ptr(shutDownError());
        task->isDone = true;
    }
    isThreadDone = true;
    changed.notify_all();
}

InferenceEngine& InferenceEngine::instance()
{
    static auto* engine = new InferenceEngine(makePluginBackend);
    return *engine;
}

void InferenceEngine::useBackend(BackendFactory factory)
{
    auto& impl = *instance().m_impl;
    const std::lock_guard lock(impl.mutex);
    impl.factory = factory ? std::move(factory) : makePluginBackend;
    impl.dropBackend = true;
}

InferenceEngine::InferenceEngine(BackendFactory factory)
    : m_impl(std::make_shared<Impl>())
{
    m_impl->factory = std::move(factory);
}

InferenceEngine::~InferenceEngine()
{
    shutDown();
}

/// Queues the task as soon as the thread is not held by an abandoned one.
void InferenceEngine::post(const std::shared_ptr<Task>& task, const JobContext& ctx)
{
    std::unique_lock lock(m_impl->mutex);
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (m_impl->abandoned != nullptr && std::chrono::steady_clock::now() < deadline) {
        m_impl->changed.wait_for(lock, poll);
        ctx.checkpoint();
    }
    if (m_impl->abandoned != nullptr) {
        throw stuckError();
    }
    if (m_impl->isStopping) {
        throw shutDownError();
    }
    if (!m_impl->isThreadStarted) {
        m_impl->startThread(m_impl);
    }
    m_impl->queue.push_back(task);
    m_impl->changed.notify_all();
}

/// Waits until the task is done. A task that waits behind an abandoned one fails; one that runs is abandoned when
/// canceled.
void InferenceEngine::await(const std::shared_ptr<Task>& task, const JobContext& ctx)
{
    std::unique_lock lock(m_impl->mutex);
    auto stuckAt = std::chrono::steady_clock::time_point::max();
    while (!task->isDone && !ctx.isCanceled()) {
        m_impl->changed.wait_for(lock, poll);
        const auto now = std::chrono::steady_clock::now();
        stuckAt = m_impl->abandoned == nullptr ? now + patience : std::min(stuckAt, now + patience);
        if (!task->isStarted && now >= stuckAt) {
            std::erase(m_impl->queue, task);
            throw stuckError();
        }
    }
    if (!task->isDone && !task->isStarted) {
        std::erase(m_impl->queue, task);
        throw Canceled {};
    }
    if (!m_impl->changed.wait_for(lock, grace, [&] { return task->isDone; })) {
        m_impl->abandoned = task;
        throw Canceled {};
    }
}

void InferenceEngine::runTask(const Work& work, const JobContext& ctx)
{
    if (t_engine == m_impl.get()) {
        work(*m_impl->backend);
        return;
    }
    const auto task = std::make_shared<Task>();
    task->work = work;
    post(task, ctx);
    await(task, ctx);
    if (task->failure) {
        std::rethrow_exception(task->failure);
    }
}

void InferenceEngine::run(const Work& work)
{
    runTask(work, {});
}

void InferenceEngine::run(const Work& work, const JobContext& ctx)
{
    ctx.checkpoint();
    runTask(work, ctx);
}

void InferenceEngine::discard(std::shared_ptr<void> object)
{
    const std::lock_guard lock(m_impl->mutex);
    if (!m_impl->isThreadStarted || m_impl->isStopping) {
        return;
    }
    const auto task = std::make_shared<Task>();
    task->work = [object = std::move(object)](InferenceBackend&) {};
    m_impl->queue.push_back(task);
    m_impl->changed.notify_all();
}

bool InferenceEngine::isLoaded() const
{
    return m_impl->isLoaded;
}

bool InferenceEngine::isStuck() const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->abandoned != nullptr;
}

bool InferenceEngine::shutDown()
{
    std::unique_lock lock(m_impl->mutex);
    const bool wasStopping = std::exchange(m_impl->isStopping, true);
    if (!m_impl->isThreadStarted || wasStopping) {
        return !m_impl->isThreadStarted || m_impl->isThreadDone;
    }
    m_impl->changed.notify_all();
    const bool isDone = m_impl->changed.wait_for(lock, patience, [&] { return m_impl->isThreadDone; });
    lock.unlock();
    if (isDone) {
        pthread_join(m_impl->thread, nullptr);
    } else {
        pthread_detach(m_impl->thread);
    }
    return isDone;
}

} // namespace bw
