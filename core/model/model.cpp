#include "core/model/model.h"

#include "core/base/checked_math.h"
#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/base/job_context.h"
#include "core/model/file_reader.h"

#include <algorithm>
#include <mutex>
#include <utility>

namespace bw {

namespace {
bool isWeightKind(LayerKind kind)
{
    return kind != LayerKind::Bias && kind != LayerKind::Norm && kind != LayerKind::Statistic
        && kind != LayerKind::Other;
}
} // namespace

bool LayerInfo::isQuantizable() const
{
    return whyNotQuantizable().empty();
}

Text LayerInfo::whyNotQuantizable() const
{
    if (!info(view.dtype).isFloat) {
        return Text(
            BW_TR_NOOP("core", "Its values are of type %1, not floating-point numbers."), { info(view.dtype).name });
    }
    if (view.count() == 0) {
        return BW_TR_NOOP("core", "It has no values.");
    }
    if (view.shape.size() < 2) {
        return BW_TR_NOOP("core", "It has fewer than two dimensions.");
    }
    if (!isWeightKind(kind)) {
        return Text(BW_TR_NOOP("core", "It is no weight of a layer, but: %1."), { layerKindTitle(kind).english() });
    }
    return {};
}

TensorView LayerInfo::matrix() const
{
    TensorView moved = withAxisFirst(view, outAxis);
    if (moved.shape.size() <= 2) {
        return moved;
    }
    const Shape rest(moved.shape.begin() + 1, moved.shape.end());
    moved.shape = { moved.shape.front(), static_cast<std::int64_t>(elementCount(rest)) };
    return moved;
}

Model::Model(Data data)
    : m_data(std::move(data))
{
    for (std::size_t i = 0; i < m_data.layers.size(); ++i) {
        LayerInfo& layer = m_data.layers[i];
        layer.id = LayerId(i);
        m_parameterCount = checkedAdd(m_parameterCount, layer.count());
        if (!m_byName.emplace(layer.name, layer.id).second) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "two tensors are called %1"), printable(layer.name));
        }
    }
}

LayerId Model::find(std::string_view name) const
{
    const auto found = m_byName.find(name);
    return found == m_byName.end() ? LayerId() : found->second;
}

ChannelLinks Model::channelLinks(const LayerInfo& layer) const
{
    const auto found = m_data.channelLinks.find(layer.name);
    if (found != m_data.channelLinks.end()) {
        return found->second;
    }
    return { {}, {},
        BW_TR_NOOP("core", "Which layers follow it is not known: the file does not say how weights are used.") };
}

std::vector<LayerId> Model::quantizableLayers() const
{
    std::vector<LayerId> ids;
    for (const LayerInfo& layer : m_data.layers) {
        if (layer.isQuantizable()) {
            ids.push_back(layer.id);
        }
    }
    return ids;
}

std::optional<Text> requantizingWarning(const Model& model)
{
    std::map<std::string, std::size_t> formats;
    std::size_t total = 0;
    for (const auto& layer : model.layers()) {
        if (layer.stored && layer.stored->isDecoded) {
            ++formats[layer.stored->format];
            ++total;
        }
    }
    if (total == 0) {
        return std::nullopt;
    }
    std::string list;
    for (const auto& [format, count] : formats) {
        list += (list.empty() ? "" : ", ") + format + " " + toText(count);
    }
    return Text(BW_TR_NOOP("core",
                    "%1 of %2 tensors are quantized already (%3). Quantizing them again adds to the error they have; "
                    "if there is an unquantized file of this model, open that one."),
        { toText(total), toText(model.layers().size()), list });
}

namespace {
/// Hashes of files as they were when they were read: exports ask several times, and files may be large.
class KnownHashes
{
public:
    std::string of(const std::filesystem::path& file, const JobContext& ctx)
    {
        const auto stamp = FileReader(file).stamp();
        {
            const std::lock_guard lock(m_mutex);
            for (const auto& [known, hash] : m_hashes) {
                if (known == stamp) {
                    return hash;
                }
            }
        }
        auto hash = sha256OfFile(file, ctx);
        if (FileReader(file).stamp() == stamp) {
            const std::lock_guard lock(m_mutex);
            if (m_hashes.size() >= most) {
                m_hashes.erase(m_hashes.begin());
            }
            m_hashes.emplace_back(stamp, hash);
        }
        return hash;
    }

private:
    static constexpr std::size_t most = 256;
    std::mutex m_mutex;
    std::vector<std::pair<FileStamp, std::string>> m_hashes;
};
} // namespace

std::string sourceSha256(const Model& model, const JobContext& ctx)
{
    static KnownHashes known;
    if (model.files().size() <= 1) {
        return known.of(model.path(), ctx);
    }
    std::string hashes;
    for (const auto& file : model.files()) {
        hashes += known.of(file, ctx);
    }
    return sha256(std::as_bytes(std::span(hashes)));
}

} // namespace bw
