#pragma once

#include "tests/support/zip_builder.h"

#include <cstdint>
#include <string>
#include <vector>

namespace bw::test::pickle {

/// Opcodes as Python's pickle writes them, to be joined with +.
std::string proto(int version = 2);
std::string global(const std::string& module, const std::string& name);
std::string text(const std::string& value);
std::string number(std::int64_t value);
std::string tuple(const std::vector<std::string>& items);
std::string dict(const std::vector<std::string>& keysAndValues);
/// A global called with a tuple.
std::string call(const std::string& module, const std::string& name, const std::vector<std::string>& arguments);
inline const std::string stop = ".";
inline const std::string none = "N";
inline const std::string no = "\x89";

/// What stands for a tensor, every part as opcodes.
struct Tensor
{
    std::string storageType = global("torch", "FloatStorage");
    std::string key = text("0");
    std::string place = text("cpu");
    std::string count = number(4);
    std::string view; ///< legacy files only; none if empty
    std::string offset = number(0);
    std::string size = tuple({ number(2), number(2) });
    std::string strides = tuple({ number(2), number(1) });
    std::string rebuild = "_rebuild_tensor_v2";
    std::string more; ///< opcodes of further arguments
};
std::string tensor(const Tensor& parts);

/// A zip file of torch.save with one storage of 16 bytes, "0".
std::string torchZip(const std::string& pickle, const std::vector<ZipRecord>& others = {},
    const std::string& storage = std::string(16, '\0'));
/// A state_dict of one tensor "w" in a zip file.
std::string torchZipOf(const Tensor& parts);

/// A legacy file: magic number, protocol, system, object, keys, storages.
struct Legacy
{
    std::string protocol;
    std::string system;
    std::string object;
    std::string keys;
    std::string storages; ///< counts and bytes

    Legacy();
    std::string bytes() const;
};

} // namespace bw::test::pickle
