#pragma once
// value header

#include "core/base/content_hash.h"
#include "core/base/job_context.h"
#include "core/base/text.h"
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
    /// Normalised values of samples first … first+n, n = out.size() / elementCount(sampleShape()), channels before
    /// rows. Error{BadFile} if a picture can no longer be read.
    virtual void read(std::uint64_t first, std::span<float> out) const = 0;
    /// Class of each sample.
    virtual std::span<const std::int64_t> labels() const = 0;
    /// Class names; may be empty.
    virtual const std::vector<std::string>& classes() const = 0;
    /// Of samples, labels and normalisation; computed at the first call, which may take as long as reading everything.
    virtual ContentHash contentHash() const = 0;
    /// What was assumed because the data does not say it ("bytes are divided by 255"), in whole sentences.
    virtual const std::vector<Text>& warnings() const = 0;
};
using DatasetPtr = std::shared_ptr<const Dataset>;

/// Opens labelled samples:
/// - a safetensors file, a NumPy archive (.npz) or an HDF5 file with `inputs` or `images` [N, …] and whole-number
///   `labels` [N];
/// - IDX files, plain or gzipped: "IMAGES,LABELS", the images file alone if the labels file beside it has the matching
/// name
///   (images-idx3 / labels-idx1), or a folder that holds such pairs: names that begin with t10k or test are preferred;
/// - a folder with one sub-folder of JPEG or PNG pictures of one size per class. Classes are numbered in the order of
///   dataset.json, else of their sorted names; pictures are read when asked for.
/// dataset.json beside the file, in the folder or (pictures) in the folder above may give the arrays' names, the
/// layout NCHW or NHWC, scale, mean and std of the values, and class names; without it bytes are divided by 255 and
/// other types are taken as they are. Error{NotFound|BadFile|Unsupported|BadInput}: names file and cause (labels and
/// images that do not match in number, a label without class, unknown layout, a broken picture).
DatasetPtr openDataset(const std::string& location, const JobContext& ctx = {});

} // namespace bw
