#pragma once
// value header

#include "core/base/strong_index.h"
#include "core/base/text.h"
#include "core/model/channel_links.h"
#include "core/tensor/tensor_view.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

struct LayerTag;
/// A layer of one Model; files store names, memory uses ids.
using LayerId = StrongIndex<LayerTag>;

/// What a tensor is for. "weight" of something unknown: Matrix.
enum class LayerKind
{
    Linear,
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTransposed,
    Embedding,
    Matrix,
    Bias,
    Norm,
    Statistic,
    Other
};
/// Stable lower-case name for JSON and HDF5: "conv2d".
const char* layerKindName(LayerKind kind);
Text layerKindTitle(LayerKind kind);

/// Weights that the file holds quantized already.
struct StoredForm
{
    std::string format; ///< "q4_k"
    TensorView data; ///< the bytes they are stored in (U8), scales and all
    std::uint64_t moreBytes = 0; ///< of scales and tables that are stored apart from `data`
    Shape shape; ///< of the weights
    double bitsPerWeight = 0;
    bool isDecoded = true; ///< false: this build cannot read the values, and the layer's view is these bytes
};

/// One tensor of a model.
struct LayerInfo
{
    LayerId id;
    std::string name; ///< as in the file: "layer1.0.conv1.weight". Shown only through printable().
    LayerKind kind = LayerKind::Other;
    std::string role; ///< "q", "k", "v", "qkv", "o", "gate", "up", "down", "embedding", "head"; empty if unknown
    TensorView view; ///< dtype, shape, values
    /// Set if the file holds the weights quantized; `view` then gives the values they stand for while it is read.
    std::shared_ptr<const StoredForm> stored {};
    int outAxis = 0; ///< dimension that counts output channels (1 for transposed convolutions)
    std::vector<std::string> tiedNames; ///< other names of the same storage
    std::vector<std::string> uses; ///< operators that read it as weight ("aten::conv2d"), when the graph is known

    std::uint64_t count() const { return view.count(); }
    /// Bytes in the file.
    std::uint64_t storedBytes() const
    {
        return stored ? stored->data.bytes.size() + stored->moreBytes : view.bytes.size();
    }
    /// "F16"; "q4_k" of weights that are quantized already.
    std::string storedType() const { return stored ? stored->format : info(view.dtype).name; }
    double storedBits() const
    {
        return stored ? stored->bitsPerWeight : 8.0 * static_cast<double>(info(view.dtype).size);
    }
    /// Weights of two or more dimensions in a float type; others are kept as they are.
    bool isQuantizable() const;
    /// Why isQuantizable() is false, in a sentence.
    Text whyNotQuantizable() const;
    /// The weights as [output channels, everything else], which formats work on. Copies only if outAxis is not 0.
    TensorView matrix() const;
};

/// What only loaders and exporters of one file format understand.
struct FormatDetails
{
    virtual ~FormatDetails() = default;
};

/// A model file as opened; immutable.
class Model
{
public:
    struct Data
    {
        std::filesystem::path path;
        std::string format; ///< loader id: "safetensors", "torchscript"
        std::vector<LayerInfo> layers; ///< in file order, names unique; ids are set by Model
        std::map<std::string, std::string> metadata;
        bool hasGraph = false; ///< can be evaluated
        std::uint64_t fileBytes = 0;
        std::vector<std::filesystem::path> files; ///< all files read (shards); contains `path`
        std::vector<Text> warnings; ///< ties lost, tensors skipped, …
        /// Of layers that can be quantized, where the file says how they are used.
        std::map<std::string, ChannelLinks> channelLinks;
        std::shared_ptr<const FormatDetails> details;
    };
    explicit Model(Data data);

    const std::filesystem::path& path() const { return m_data.path; }
    const std::string& format() const { return m_data.format; }
    const std::vector<LayerInfo>& layers() const { return m_data.layers; }
    const LayerInfo& layer(LayerId id) const { return m_data.layers[id.index()]; }
    /// Invalid id if there is none.
    LayerId find(std::string_view name) const;
    const std::map<std::string, std::string>& metadata() const { return m_data.metadata; }
    bool hasGraph() const { return m_data.hasGraph; }
    std::uint64_t fileBytes() const { return m_data.fileBytes; }
    const std::vector<std::filesystem::path>& files() const { return m_data.files; }
    const std::vector<Text>& warnings() const { return m_data.warnings; }
    /// nullptr if its format has none.
    const std::shared_ptr<const FormatDetails>& details() const { return m_data.details; }
    /// What has to follow when the rows of a layer change places.
    ChannelLinks channelLinks(const LayerInfo& layer) const;
    /// All values of all layers.
    std::uint64_t parameterCount() const { return m_parameterCount; }
    /// Layer names that are quantizable, in order.
    std::vector<LayerId> quantizableLayers() const;

private:
    Data m_data;
    std::map<std::string, LayerId, std::less<>> m_byName;
    std::uint64_t m_parameterCount = 0;
};

using ModelPtr = std::shared_ptr<const Model>;

/// That layers are quantized already, if some are: for whoever is about to quantize them.
std::optional<Text> requantizingWarning(const Model& model);

class JobContext;
/// SHA-256 of the model's file, or of the concatenated hashes of all its files (index and shards) in order.
std::string sourceSha256(const Model& model, const JobContext& ctx);

/// Guesses kind and role of a tensor from its name and shape, from one table (loaders without a graph use it).
struct KindAndRole
{
    LayerKind kind = LayerKind::Other;
    std::string role;
};
KindAndRole classifyByName(std::string_view name, const Shape& shape);

} // namespace bw
