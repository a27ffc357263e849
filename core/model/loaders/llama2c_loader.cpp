// Checkpoints of llama2.c (github.com/karpathy/llama2.c, export.py): seven numbers, then all weights as float32.
// Version 0 has no mark of its own, so a file is one only if its size is exactly what the numbers ask for.

#include "core/base/checked_math.h"
#include "core/base/mapped_file.h"
#include "core/model/file_reader.h"
#include "core/model/llama2c_details.h"
#include "core/model/loader.h"

#include <array>
#include <cstring>
#include <optional>

namespace bw {

extern const ModelLoader llama2cLoader;

namespace {
constexpr std::uint32_t magic = 0x616b3432; // "ak42"
constexpr std::size_t legacyHeader = 28;
constexpr std::size_t markedHeader = 256;
constexpr std::int32_t largestSize = 1 << 26;
constexpr std::uint64_t mostLayers = 1000;

struct Config : Llama2cSizes
{
    int version = 0;
    bool isShared = true; ///< the classifier is the embedding

    std::uint64_t headSize() const { return dim / heads; }
    std::uint64_t keyDim() const { return headSize() * keyHeads; }
    std::size_t headerBytes() const { return version == 0 ? legacyHeader : markedHeader; }
};

struct Part
{
    std::string name;
    Shape shape;
};

template <class T>
T numberAt(std::span<const std::byte> bytes, std::size_t at)
{
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof(T));
    return value;
}

/// Nothing if the numbers cannot be those of a model.
std::optional<Config> configOf(std::span<const std::byte> head)
{
    if (head.size() < legacyHeader) {
        return std::nullopt;
    }
    Config config;
    const bool isMarked = numberAt<std::uint32_t>(head, 0) == magic;
    if (isMarked && head.size() < markedHeader) {
        return std::nullopt;
    }
    config.version = isMarked ? numberAt<std::int32_t>(head, 4) : 0;
    std::array<std::int32_t, 7> numbers {};
    std::memcpy(numbers.data(), head.data() + (isMarked ? 8 : 0), sizeof(numbers));
    config.isShared = isMarked ? head[36] != std::byte { 0 } : numbers[5] > 0;
    numbers[5] = !isMarked && numbers[5] < 0 && numbers[5] >= -largestSize ? -numbers[5] : numbers[5];
    for (const auto number : numbers) {
        if (number <= 0 || number > largestSize) {
            return std::nullopt;
        }
    }
    const auto at = [&](std::size_t i) { return static_cast<std::uint64_t>(numbers[i]); };
    config.dim = at(0);
    config.hidden = at(1);
    config.layers = at(2);
    config.heads = at(3);
    config.keyHeads = at(4);
    config.vocabulary = at(5);
    config.context = at(6);
    const bool isSound = config.layers <= mostLayers && config.dim % config.heads == 0
        && config.heads % config.keyHeads == 0 && config.headSize() % 2 == 0;
    return isSound ? std::optional(config) : std::nullopt;
}

/// Values of all tensors; nothing if that is more than 64 bits hold.
std::optional<std::uint64_t> valueCount(const Config& c)
{
    try {
        std::uint64_t layer = checkedAdd(checkedMul(2, c.dim), checkedMul(checkedMul(2, c.dim), c.dim));
        layer = checkedAdd(layer, checkedMul(checkedMul(2, c.dim), c.keyDim()));
        layer = checkedAdd(layer, checkedMul(checkedMul(3, c.dim), c.hidden));
        std::uint64_t all = checkedAdd(checkedMul(layer, c.layers), c.dim);
        all = checkedAdd(all, checkedMul(checkedMul(c.isShared ? 1 : 2, c.vocabulary), c.dim));
        return c.version == 0 ? checkedAdd(all, checkedMul(c.context, c.headSize())) : all;
    } catch (const Error&) {
        return std::nullopt;
    }
}

bool hasRightSize(const Config& config, std::uint64_t fileBytes)
{
    const auto values = valueCount(config);
    return values && *values < (std::uint64_t { 1 } << 60)
        && config.headerBytes() + *values * sizeof(float) == fileBytes;
}

Shape shapeOf(std::uint64_t rows, std::uint64_t columns)
{
    return { static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns) };
}

class PartList
{
public:
    explicit PartList(const Config& config)
        : m_config(config)
    {
    }

