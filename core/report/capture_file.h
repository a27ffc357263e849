#pragma once
// What was seen of a model while it ran, as an HDF5 file of a cache folder, schema version 1:
//
//   /                attributes schema ("bitwright-capture"), schema_version, tool_version, what, model_sha256,
//                    data_hash, samples, seed, engine, complete (1)
//   /layers          a table: name, weights, no_inputs, no_gradients (JSON, see stored_text.h)
//   /data/<layer>/   arrays of float32 or float64, contiguous, by index of the layer
//   /blocks          a table: layer, array, first, count, hash_high, hash_low: XXH3 of each piece as it was written
//
// Such files are made and used by one user's program; they are checked all the same, as disks and programs fail.

#include "core/base/job_context.h"
#include "core/base/text.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace bw {

/// What a capture is of. Another key: another capture.
struct CaptureKey
{
    std::string what; ///< "gradients"
    std::string modelSha256;
    std::string dataHash;
    std::uint64_t samples = 0;
    std::uint64_t seed = 0;
    std::string engine; ///< backend and its version
    std::vector<std::string> layers; ///< names, in order
    friend bool operator==(const CaptureKey&, const CaptureKey&) = default;
};

/// A name for the file of this capture: "gradients-<hash>.h5".
std::string captureFileName(const CaptureKey& key);

struct CaptureLayer
{
    std::uint64_t weights = 0;
    Text noInputs;
    Text noGradients;
};

/// Writes a capture piece by piece; nothing is there under its name before commit(). Error{Io}.
class CaptureWriter
{
public:
    CaptureWriter(const std::filesystem::path& path, CaptureKey key, const std::vector<CaptureLayer>& layers);
    ~CaptureWriter();
    CaptureWriter(const CaptureWriter&) = delete;
    CaptureWriter& operator=(const CaptureWriter&) = delete;

    /// Announces an array of `count` values.
    void makeFloats(std::size_t layer, const char* array, std::uint64_t count);
    void makeDoubles(std::size_t layer, const char* array, std::uint64_t count);
    /// The next values of an array.
    void append(std::size_t layer, const char* array, std::span<const float> values);
    void append(std::size_t layer, const char* array, std::span<const double> values);
    void commit();

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// Reads one. Error{BadFile}: damaged, incomplete, or not of this key.
class CaptureReader
{
public:
    CaptureReader(const std::filesystem::path& path, const CaptureKey& key);
    ~CaptureReader();
    CaptureReader(const CaptureReader&) = delete;
    CaptureReader& operator=(const CaptureReader&) = delete;

    const std::vector<CaptureLayer>& layers() const;
    /// Calls `take(values)` for each piece of an array in order, its hash compared.
    void floats(std::size_t layer, const char* array, const std::function<void(std::span<const float>)>& take) const;
    std::vector<float> floats(std::size_t layer, const char* array) const;
    std::vector<double> doubles(std::size_t layer, const char* array) const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace bw
