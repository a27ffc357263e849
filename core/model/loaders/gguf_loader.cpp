#include "core/base/error.h"
#include "core/base/mapped_file.h"
#include "core/model/file_reader.h"
#include "core/model/gguf_header.h"
#include "core/model/loader.h"
#include "core/model/shard_index.h"

#include <algorithm>
#include <array>
#include <optional>

namespace bw {

extern const ModelLoader ggufLoader;

namespace {
/// Values of blocks, decoded while they are read.
class BlockSource : public TensorSource
{
public:
    BlockSource(const GgufBlockType& type, TensorView blocks)
        : m_type(type)
        , m_blocks(std::move(blocks))
    {
    }

    void read(std::uint64_t first, std::span<float> out) const override
    {
        const auto length = static_cast<std::size_t>(m_type.blockLength);
        for (std::size_t at = 0; at < out.size();) {
            const std::uint64_t position = first + at;
            const auto offset = static_cast<std::size_t>(position % length);
            const auto blocks = m_blocks.bytes.subspan(ggufBytes(m_type, static_cast<std::size_t>(position) - offset));
            const std::size_t left = out.size() - at;
            if (offset == 0 && left >= length) {
                const std::size_t whole = left - left % length;
                ggufDecode(m_type, blocks, out.subspan(at, whole));
                at += whole;
                continue;
            }
            std::array<float, ggufMaxBlockLength> buffer;
            const auto block = std::span(buffer).first(length);
            ggufDecode(m_type, blocks, block);
            const auto part = block.subspan(offset, std::min(left, length - offset));
            std::copy(part.begin(), part.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
            at += part.size();
        }
    }

private:
    const GgufBlockType& m_type;
    TensorView m_blocks;
};

std::shared_ptr<const StoredForm> storedForm(const GgufTensorEntry& entry, const TensorView& data)
{
    auto form = std::make_shared<StoredForm>();
    form->format = entry.type->name;
    form->data = data;
    form->shape = entry.shape;
    form->bitsPerWeight = 8.0 * entry.type->blockBytes / entry.type->blockLength;
    form->isDecoded = entry.type->blocks != nullptr;
    return form;
}

LayerInfo layerOf(const GgufTensorEntry& entry, const std::shared_ptr<const MappedFile>& file, std::uint64_t dataStart)
{
    const auto bytes = file->bytes().subspan(
        static_cast<std::size_t>(dataStart + entry.offset), static_cast<std::size_t>(entry.bytes));
    LayerInfo layer;
    layer.name = entry.name;
    const auto guess = classifyByName(entry.name, entry.shape);
    layer.kind = guess.kind;
    layer.role = guess.role;
    if (entry.type->plain) {
        layer.view = { *entry.type->plain, entry.shape, bytes, file };
        return layer;
    }
    const TensorView data { DType::U8, { static_cast<std::int64_t>(bytes.size()) }, bytes, file };
    layer.stored = storedForm(entry, data);
    if (entry.type->blocks != nullptr) {
        layer.view
            = makeTensor(DType::F32, entry.shape, std::make_shared<const BlockSource>(*entry.type->blocks, data));
        layer.view.owner = file;
    } else {
        layer.view = data;
        layer.kind = LayerKind::Other;
        layer.role.clear();
    }
    return layer;
}

/// One file of a model.
struct Part
{
    GgufHeader header;
    std::shared_ptr<const MappedFile> file;
};

Part readPart(const std::filesystem::path& path, const JobContext& ctx)
{
    // The header is read, not mapped: a file cut short meanwhile is then an error and not a bus error.
    const auto before = FileReader(path).stamp();
    Part part { readGgufHeader(path, ctx), MappedFile::open(path) };
    if (FileReader(path).stamp() != before || part.file->bytes().size() != before.bytes) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the file was changed while it was opened")));
    }
    return part;
}

/// "model-00002-of-00003.gguf": 2 of 3.
struct SplitName
{
    std::string stem;
    std::uint64_t number = 0; ///< from 1
    std::uint64_t count = 0;

