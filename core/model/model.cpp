#include "core/model/model.h"

#include "core/base/checked_math.h"
#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/base/job_context.h"

#include <algorithm>

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

std::string sourceSha256(const Model& model, const JobContext& ctx)
{
    if (model.files().size() <= 1) {
        return sha256OfFile(model.path(), ctx);
    }
    std::string hashes;
    for (const auto& file : model.files()) {
        hashes += sha256OfFile(file, ctx);
    }
    return sha256(std::as_bytes(std::span(hashes)));
}

} // namespace bw
