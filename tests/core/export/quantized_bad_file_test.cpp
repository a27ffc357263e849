// Quantized files of Bitwright's own, each with one thing changed by hand.

#include "core/export/exporter.h"
#include "core/formats/quant_format.h"
#include "core/model/loader.h"
#include "tests/support/bad_files.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/model_builders.h"
#include "tests/support/temp_dir.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace bw::test {
namespace {

/// A good file, taken apart.
struct QuantizedBytes
{
    std::string header;
    std::string data;
};

QuantizedBytes quantizedBytes(const std::string& format)
{
    const TempDir dir;
    writeModelFile(dir / "in.safetensors",
        { { "w", normalTensor({ 3, 8 }, 1) }, { "bias", normalTensor({ 3 }, 2) } });
    const auto model = openModel(dir / "in.safetensors");
    Recipe recipe = defaultRecipe();
    recipe.fallback.format = parseFormat(format);
    const auto path = dir / "out.safetensors";
    exportModel(*quantizeModel(model, resolve(recipe, *model), nullptr, {}), path, exporterFor(path, {}), {}, {});
    const std::string bytes = readFile(path);
    std::size_t length = 0;
    for (std::size_t i = 8; i-- > 0;) {
        length = length << 8 | static_cast<unsigned char>(bytes[i]);
    }
    return { bytes.substr(8, length), bytes.substr(8 + length) };
}

/// One text in the header and what stands there instead.
struct Change
{
    const char* defect;
    std::string from;
    std::string to;
    std::vector<std::string> words;
    ErrorKind kind = ErrorKind::BadFile;
};

BadFile changed(const QuantizedBytes& good, const Change& change)
{
    std::string header = good.header;
    const auto at = header.find(change.from);
    EXPECT_NE(at, std::string::npos) << change.defect << ": " << header;
    header.replace(at == std::string::npos ? 0 : at, change.from.size(), change.to);
    return { change.defect, safetensorsBytes(header, good.data), change.words, change.kind };
}

/// Of a file in kmeans3/c: codes and codebooks.
std::vector<Change> changes()
{
    const std::string layers = R"("bitwright.layers":"{\"w\":)";
    const std::string all = R"("bitwright.layers":")";
    return {
        { "no version", R"("bitwright.version":"1")", R"("bitwright.versio":"1")", { "no \"bitwright.version\"" } },
        { "version no number", R"("bitwright.version":"1")", R"("bitwright.version":"one")", { "not a number" } },
        { "version 0", R"("bitwright.version":"1")", R"("bitwright.version":"0")", { "not a number" } },
        { "version -1", R"("bitwright.version":"1")", R"("bitwright.version":"-1")", { "not a number" } },
        { "version empty", R"("bitwright.version":"1")", R"("bitwright.version":"")", { "not a number" } },
        { "newer version", R"("bitwright.version":"1")", R"("bitwright.version":"2")", { "version 2", "newer" },
            ErrorKind::Unsupported },
        { "no recipe", R"("bitwright.recipe":)", R"("bitwright.other":)", { "no \"bitwright.recipe\"" } },
        { "recipe no JSON", R"("bitwright.recipe":"{)", R"("bitwright.recipe":")", { "malformed" } },
        { "recipe of the future", R"(\"bitwright_recipe\": 1)", R"(\"bitwright_recipe\": 9)",
            { "recipe", "version 9" }, ErrorKind::Unsupported },
        { "recipe with an unknown key", R"(\"seed\")", R"(\"sead\")", { "sead" } },
        { "recipe with an unknown format", R"(\"format\": \"kmeans3/c\")", R"(\"format\": \"kmeens3/c\")",
            { "kmeens" } },
        { "recipe with an unknown method", R"(\"method\": \"rtn\")", R"(\"method\": \"rtm\")", { "rtm" } },
        { "recipe with a negative seed", R"(\"seed\": 0)", R"(\"seed\": -1)", { "seed" } },
        { "no source file", R"("bitwright.source_file")", R"("bitwright.source_fil")",
            { "no \"bitwright.source_file\"" } },
        { "no source hash", R"("bitwright.source_sha256")", R"("bitwright.source_sha25")",
            { "no \"bitwright.source_sha256\"" } },
        { "no tool version", R"("bitwright.tool_version")", R"("bitwright.tool_versio")",
            { "no \"bitwright.tool_version\"" } },
        { "no layers", R"("bitwright.layers")", R"("bitwright.layer")", { "no \"bitwright.layers\"" } },
        { "layers no JSON", all + "{", all + "(", { "malformed" } },
        { "layers cut off", R"(}}","bitwright.recipe)", R"(}","bitwright.recipe)", { "malformed" } },
        { "layers nested deeply", layers, R"("bitwright.layers":"{\"v\":)" + std::string(5000, '[') + R"(,\"w\":)",
            { "nested too deeply" } },
        { "layer twice", layers, layers + R"({},\"w\":)", { "\"w\"", "twice" } },
        { "layer a number", layers, R"("bitwright.layers":"{\"v\":5,\"w\":)", { "layer v", "no \"shape\"" } },
        { "layer a list", layers, R"("bitwright.layers":"{\"v\":[],\"w\":)", { "layer v", "no \"shape\"" } },
        { "layer null", layers, R"("bitwright.layers":"{\"v\":null,\"w\":)", { "layer v", "no \"shape\"" } },
        { "layer empty", layers, R"("bitwright.layers":"{\"v\":{},\"w\":)", { "layer v", "no \"shape\"" } },
        { "no shape", R"(\"shape\")", R"(\"shap\")", { "layer w", "no \"shape\"" } },
        { "shape a text", R"(\"shape\":[3,8])", R"(\"shape\":\"3\")", { "layer w", "\"shape\"" } },
        { "shape of one size", R"(\"shape\":[3,8])", R"(\"shape\":[24])", { "layer w", "2 to 64" } },
        { "shape of none", R"(\"shape\":[3,8])", R"(\"shape\":[])", { "layer w", "2 to 64" } },
        { "shape negative", R"(\"shape\":[3,8])", R"(\"shape\":[-3,-8])", { "layer w", "\"shape\"" } },
        { "shape with a fraction", R"(\"shape\":[3,8])", R"(\"shape\":[3,8.5])", { "layer w", "\"shape\"" } },
        { "shape with a text", R"(\"shape\":[3,8])", R"(\"shape\":[3,\"8\"])", { "layer w", "\"shape\"" } },
        { "shape with a zero", R"(\"shape\":[3,8])", R"(\"shape\":[0,8])", { "layer w", "without values" } },
        { "shape over 2^62", R"(\"shape\":[3,8])", R"(\"shape\":[9223372036854775807,8])", { "layer w", "\"shape\"" } },
        { "product over 2^64", R"(\"shape\":[3,8])", R"(\"shape\":[4611686018427387904,16])",
            { "layer w", "too large" } },
        { "product wraps to 24", R"(\"shape\":[3,8])", R"(\"shape\":[4611686018427387904,4,3,8])",
            { "layer w", "too large" } },
        { "more weights than codes", R"(\"shape\":[3,8])", R"(\"shape\":[3,80])", { "layer w" } },
        { "fewer weights than codes", R"(\"shape\":[3,8])", R"(\"shape\":[3,2])", { "layer w" } },
        { "a terabyte of weights", R"(\"shape\":[3,8])", R"(\"shape\":[3,1000000000000])", { "layer w" } },
        { "more rows than codebooks", R"(\"shape\":[3,8])", R"(\"shape\":[8,3])", { "layer w" } },
        { "no axis", R"(\"out_axis\")", R"(\"out_axi\")", { "layer w", "no \"out_axis\"" } },
        { "axis 2 of 2", R"(\"out_axis\":0)", R"(\"out_axis\":2)", { "layer w", "\"out_axis\"" } },
        { "axis -1", R"(\"out_axis\":0)", R"(\"out_axis\":-1)", { "layer w", "\"out_axis\"" } },
        { "axis a text", R"(\"out_axis\":0)", R"(\"out_axis\":\"0\")", { "layer w", "\"out_axis\"" } },
        { "axis of 2^64", R"(\"out_axis\":0)", R"(\"out_axis\":18446744073709551616)", { "layer w", "\"out_axis\"" } },
        { "other axis", R"(\"out_axis\":0)", R"(\"out_axis\":1)", { "layer w" } },
        { "no type", R"(\"dtype\":\"F32\")", R"(\"dtyp\":\"F32\")", { "layer w", "no \"dtype\"" } },
        { "type unknown", R"(\"dtype\":\"F32\")", R"(\"dtype\":\"F33\")", { "layer w", "not a float type" } },
        { "type of whole numbers", R"(\"dtype\":\"F32\")", R"(\"dtype\":\"I32\")", { "layer w", "not a float type" } },
        { "type a number", R"(\"dtype\":\"F32\")", R"(\"dtype\":32)", { "layer w", "\"dtype\"", "not a text" } },
        { "no format", R"(\"format\":\"kmeans3/c\")", R"(\"forma\":\"kmeans3/c\")", { "layer w", "no \"format\"" } },
        { "format a number", R"(\"format\":\"kmeans3/c\")", R"(\"format\":3)", { "layer w", "not a text" } },
        { "format unknown", R"(\"format\":\"kmeans3/c\")", R"(\"format\":\"magic3/c\")", { "layer w", "magic3" } },
        { "format of more bits", R"(\"format\":\"kmeans3/c\")", R"(\"format\":\"kmeans4/c\")", { "layer w" } },
        { "format of another family", R"(\"format\":\"kmeans3/c\")", R"(\"format\":\"int3/c\")", { "layer w" } },
        { "format of other groups", R"(\"format\":\"kmeans3/c\")", R"(\"format\":\"kmeans3/t\")", { "layer w" } },
        { "format with an extra", R"(\"format\":\"kmeans3/c\")", R"(\"format\":\"kmeans3/c/rans\")", { "layer w" } },
        { "no method", R"(\"method\":\"rtn\",\"code)", R"(\"metho\":\"rtn\",\"code)", { "layer w", "no \"method\"" } },
        { "no code bits", R"(\"code_bits\")", R"(\"code_bit\")", { "layer w", "no \"code_bits\"" } },
        { "other code bits", R"(\"code_bits\":3)", R"(\"code_bits\":4)", { "layer w", "\"code_bits\"" } },
        { "17 code bits", R"(\"code_bits\":3)", R"(\"code_bits\":17)", { "layer w", "\"code_bits\"" } },
        { "code bits with a fraction", R"(\"code_bits\":3)", R"(\"code_bits\":3.0)", { "layer w", "\"code_bits\"" } },
        { "no parts", R"(\"parts\":)", R"(\"part\":)", { "layer w", "no \"parts\"" } },
        { "parts a list", R"(\"parts\":{)", R"(\"parts\":[],\"x\":{)", { "layer w", "no \"codes\"" } },
        { "no codes", R"({\"codes\":)", R"({\"code\":)", { "layer w", "no \"codes\"" } },
        { "codes a number", R"(\"codes\":\"w.codes\")", R"(\"codes\":1)", { "layer w", "\"codes\"", "not a text" } },
        { "codes missing", R"(\"codes\":\"w.codes\")", R"(\"codes\":\"w.codez\")", { "layer w", "w.codez", "missing" } },
        { "codes that are a layer", R"(\"codes\":\"w.codes\")", R"(\"codes\":\"bias\")", { "layer w" } },
        { "codebooks are the codes", R"(\"codebooks\":\"w.codebooks\")", R"(\"codebooks\":\"w.codes\")",
            { "layer w", "w.codes", "another layer" } },
        { "codebooks missing", R"(,\"codebooks\":\"w.codebooks\")", "", { "layer w" } },
        { "codebooks under another name", R"(\"codebooks\":\"w)", R"(\"scales\":\"w)", { "layer w" } },
        { "a part too many", R"(\"codebooks\":\"w.codebooks\")", R"(\"codebooks\":\"w.codebooks\",\"more\":\"bias\")",
            { "layer w", "part \"more\"" } },
        { "codes of another type", R"("w.codes":{"dtype":"U8")", R"("w.codes":{"dtype":"I8")", { "layer w", "part \"codes\"" } },
        { "codes of two dimensions", R"("w.codes":{"dtype":"U8","shape":[9])", R"("w.codes":{"dtype":"U8","shape":[3,3])",
            { "layer w", "part \"codes\"" } },
        { "codebooks of another type", R"("w.codebooks":{"dtype":"BF16")", R"("w.codebooks":{"dtype":"F16")",
            { "layer w" } },
        { "layer stored twice", R"("bias":{)", R"("w":{)", { "\"w\"", "stored twice" } },
        { "ties no JSON", R"("format":"bitwright")", R"("bitwright.ties":"x","format":"bitwright")", { "malformed" } },
        { "ties a list", R"("format":"bitwright")", R"("bitwright.ties":"[1]","format":"bitwright")",
            { "object of texts" } },
        { "tie to a number", R"("format":"bitwright")", R"("bitwright.ties":"{\"a\":1}","format":"bitwright")",
            { "object of texts" } },
        { "tie to no layer", R"("format":"bitwright")", R"("bitwright.ties":"{\"a\":\"b\"}","format":"bitwright")",
            { "the tie of \"a\" to \"b\"" } },
        { "tie of a layer", R"("format":"bitwright")", R"("bitwright.ties":"{\"bias\":\"w\"}","format":"bitwright")",
            { "the tie of \"bias\" to \"w\"" } },
        { "source metadata a text", R"("format":"bitwright")",
            R"("bitwright.source_metadata":"\"x\"","format":"bitwright")", { "object of texts" } },
        { "data cut off", R"("w.codes":{"dtype":"U8","shape":[9],"data_offsets":[60,69]})",
            R"("w.codes":{"dtype":"U8","shape":[10],"data_offsets":[60,70]})", { "w.codes", "truncated" } },
    };
}

TEST(QuantizedBadFiles, AreRefusedWithTheirCause)
{
    const auto good = quantizedBytes("kmeans3/c");
    std::vector<BadFile> files;
    for (const auto& change : changes()) {
        files.push_back(changed(good, change));
    }
    EXPECT_GE(files.size(), 60U);
    expectAllRefused("Bitwright's own", "m.safetensors", files);
}

TEST(QuantizedBadFiles, TheGoodOneOpens)
{
    const auto good = quantizedBytes("kmeans3/c");
    const TempDir dir;
    writeFile(dir / "m.safetensors", safetensorsBytes(good.header, good.data));
    EXPECT_EQ(openModel(dir / "m.safetensors")->layers().size(), 2U);
}

} // namespace
} // namespace bw::test
