#pragma once

#include "core/evaluate/inference_backend.h"

#include <functional>

namespace bw {

/// The one permanent thread every LibTorch call runs on, started and the plug-in loaded on first use.
/// (One thread, because OpenMP keeps a team per calling thread; lazily, because loading costs 0.6 s and 150 MB.)
class InferenceEngine
{
public:
    using Work = std::function<void(InferenceBackend&)>;
    using BackendFactory = std::function<std::unique_ptr<InferenceBackend>()>;

    /// The program's engine. Never destroyed: LibTorch's own static objects go first at exit.
    static InferenceEngine& instance();
    /// Called by instance() on its first run() in place of loading the plug-in; an empty factory means the plug-in
    /// again. Replaces a backend that was made before. For tests.
    static void useBackend(BackendFactory factory);

    explicit InferenceEngine(BackendFactory factory);
    ~InferenceEngine();
    InferenceEngine(const InferenceEngine&) = delete;
    InferenceEngine& operator=(const InferenceEngine&) = delete;

    /// Runs `work` on the engine thread and waits for it, however long it takes; exceptions (Canceled too) come back
    /// here. Error{Unsupported} if this build has no engine; Error{Backend} if an abandoned call still holds the
    /// thread. Called on the engine thread itself, it runs `work` at once.
    void run(const Work& work);
    /// As above, but gives up when `ctx` is canceled: throws Canceled within 200 ms, even if `work` never returns.
    /// `work` may then still be running: everything it touches must belong to it (captured by value or shared_ptr).
    void run(const Work& work, const JobContext& ctx);

    /// Frees `object` (a session) on the engine thread, after whatever runs there, without waiting for it.
    void discard(std::shared_ptr<void> object);

    /// The backend exists (the plug-in has been loaded).
    bool isLoaded() const;
    /// An abandoned call still holds the thread; run() fails until it returns.
    bool isStuck() const;
    /// Ends the thread; later calls fail. Programs call it last. False if an abandoned call does not return: then leave
    /// by std::_Exit(), as a thread inside LibTorch does not survive its static destructors.
    bool shutDown();

private:
    struct Task;
    struct Impl;
    void runTask(const Work& work, const JobContext& ctx);
    void await(const std::shared_ptr<Task>& task, const JobContext& ctx);
    void post(const std::shared_ptr<Task>& task, const JobContext& ctx);
    std::shared_ptr<Impl> m_impl; ///< shared with the thread, which may outlive this object when stuck
};

/// Makes the backend of the plug-in libbitwright_torch.so, looked for in $BITWRIGHT_PLUGIN_DIR, beside the program and
/// in
/// ../lib/bitwright. Error{Unsupported} if there is none or it cannot be loaded.
std::unique_ptr<InferenceBackend> makePluginBackend();

} // namespace bw