    std::vector<Part> parts() &&
    {
        m_config.version == 0 ? addLegacy() : addMarked();
        return std::move(m_parts);
    }

private:
    void addVector(const std::string& name)
    {
        m_parts.push_back({ name, { static_cast<std::int64_t>(m_config.dim) } });
    }
    void addMatrix(const std::string& name, std::uint64_t rows, std::uint64_t columns)
    {
        m_parts.push_back({ name, shapeOf(rows, columns) });
    }
    static std::string nameIn(std::uint64_t layer, const char* name)
    {
        return "blk." + toText(layer) + "." + name + ".weight";
    }
    void vectors(const char* name)
    {
        for (std::uint64_t i = 0; i < m_config.layers; ++i) {
            addVector(nameIn(i, name));
        }
    }
    void matrices(const char* name, std::uint64_t rows, std::uint64_t columns)
    {
        for (std::uint64_t i = 0; i < m_config.layers; ++i) {
            addMatrix(nameIn(i, name), rows, columns);
        }
    }
    void embedding() { addMatrix("token_embd.weight", m_config.vocabulary, m_config.dim); }
    void attention()
    {
        matrices("attn_q", m_config.dim, m_config.dim);
        matrices("attn_k", m_config.keyDim(), m_config.dim);
        matrices("attn_v", m_config.keyDim(), m_config.dim);
        matrices("attn_output", m_config.dim, m_config.dim);
    }
    void feedForward()
    {
        matrices("ffn_gate", m_config.hidden, m_config.dim);
        matrices("ffn_down", m_config.dim, m_config.hidden);
        matrices("ffn_up", m_config.hidden, m_config.dim);
    }
    void classifier()
    {
        if (!m_config.isShared) {
            addMatrix("output.weight", m_config.vocabulary, m_config.dim);
        }
    }
    void addLegacy()
    {
        embedding();
        vectors("attn_norm");
        attention();
        vectors("ffn_norm");
        feedForward();
        addVector("output_norm.weight");
        addMatrix("freq_cis_real", m_config.context, m_config.headSize() / 2);
        addMatrix("freq_cis_imag", m_config.context, m_config.headSize() / 2);
        classifier();
    }
    void addMarked()
    {
        vectors("attn_norm");
        vectors("ffn_norm");
        addVector("output_norm.weight");
        embedding();
        attention();
        feedForward();
        classifier();
    }

    const Config& m_config;
    std::vector<Part> m_parts;
};

LayerInfo layerOf(
    const Part& part, bool isShared, std::span<const std::byte> bytes, const std::shared_ptr<const MappedFile>& file)
{
    LayerInfo layer;
    layer.name = part.name;
    const auto guess = classifyByName(part.name, part.shape);
    const bool isTable = part.name.starts_with("freq_cis");
    layer.kind = isTable ? LayerKind::Other : guess.kind;
    layer.role = isTable ? "" : guess.role;
    layer.view = { DType::F32, part.shape, bytes, file };
    if (isShared && layer.kind == LayerKind::Embedding) {
        layer.tiedNames = { "output.weight" };
    }
    return layer;
}

std::map<std::string, std::string> metadataOf(const Config& config)
{
    return { { "version", toText(config.version) }, { "dim", toText(config.dim) },
        { "hidden_dim", toText(config.hidden) }, { "n_layers", toText(config.layers) },
        { "n_heads", toText(config.heads) }, { "n_kv_heads", toText(config.keyHeads) },
        { "vocab_size", toText(config.vocabulary) }, { "seq_len", toText(config.context) },
        { "shared_classifier", config.isShared ? "true" : "false" } };
}

std::shared_ptr<const FormatDetails> detailsOf(const Config& config)
{
    auto details = std::make_shared<Llama2cDetails>();
    static_cast<Llama2cSizes&>(*details) = config;
    return details;
}

Config readConfig(const FileReader& file)
{
    const auto head = file.head(markedHeader);
    const auto bytes = std::as_bytes(std::span(head));
    if (bytes.size() >= 8 && numberAt<std::uint32_t>(bytes, 0) == magic && numberAt<std::int32_t>(bytes, 4) != 1) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core",
                "this is a llama2.c checkpoint of version %1; this build reads versions 0 and 1, which hold float32"),
            toText(numberAt<std::int32_t>(bytes, 4)));
    }
    const auto config = configOf(bytes);
    if (!config) {
        throw Error(ErrorKind::BadFile,
            Text(BW_TR_NOOP("core", "the numbers at its start cannot be those of a llama2.c model")));
    }
    if (!hasRightSize(*config, file.size())) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core",
                "a llama2.c model of %1 layers, dimension %2 and %3 words has another size than this file: it is "
                "truncated or damaged"),
            toText(config->layers), toText(config->dim), toText(config->vocabulary));
    }
    return *config;
}

ModelPtr open(const std::filesystem::path& path, const JobContext& ctx)
{
    const FileReader file(path);
    const Config config = readConfig(file);
    const auto mapped = MappedFile::open(path);
    if (FileReader(path).stamp() != file.stamp() || mapped->bytes().size() != file.size()) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the file was changed while it was opened")));
    }
    Model::Data data;
    data.path = path;
    data.format = llama2cLoader.id;
    data.files = { path };
    data.fileBytes = file.size();
    data.metadata = metadataOf(config);
    data.details = detailsOf(config);
    std::size_t at = config.headerBytes();
    for (const auto& part : PartList(config).parts()) {
        ctx.checkpoint();
        const auto bytes = static_cast<std::size_t>(elementCount(part.shape)) * sizeof(float);
        data.layers.push_back(layerOf(part, config.isShared, mapped->bytes().subspan(at, bytes), mapped));
        at += bytes;
    }
    return std::make_shared<const Model>(std::move(data));
}

/// Marked files, and others only if all sizes add up.
bool sniff(const std::filesystem::path& path, std::span<const std::byte> head)
{
    if (head.size() >= 4 && numberAt<std::uint32_t>(head, 0) == magic) {
        return true;
    }
    const auto config = configOf(head);
    std::error_code failed;
    const auto size = std::filesystem::file_size(path, failed);
    return config && !failed && hasRightSize(*config, size);
}
} // namespace

const ModelLoader llama2cLoader { "llama2c", BW_TR_NOOP("core", "llama2.c"), { "*.bin" }, sniff, open };

} // namespace bw