    std::filesystem::path sibling(const std::filesystem::path& path, std::uint64_t other) const
    {
        const auto digits = [](std::uint64_t value) {
            const auto text = toText(value);
            return std::string(5 - std::min<std::size_t>(5, text.size()), '0') + text;
        };
        return path.parent_path() / (stem + "-" + digits(other) + "-of-" + digits(count) + ".gguf");
    }
};

std::optional<SplitName> splitName(const std::filesystem::path& path)
{
    // -00001-of-00003.gguf
    constexpr std::size_t tailLength = 20;
    const auto name = path.filename().string();
    if (name.size() <= tailLength || !name.ends_with(".gguf")) {
        return std::nullopt;
    }
    const auto tail = name.substr(name.size() - tailLength);
    const auto number = parseInt(tail.substr(1, 5));
    const auto count = parseInt(tail.substr(10, 5));
    if (tail[0] != '-' || tail.substr(6, 4) != "-of-" || !number || !count || *number < 1 || *count < *number) {
        return std::nullopt;
    }
    return SplitName { name.substr(0, name.size() - tailLength), static_cast<std::uint64_t>(*number),
        static_cast<std::uint64_t>(*count) };
}

constexpr const char* splitCountKey = "split.count";
constexpr const char* splitNumberKey = "split.no";

void requirePart(const GgufHeader& header, std::uint64_t number, std::uint64_t count)
{
    if (header.number(splitCountKey) != count || header.number(splitNumberKey) != number) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "by its name it is part %1 of %2, but its metadata does not say so"), toText(number + 1),
            toText(count));
    }
}

/// All parts in order, `first` being the one that was asked for.
std::vector<Part> readParts(Model::Data& data, const JobContext& ctx)
{
    std::vector<Part> parts;
    parts.push_back(readPart(data.path, ctx));
    const auto count = parts.front().header.number(splitCountKey).value_or(1);
    if (count <= 1) {
        return parts;
    }
    const auto name = splitName(data.path);
    if (!name || name->count != count) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core",
                "it is one of %1 parts, but is not called like one (\"name-00001-of-0000%1.gguf\"), so the others "
                "cannot "
                "be found"),
            toText(count));
    }
    const auto asked = std::move(parts.front());
    parts.clear();
    data.files.clear();
    for (std::uint64_t number = 1; number <= count; ++number) {
        ctx.checkpoint();
        const bool isAsked = number == name->number;
        data.files.push_back(isAsked ? data.path : name->sibling(data.path, number));
        withContext(filePlace(data.files.back()), [&] {
            if (leadsAway(data.files.back(), data.path)) {
                throw Error(ErrorKind::Refused,
                    Text(BW_TR_NOOP("core", "this part of the model is a link that leads out of the folder")));
            }
            parts.push_back(isAsked ? asked : readPart(data.files.back(), ctx));
            requirePart(parts.back().header, number - 1, count);
        });
    }
    return parts;
}

void addWarnings(Model::Data& data)
{
    for (const auto& layer : data.layers) {
        if (layer.stored && !layer.stored->isDecoded) {
            data.warnings.push_back(Text(BW_TR_NOOP("core",
                                             "The values of tensor %1 cannot be read, as this build does not decode "
                                             "type %2; it is kept as it is."),
                { printable(layer.name), layer.stored->format }));
        }
    }
}

ModelPtr open(const std::filesystem::path& path, const JobContext& ctx)
{
    Model::Data data;
    data.path = path;
    data.format = ggufLoader.id;
    data.files = { path };
    auto parts = readParts(data, ctx);
    for (const auto& part : parts) {
        data.fileBytes += part.file->bytes().size();
        for (const auto& entry : part.header.tensors) {
            data.layers.push_back(layerOf(entry, part.file, part.header.dataStart));
        }
    }
    auto details = std::make_shared<GgufDetails>();
    details->header = std::move(parts.front().header);
    details->header.tensors.clear();
    for (const auto& entry : details->header.entries) {
        data.metadata.emplace(entry.key, ggufValueText(entry));
    }
    const auto stated = details->header.number("split.tensors.count");
    if (stated && parts.size() > 1 && *stated != data.layers.size()) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "its parts hold %1 tensors together, but the first one says %2"),
            toText(data.layers.size()), toText(*stated));
    }
    data.details = std::move(details);
    addWarnings(data);
    return std::make_shared<const Model>(std::move(data));
}

bool sniff(const std::filesystem::path&, std::span<const std::byte> head)
{
    const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
    return text.starts_with("GGUF");
}
} // namespace

const ModelLoader ggufLoader { "gguf", BW_TR_NOOP("core", "GGUF"), { "*.gguf" }, sniff, open };

} // namespace bw
