// Llama models in the form of Hugging Face's transformers: weights in safetensors or PyTorch files, and beside them
// config.json and the tokenizer.

#include "core/base/error.h"
#include "core/export/gguf_origin.h"
#include "core/export/llama/llama_tensors.h"
#include "core/export/llama/vocabulary.h"
#include "core/model/file_reader.h"

#include <algorithm>
#include <mutex>

namespace bw {

extern const GgufOriginKind llamaFolderOrigin;

namespace {
using namespace llama;

constexpr const char* configFile = "config.json";
constexpr std::uint64_t configLimit = 1'000'000;

LlamaConfig readConfig(FolderFiles& files)
{
    const auto place = filePlace(files.path(configFile));
    const auto text = files.read(configFile, configLimit);
    if (!text) {
        throw Error(ErrorKind::NotFound,
            Text(BW_TR_NOOP("core",
                "the file does not exist, but GGUF files need the sizes of the model that it tells; put it beside the "
                "model's file")))
            .in(place);
    }
    return withContext(place, [&] { return parseLlamaConfig(*text); });
}

TensorView rotaryTensor(const std::vector<float>& factors)
{
    return makeTensor(Shape { static_cast<std::int64_t>(factors.size()) }, factors);
}

struct Reading
{
    std::vector<SeenFile> seen;
    GgufOrigin origin;
};

Reading readFolder(const Model& model, const JobContext& ctx)
{
    FolderFiles files(model.path());
    auto config = readConfig(files);
    GgufOrigin origin;
    origin.notes = std::move(config.notes);
    origin.layers = placeLlamaTensors(model, config, origin.notes);
    GgufMetadata metadata;
    addLlamaEntries(config, metadata);
    addVocabulary(files, config, metadata, origin.notes, ctx);
    if (!config.rotaryFactors.empty()) {
        origin.extras.push_back({ "rope_freqs.weight", rotaryTensor(config.rotaryFactors) });
    }
    origin.entries = std::move(metadata).entries();
    origin.beside = files.filesRead();
    auto seen = files.filesSeen();
    for (const auto& file : model.files()) {
        seen.push_back({ file, FileReader(file).stamp() });
    }
    return { std::move(seen), std::move(origin) };
}

/// The last one, as long as its files are what they were: one export asks six times, and a tokenizer takes most of a
/// second.
class LastReading
{
public:
    GgufOrigin of(const Model& model, const JobContext& ctx)
    {
        const std::lock_guard lock(m_mutex);
        const bool isSame = m_path == model.path() && m_layers == model.layers().size() && !m_last.seen.empty()
            && std::all_of(
                m_last.seen.begin(), m_last.seen.end(), [](const SeenFile& file) { return file.isUnchanged(); });
        if (!isSame) {
            m_last = {};
            m_last = readFolder(model, ctx);
            m_path = model.path();
            m_layers = model.layers().size();
        }
        return m_last.origin;
    }

private:
    std::mutex m_mutex;
    std::filesystem::path m_path;
    std::size_t m_layers = 0;
    Reading m_last;
};

GgufOrigin read(const Model& model, const JobContext& ctx)
{
    static LastReading last;
    return last.of(model, ctx);
}

Text keptObstacle(const LayerInfo& layer)
{
    if (layer.stored) {
        return Text(
            BW_TR_NOOP("core",
                "layer %1 is stored as %2, which GGUF files do not have; choose a format for it, or write float "
                "values (--dequantized)"),
            { printable(layer.name), layer.stored->format });
    }
    const auto dtype = layer.view.dtype;
    if (dtype != DType::F32 && dtype != DType::F16 && dtype != DType::BF16) {
        return Text(BW_TR_NOOP("core",
                        "layer %1 is of type %2, which llama.cpp does not read; choose f32 or another format for it"),
            { printable(layer.name), info(dtype).name });
    }
    return {};
}
} // namespace

const GgufOriginKind llamaFolderOrigin { "llama", hasLlamaNames, read, keptObstacle };

} // namespace bw
