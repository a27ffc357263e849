// Quantized files of Bitwright's own as models: layers give the values their codes stand for while they are read.

#include "core/export/content.h"
#include "core/export/quantized_file.h"
#include "core/export/quantized_layout.h"
#include "core/model/loader.h"

#include <algorithm>

namespace bw {

extern const ModelLoader quantizedLoader;

namespace {
std::shared_ptr<const StoredForm> storedForm(const QuantizedTensor& tensor)
{
    auto form = std::make_shared<StoredForm>();
    form->format = formatText(tensor.format);
    form->data = tensor.parts.front().data;
    form->shape = layerShape(tensor);
    form->bitsPerWeight = static_cast<double>(tensor.bits()) / static_cast<double>(tensor.count());
    for (std::size_t i = 1; i < tensor.parts.size(); ++i) {
        form->moreBytes += tensor.parts[i].data.bytes.size();
    }
    return form;
}

LayerInfo layerOf(const std::string& name, const QuantizedTensor& tensor, const JobContext& ctx)
{
    LayerInfo layer;
    layer.name = name;
    const auto guess = classifyByName(name, layerShape(tensor));
    layer.kind = guess.kind;
    layer.role = guess.role;
    layer.outAxis = tensor.outAxis;
    layer.stored = storedForm(tensor);
    if (tensor.outAxis == 0) {
        layer.view = decodedView(tensor, layerShape(tensor));
        layer.view.owner = tensor.parts.front().data.owner;
    } else {
        layer.view = dequantize(tensor, ctx); // in the layer's own order, which codes are not in
    }
    return layer;
}

bool sniff(const std::filesystem::path&, std::span<const std::byte> head)
{
    // The header begins with the metadata, in order of name.
    const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
    const std::string mark = std::string("\"") + quantized_layout::kindKey + "\":\"" + quantized_layout::quantizedKind;
    return text.substr(0, 64).find("{\"__metadata__\":{") != std::string_view::npos
        && text.find(mark + "\"") != std::string_view::npos;
}

ModelPtr open(const std::filesystem::path& path, const JobContext& ctx)
{
    auto file = readQuantizedFile(path, ctx);
    Model::Data data;
    data.path = path;
    data.format = quantizedLoader.id;
    data.files = { path };
    data.fileBytes = std::filesystem::file_size(path);
    data.metadata = std::move(file.metadata);
    for (const auto& [name, tensor] : file.quantized) {
        data.layers.push_back(layerOf(name, tensor, ctx));
    }
    std::move(file.kept.begin(), file.kept.end(), std::back_inserter(data.layers));
    for (const auto& [other, name] : file.ties) {
        const auto layer = std::find_if(
            data.layers.begin(), data.layers.end(), [&, &wanted = name](const auto& l) { return l.name == wanted; });
        layer->tiedNames.push_back(other); // the reader has made sure that it is there
    }
    return std::make_shared<const Model>(std::move(data));
}
} // namespace

const ModelLoader quantizedLoader { "bitwright", BW_TR_NOOP("core", "Bitwright quantized safetensors"),
    { "*.safetensors" }, sniff, open };

} // namespace bw
