#include "core/model/pytorch_weights.h"

#include "core/base/checked_math.h"
#include "core/base/error.h"
#include "core/base/mapped_file.h"
#include "core/base/zip_archive.h"
#include "core/model/named_layer.h"
#include "core/model/pickled_tensors.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace bw {

namespace {
using namespace std::string_view_literals;

using Kind = PickleValue::Kind;

constexpr std::uint64_t mostPickleBytes = std::uint64_t { 256 } << 20;
constexpr auto legacyMagic = "\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."sv; // LONG1 of 0x1950a86a20f9469cfc6c
constexpr std::int64_t legacyProtocol = 1001;

/// Copies of tensors that do not lie densely in the file, together.
std::uint64_t mostCopied(std::uint64_t fileBytes)
{
    return checkedAdd(std::uint64_t { 8 } << 20, checkedMul(fileBytes, 4));
}

Model::Data emptyData(const std::filesystem::path& path, std::uint64_t fileBytes)
{
    Model::Data data;
    data.path = path;
    data.files = { path };
    data.fileBytes = fileBytes;
    return data;
}

Error bigEndian()
{
    return Error(ErrorKind::Unsupported,
        Text(BW_TR_NOOP("core", "its numbers are in big-endian order; load and save it again on a common machine")));
}

/// Tensors that are the same memory become one layer with several names.
class LayerCollector
{
public:
    LayerCollector(Model::Data& data, PickledTensors& tensors)
        : m_data(data)
        , m_tensors(tensors)
    {
    }

    void add(const PickledName& entry)
    {
        const Text place(BW_TR_NOOP("core", "tensor %1"), { printable(entry.name) });
        withContext(place, [&] {
            if (!m_names.insert(entry.name).second) {
                throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the file holds two tensors of this name")));
            }
            auto made = m_tensors.make(*entry.tensor);
            const auto known = m_byMemory.find(made.identity);
            if (known != m_byMemory.end() && made.view.count() > 0) {
                m_data.layers[known->second].tiedNames.push_back(entry.name);
                return;
            }
            m_byMemory.emplace(std::move(made.identity), m_data.layers.size());
            m_data.layers.push_back(namedLayer(entry.name, std::move(made.view)));
        });
    }

private:
    Model::Data& m_data;
    PickledTensors& m_tensors;
    std::set<std::string> m_names;
    std::map<PickledTensors::Identity, std::size_t> m_byMemory;
};

void addLayers(Model::Data& data, const FoundTensors& found, PickledTensors& tensors, const JobContext& ctx)
{
    if (found.tensors.empty()) {
        throw Error(ErrorKind::BadFile,
            Text(BW_TR_NOOP("core", "it was written by torch.save but holds no tensors in dictionaries or lists")));
    }
    LayerCollector collector(data, tensors);
    for (std::size_t i = 0; i < found.tensors.size(); ++i) {
        ctx.checkpoint();
        ctx.report(Text(BW_TR_NOOP("core", "Checking the file")), i, found.tensors.size());
        collector.add(found.tensors[i]);
    }
    for (const auto& [name, count] : found.leftOut) {
        data.warnings.emplace_back(BW_TR_NOOP("core", "The checkpoint also holds \"%1\" (tensors: %2), which is left out."),
            std::vector<std::string> { printable(name), toText(count) });
    }
}

/// The folder that all records of the archive lie in: "archive/".
std::string rootOf(const ZipArchive& archive)
{
    std::string root;
    for (const auto& name : archive.names()) {
        const auto slash = name.find('/');
        if (slash == std::string::npos || name.substr(slash + 1) != "data.pkl") {
            continue;
        }
        if (!root.empty()) {
            throw Error(
                ErrorKind::BadFile, BW_TR_NOOP("core", "the archive holds the record %1 twice"), "data.pkl");
        }
        root = name.substr(0, slash + 1);
    }
    if (root.empty()) {
        throw Error(ErrorKind::BadFile,
            Text(BW_TR_NOOP("core", "this zip archive holds no data.pkl, so it is no file of PyTorch")));
    }
    return root;
}

void checkByteOrder(const ZipArchive& archive, const std::string& root)
{
    const auto name = root + "byteorder";
    if (archive.has(name) && archive.readText(name, 64) != "little") {
        throw bigEndian();
    }
}

void warnOfConstants(Model::Data& data, const ZipArchive& archive, const std::string& root)
{
    const auto& names = archive.names();
    const auto count
        = std::count_if(names.begin(), names.end(), [&](const auto& n) { return n.starts_with(root + "constants/"); });
    if (count > 0) {
        data.warnings.emplace_back(
            BW_TR_NOOP("core", "Constants in the model's code (tensors: %1) are left out: LibTorch would read them."),
            std::vector<std::string> { toText(count) });
    }
}

/// One pickle after the other, then the storages.
class LegacyReader
{
public:
    explicit LegacyReader(std::shared_ptr<const MappedFile> file)
        : m_file(std::move(file))
    {
    }

