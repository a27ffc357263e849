#pragma once

#include "core/base/error.h"

#include <map>
#include <string>
#include <vector>

namespace bw::test {

/// A file made wrong by hand, one defect each, and what must be said of it.
struct BadFile
{
    std::string defect;
    std::string bytes;
    std::vector<std::string> words; ///< that the sentence must hold
    ErrorKind kind = ErrorKind::BadFile;
};

/// Opens each as a model called `name`: it must be refused with its kind and words, in one sentence that names the
/// file, within 100 ms of processor time and 16 MB of memory if it has at most 1 MB. Prints the count. `beside`: files
/// that are in its folder, by name.
void expectAllRefused(const char* what, const std::string& name, const std::vector<BadFile>& files,
    const std::map<std::string, std::string>& beside = {});

} // namespace bw::test
