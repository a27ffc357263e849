#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>

namespace bw::test {

/// By how many kilobytes the process's memory (files it has mapped included) rises at most while `work` runs.
long peakKilobytes(const std::function<void()>& work);

/// Opening the file, whether it is accepted or refused, takes less than 100 ms of processor time and 16 MB.
void expectCheapToOpen(const std::filesystem::path& path, const std::string& what);

/// Opens every beginning of `bytes` (every `step`-th), and files with one byte changed each, as `name`: each must be
/// opened or refused with a sentence, and cheaply. Prints how many there were.
void expectNoSurprises(const std::string& bytes, const std::string& name, std::size_t step);

} // namespace bw::test
