#include "tests/core/export/array_export.h"

#include "core/base/content_hash.h"
#include "core/export/quantized_layout.h"
#include "core/formats/format_family.h"
#include "core/model/loader.h"

#include <algorithm>
#include <map>
#include <span>

namespace bw::test {

namespace {
std::string lineOf(const std::string& name, const TensorView& view)
{
    std::string shape;
    for (const auto size : view.shape) {
        shape += (shape.empty() ? "" : "x") + std::to_string(size);
    }
    const auto values = toFloats(view);
    return name + " " + shape + " " + sha256(std::as_bytes(std::span(values))) + "\n";
}

TensorView valuesOf(const QuantizedModel& model, const LayerInfo& layer)
{
    const auto* done = std::get_if<QuantizedLayerPtr>(&model.layers[layer.id.index()]);
    return done == nullptr ? layer.view : dequantize((*done)->tensor, {});
}
} // namespace

std::string valueLines(const QuantizedModel& model)
{
    std::map<std::string, std::string> lines;
    for (const auto& layer : model.model->layers()) {
        lines[layer.name] = lineOf(layer.name, valuesOf(model, layer));
    }
    std::string out;
    for (const auto& [name, line] : lines) {
        out += line;
    }
    return out;
}

bool allOk(const std::vector<VerifyCheck>& checks)
{
    return !checks.empty()
        && std::all_of(checks.begin(), checks.end(), [](const VerifyCheck& check) { return check.isOk; });
}

QuantizedModelPtr ArrayExport::quantized(const std::string& format) const
{
    Recipe recipe = defaultRecipe();
    recipe.fallback.format = parseFormat(format);
    recipe.seed = 7;
    return quantizeModel(m_model, resolve(recipe, *m_model), nullptr, {});
}

ExportReceipt ArrayExport::exported(const QuantizedModel& model, bool dequantized) const
{
    return exportModel(model, m_target, exporterFor(m_target, {}), { dequantized, {} }, {});
}

void ArrayExport::useModel(const std::vector<NamedView>& tensors)
{
    writeModelFile(m_folder / "in.safetensors", tensors);
    m_model = openModel(m_folder / "in.safetensors");
}

void ArrayExport::expectOpensAgain(const std::string& format) const
{
    const auto model = quantized(format);
    exported(*model);
    const auto found = openModel(m_target);
    ASSERT_EQ(found->layers().size(), m_model->layers().size()) << format;
    for (const auto& layer : m_model->layers()) {
        const auto id = found->find(layer.name);
        ASSERT_TRUE(id.isValid()) << layer.name;
        EXPECT_EQ(toFloats(found->layer(id).view), toFloats(valuesOf(*model, layer))) << format << " " << layer.name;
    }
}

void ArrayExport::expectSizesAreKnown(const std::string& format, double tolerance) const
{
    const auto model = quantized(format);
    const auto receipt = exported(*model);
    const auto& sizes = *exporterFor(m_target, {}).sizes;
    EXPECT_EQ(sizes.fileBytes(*model, {}, {}), receipt.bytes) << format;
    std::uint64_t estimate = sizes.fixedBytes(*m_model);
    for (const auto& layer : m_model->layers()) {
        if (const auto* done = std::get_if<QuantizedLayerPtr>(&model->layers[layer.id.index()])) {
            estimate += sizes.layerBytes(layer, outlineOf((*done)->tensor, (*done)->method));
        }
    }
    EXPECT_NEAR(static_cast<double>(estimate), static_cast<double>(receipt.bytes), tolerance) << format;
}

} // namespace bw::test
