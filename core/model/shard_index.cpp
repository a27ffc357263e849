#include "core/model/shard_index.h"

#include "core/base/error.h"
#include "core/model/file_reader.h"
#include "core/model/strict_sax.h"

#include <algorithm>
#include <map>
#include <set>

namespace bw {

namespace {

constexpr std::uint64_t longestIndex = 100'000'000;
using ShardMap = std::map<std::string, std::string>;

/// Reads {"metadata": …, "weight_map": {"tensor": "file"}}; anything beside weight_map is skipped.
class IndexReader : public StrictSax
{
public:
    std::map<std::string, std::string> shardOf;

    bool null() override { return scalar(); }
    bool boolean(bool) override { return scalar(); }
    bool number_integer(number_integer_t) override { return scalar(); }
    bool number_unsigned(number_unsigned_t) override { return scalar(); }
    bool number_float(number_float_t, const string_t&) override { return scalar(); }
    bool string(string_t& value) override
    {
        if (!isInMap()) {
            return scalar();
        }
        if (!shardOf.emplace(m_tensor, value).second) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "tensor %1 is listed twice"), printable(m_tensor));
        }
        return true;
    }
    bool start_object(std::size_t) override { return enter(); }
    bool end_object() override { return leave(); }
    bool start_array(std::size_t) override { return m_depth == 0 || m_isMap ? unexpected() : enter(); }
    bool end_array() override { return leave(); }
    bool key(string_t& name) override
    {
        if (m_depth == 1) {
            if (name == "weight_map" && m_hasMap) {
                throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "\"%1\" is given twice"), "weight_map");
            }
            m_isMap = name == "weight_map";
            m_hasMap = m_hasMap || m_isMap;
        } else if (isInMap()) {
            m_tensor = name;
        }
        return true;
    }
    bool hasMap() const { return m_hasMap; }

private:
    bool unexpected() override
    {
        throw Error(ErrorKind::BadFile,
            m_isMap ? Text(BW_TR_NOOP("core", "\"weight_map\" is not a list of tensors and the files that hold them"))
                    : Text(BW_TR_NOOP("core", "the index is not a JSON object")));
    }
    bool isInMap() const { return m_isMap && m_depth == 2; }
    bool scalar() { return m_depth == 0 || m_isMap ? unexpected() : true; }
    bool enter()
    {
        if (m_isMap && m_depth >= 2) {
            return unexpected();
        }
        if (++m_depth > 64) {
            throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the JSON is nested too deeply")));
        }
        return true;
    }
    bool leave()
    {
        m_isMap = m_isMap && m_depth > 2;
        --m_depth;
        return true;
    }

    std::size_t m_depth = 0;
    std::string m_tensor;
    bool m_isMap = false;
    bool m_hasMap = false;
};

std::map<std::string, std::string> readIndex(const std::filesystem::path& path)
{
    const FileReader file(path);
    if (file.size() > longestIndex) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the index has %1 bytes; at most %2 are allowed"),
            toText(file.size()), toText(longestIndex));
    }
    return parseShardIndex(file.read(0, static_cast<std::size_t>(file.size())));
}

/// The file a shard name stands for. An index may come from anywhere, so it may only name its neighbours: plain names,
/// and links only to the folder itself or to where the index itself is linked from (model caches link both to one
/// store).
std::filesystem::path shardPath(const std::filesystem::path& index, const std::string& name)
{
    const bool isPlain = !name.empty() && name != "." && name != ".."
        && name.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos;
    if (!isPlain) {
        throw Error(ErrorKind::Refused,
            BW_TR_NOOP("core", "the shard name \"%1\" is not the plain name of a file in the same folder"),
            printable(name));
    }
    constexpr std::size_t longestName = 255; // of any file system
    if (name.size() > longestName) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the shard name \"%1\" is too long for a file"),
            printable(name));
    }
    const auto folder = index.has_parent_path() ? index.parent_path() : std::filesystem::path(".");
    const auto path = folder / name;
    if (leadsAway(path, index)) {
        throw Error(ErrorKind::Refused, BW_TR_NOOP("core", "the shard \"%1\" is a link that leads out of the folder"),
            printable(name));
    }
    return path;
}

/// The names of a layer that the index does not list for this shard are taken off; the others are ticked off.
void keepListed(LayerInfo& layer, const std::string& shard, ShardMap& shardOf, std::vector<Text>& warnings)
{
    std::vector<std::string> listed;
    const auto take = [&](std::string& name) {
        const auto found = shardOf.find(name);
        if (found == shardOf.end() || found->second != shard) {
            warnings.push_back(
                Text(BW_TR_NOOP("core", "Tensor %1 in %2 is skipped, because the index does not list it there."),
                    { printable(name), printable(shard) }));
            return;
        }
        shardOf.erase(found);
        listed.push_back(std::move(name));
    };
    take(layer.name);
    for (auto& name : layer.tiedNames) {
        take(name);
    }
    layer.name = listed.empty() ? std::string() : std::move(listed.front());
    layer.tiedNames.assign(listed.begin() + (listed.empty() ? 0 : 1), listed.end());
}

void addShard(Model::Data& data, const std::string& shard, Model::Data part, ShardMap& shardOf)
{
    data.fileBytes += part.fileBytes;
    data.metadata.merge(part.metadata);
    data.warnings.insert(data.warnings.end(), part.warnings.begin(), part.warnings.end());
    for (auto& layer : part.layers) {
        keepListed(layer, shard, shardOf, data.warnings);
        if (!layer.name.empty()) {
            data.layers.push_back(std::move(layer));
        }
    }
    for (const auto& [name, home] : shardOf) {
        if (home == shard) {
            throw Error(ErrorKind::BadFile,
                Text(BW_TR_NOOP("core", "the index says that this file holds the tensor, but it does not")))
                .in(Text(BW_TR_NOOP("core", "tensor %1"), { printable(name) }));
        }
    }
}

} // namespace

bool leadsAway(const std::filesystem::path& path, const std::filesystem::path& file)
{
    std::error_code failed;
    const auto real = std::filesystem::canonical(path, failed);
    if (failed) {
        return false; // opening it says why
    }
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    const auto home = real.parent_path();
    return home != std::filesystem::canonical(folder, failed)
        && home != std::filesystem::canonical(file, failed).parent_path();
}

std::map<std::string, std::string> parseShardIndex(std::string_view json)
{
    IndexReader reader;
    readJson(json, reader);
    if (!reader.hasMap() || reader.shardOf.empty()) {
        throw Error(ErrorKind::BadFile,
            Text(BW_TR_NOOP("core", "the index lists no tensors (\"weight_map\" is missing or empty)")));
    }
    return std::move(reader.shardOf);
}

bool isPartName(const std::string& name)
{
    // model-00001-of-00003.safetensors
    const auto of = name.rfind("-of-");
    return of != std::string::npos && of + 4 < name.size() && name[of + 4] >= '0' && name[of + 4] <= '9';
}

Model::Data readShards(const std::filesystem::path& index, const ReadShard& readShard, const JobContext& ctx)
{
    auto shardOf = readIndex(index);
    std::set<std::string> shards;
    for (const auto& [tensor, shard] : shardOf) {
        shards.insert(shard);
    }
    Model::Data data;
    data.path = index;
    data.files = { index };
    data.fileBytes = FileReader(index).size();
    for (const std::string& shard : shards) {
        ctx.checkpoint();
        data.files.push_back(shardPath(index, shard));
        withContext(filePlace(data.files.back()),
            [&] { addShard(data, shard, readShard(data.files.back(), ctx), shardOf); });
    }
    return data;
}

} // namespace bw
