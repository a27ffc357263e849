#pragma once

#include "core/base/error.h"

#include <exception>
#include <new>
#include <string>
#include <utility>

namespace bw::torch_backend {

/// What LibTorch says in the end, in one line: without back-traces, source excerpts and the path to it.
std::string engineWords(const std::exception& error);
/// An exception of LibTorch as Error{Backend}, or {OutOfMemory} if that is what it is about.
Error translated(const std::exception& error);

/// Runs `f`; whatever LibTorch throws leaves as bw::Error. Canceled passes.
template <class F>
decltype(auto) atTorchEdge(F&& f)
{
    try {
        return std::forward<F>(f)();
    } catch (const Error&) {
        throw;
    } catch (const std::exception& error) {
        throw translated(error);
    }
}

} // namespace bw::torch_backend