    void readHeader()
    {
        takePickle(); // the magic number, which isLegacyPytorch() has seen
        const auto protocol = takePickle();
        if (protocol.root->kind != Kind::Int || protocol.root->number != legacyProtocol) {
            throw Error(ErrorKind::Unsupported,
                Text(BW_TR_NOOP("core", "it is of another version of the legacy format than 1001")));
        }
        const auto system = takePickle();
        if (system.root->kind != Kind::Dict) {
            throw broken();
        }
        for (std::size_t i = 0; i + 1 < system.root->items.size(); i += 2) {
            const auto* value = system.root->items[i + 1];
            if (system.root->items[i]->isText("little_endian") && (value->kind != Kind::Bool || value->number == 0)) {
                throw bigEndian();
            }
        }
    }

    Pickle takePickle()
    {
        const auto bytes = m_file->bytes().subspan(m_at);
        const auto size = std::min<std::uint64_t>(bytes.size(), mostPickleBytes);
        auto pickle = readPickle(
            { reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size) }, allowsWeightGlobal);
        m_at += pickle.bytesRead;
        return pickle;
    }

    /// The list of keys, then for each the number of elements and the bytes.
    void readStorages(const Pickle& object, const JobContext& ctx)
    {
        const auto elementBytes = sizesOfElements(object);
        const auto keys = takePickle();
        if (keys.root->kind != Kind::List) {
            throw broken();
        }
        for (const auto* key : keys.root->items) {
            ctx.checkpoint();
            const auto size = key->kind == Kind::String ? elementBytes.find(key->text) : elementBytes.end();
            if (size == elementBytes.end()) {
                throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "no tensor uses the storage %1 that the file holds"),
                    key->kind == Kind::String ? printable(key->text) : std::string("?"));
            }
            std::uint64_t count = 0;
            const auto countBytes = take(sizeof(count));
            std::memcpy(&count, countBytes.data(), sizeof(count));
            if (!m_storages.emplace(size->first, take(checkedMul(count, size->second))).second) {
                throw broken();
            }
        }
        if (m_at != m_file->bytes().size()) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "there are %1 bytes at the end that belong to nothing"),
                toText(m_file->bytes().size() - m_at));
        }
    }

    StorageBytes storage(const std::string& key) const
    {
        const auto found = m_storages.find(key);
        if (found == m_storages.end()) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the file does not hold its storage %1"), printable(key));
        }
        return { found->second, m_file };
    }

private:
    static Error broken() { return Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the pickled data is broken"))); }

    std::span<const std::byte> take(std::uint64_t count)
    {
        const auto left = m_file->bytes().subspan(m_at);
        if (count > left.size()) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core", "the file is truncated: a storage needs %1 bytes and %2 are left"), toText(count),
                toText(left.size()));
        }
        m_at += static_cast<std::size_t>(count);
        return left.first(static_cast<std::size_t>(count));
    }

    static std::map<std::string, std::uint64_t, std::less<>> sizesOfElements(const Pickle& object)
    {
        std::map<std::string, std::uint64_t, std::less<>> sizes;
        for (const auto* persistent : object.persistent) {
            const auto id = storageId(*persistent);
            if (sizes.emplace(id.key, id.elementBytes()).first->second != id.elementBytes()) {
                throw broken();
            }
        }
        return sizes;
    }

    std::shared_ptr<const MappedFile> m_file;
    std::size_t m_at = 0;
    std::map<std::string, std::span<const std::byte>, std::less<>> m_storages;
};

} // namespace

bool isLegacyPytorch(std::string_view head)
{
    return head.size() > 2 && head[0] == '\x80' && head.substr(2).starts_with(legacyMagic);
}

Model::Data readLegacyPytorch(const std::filesystem::path& path, const JobContext& ctx)
{
    const auto file = MappedFile::open(path);
    LegacyReader reader(file);
    reader.readHeader();
    const auto object = reader.takePickle();
    reader.readStorages(object, ctx);
    auto data = emptyData(path, file->bytes().size());
    PickledTensors tensors([&](const std::string& key, std::uint64_t) { return reader.storage(key); },
        mostCopied(data.fileBytes), ctx);
    addLayers(data, findStateDict(object), tensors, ctx);
    return data;
}

Model::Data readPytorchZip(const std::filesystem::path& path, const JobContext& ctx)
{
    const ZipArchive archive(path);
    const auto root = rootOf(archive);
    checkByteOrder(archive, root);
    const bool isScript = archive.has(root + "constants.pkl");
    const auto text = archive.readText(root + "data.pkl", mostPickleBytes);
    const auto pickle = readPickle(text, isScript ? allowsScriptGlobal : allowsWeightGlobal);
    if (pickle.bytesRead != text.size()) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "there are %1 bytes at the end that belong to nothing"),
            toText(text.size() - pickle.bytesRead));
    }
    auto data = emptyData(path, archive.fileBytes());
    const auto source = [&](const std::string& key, std::uint64_t bytes) -> StorageBytes {
        const auto name = root + "data/" + key;
        const auto size = archive.size(name);
        if (size != bytes) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "its storage %1 is said to have %2 bytes but has %3"),
                printable(key), toText(bytes), toText(size));
        }
        auto content = archive.content(name, ctx);
        return { content.bytes, std::move(content.owner) };
    };
    PickledTensors tensors(source, mostCopied(data.fileBytes), ctx);
    addLayers(data, isScript ? FoundTensors { findTensors(pickle), {} } : findStateDict(pickle), tensors,
        ctx);
    if (isScript) {
        warnOfConstants(data, archive, root);
    }
    return data;
}

} // namespace bw
