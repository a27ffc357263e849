#pragma once
// value header

#include "core/base/content_hash.h"
#include "core/base/job_context.h"
#include "core/tensor/tensor_view.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace bw {

/// Labelled samples, read lazily, normalised as the data's own description says. Immutable; reading is thread-safe.
class Dataset
{
public:
    virtual ~Dataset() = default;
    virtual std::string name() const = 0;
    virtual std::filesystem::path path() const = 0;
    virtual std::uint64_t count() const = 0;
    /// Of one sample as the model takes it, without the batch dimension: {3, 32, 32}.
    virtual Shape sampleShape() const = 0;
    /// Normalised values of samples first … first+n, n = out.size() / elementCount(sampleShape()).
    virtual void read(std::uint64_t first, std::span<float> out) const = 0;
    /// Class of each sample.
    virtual std::span<const std::int64_t> labels() const = 0;
    /// Class names; may be empty.
    virtual const std::vector<std::string>& classes() const = 0;
    virtual ContentHash contentHash() const = 0;
};
using DatasetPtr = std::shared_ptr<const Dataset>;

/// Opens what contract §2 lists: safetensors with inputs|images + labels (dataset.json beside it), IDX pairs ("images,labels" or a folder), a folder of images by class.
/// Error{NotFound|BadFile}: names file and cause (labels and images that do not match in number, unknown layout, a broken picture).
DatasetPtr openDataset(const std::string& location, const JobContext& ctx = {});

} // namespace bw
