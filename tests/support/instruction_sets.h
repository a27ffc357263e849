#pragma once

#include <functional>

#include <gtest/gtest.h>
#include <hwy/targets.h>

namespace bw::test {

/// Runs `check` once per instruction set of this machine, on which the vector kernels then run.
inline void forEachInstructionSet(const std::function<void()>& check)
{
    for (auto sets = hwy::SupportedTargets(); sets != 0; sets &= sets - 1) {
        const auto set = sets & -sets;
        hwy::SetSupportedTargetsForTest(set);
        SCOPED_TRACE(hwy::TargetName(set));
        check();
    }
    hwy::SetSupportedTargetsForTest(0);
}

} // namespace bw::test
