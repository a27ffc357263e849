// Quantized files open as models: what is read is what was dequantized, and another quantization says what it adds to.

#include "core/diff/model_diff.h"
#include "core/export/exporter.h"
#include "core/formats/format_family.h"
#include "core/model/loader.h"
#include "tests/support/model_builders.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace bw::test {
namespace {

QuantizedModelPtr quantized(const ModelPtr& model, const std::string& format)
{
    Recipe recipe = defaultRecipe();
    recipe.fallback.format = parseFormat(format);
    return quantizeModel(model, resolve(recipe, *model), nullptr, {});
}

TEST(QuantizedLoader, EveryFormatOpensWithItsDecodedValues)
{
    const TempDir folder;
    const auto source = smallModel(folder / "in.safetensors");
    const auto path = folder / "out.safetensors";
    for (const auto* family : formatFamilies().entries()) {
        const std::string& format = family->examples.front();
        const auto made = quantized(source, format);
        exportModel(*made, path, exporterFor(path, {}), {}, {});
        const auto model = openModel(path);
        EXPECT_EQ(model->format(), "bitwright");
        ASSERT_EQ(model->layers().size(), source->layers().size()) << format;
        bool isAnyStored = false;
        for (const LayerInfo& layer : source->layers()) {
            const LayerInfo& found = model->layer(model->find(layer.name));
            EXPECT_EQ(found.view.shape, layer.view.shape) << format;
            const auto* done = std::get_if<QuantizedLayerPtr>(&made->layers[layer.id.index()]);
            EXPECT_EQ(found.stored != nullptr, done != nullptr) << format;
            isAnyStored = isAnyStored || found.stored;
            const auto wanted = done == nullptr ? toFloats(layer.view) : toFloats(dequantize((*done)->tensor, {}));
            EXPECT_EQ(toFloats(found.view), wanted) << format << " " << layer.name;
            if (done != nullptr) {
                EXPECT_EQ(found.storedType(), formatText((*done)->tensor.format));
                EXPECT_EQ(found.storedBytes(), ((*done)->tensor.bits() + 7) / 8) << format;
                EXPECT_TRUE(found.isQuantizable()) << format;
            }
        }
        EXPECT_TRUE(model->warnings().empty()) << format;
        EXPECT_EQ(requantizingWarning(*model).has_value(), isAnyStored) << format;
    }
}

TEST(QuantizedLoader, ADiffToTheSourceNeedsNoDequantizedCopy)
{
    const TempDir folder;
    const auto source = smallModel(folder / "in.safetensors");
    const auto path = folder / "out.safetensors";
    exportModel(*quantized(source, "nf4/b64"), path, exporterFor(path, {}), {}, {});
    const ModelDiff diff = diffModels(*source, *openModel(path), {});
    EXPECT_EQ(diff.count(TensorVerdict::Requantized), source->quantizableLayers().size());
    EXPECT_EQ(diff.count(TensorVerdict::OnlyA) + diff.count(TensorVerdict::OnlyB), 0U);
}

} // namespace
} // namespace bw::test
