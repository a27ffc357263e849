#pragma once

#include "core/evaluate/inference_backend.h"

#include <functional>

namespace bw {

/// The one permanent thread every LibTorch call runs on, started and the plug-in loaded on first use.
/// (One thread, because OpenMP keeps a team per calling thread; lazily, because loading costs 0.6 s and 150 MB.)
class InferenceEngine
{
public:
    static InferenceEngine& instance();

    /// Runs `work` on the engine thread and waits for it; exceptions come back here. Error{Unsupported} if this build has no engine.
    void run(const std::function<void(InferenceBackend&)>& work);
    bool isLoaded() const;
    /// Ends the thread; later calls fail. Programs call it last.
    void shutDown();

private:
    InferenceEngine();
    ~InferenceEngine();
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace bw
