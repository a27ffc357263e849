#include "core/export/quantized_file.h"

#include "core/base/atomic_file.h"
#include "core/base/json.h"
#include "core/export/exporter.h"
#include "core/export/quantized_layout.h"
#include "core/model/file_reader.h"
#include "core/model/safetensors_file.h"

#include <set>

namespace bw {

namespace {
using namespace quantized_layout;

[[noreturn]] void bad(const char* source)
{
    throw Error(ErrorKind::BadFile, Text(source));
}

/// What would be a user's mistake on a command line is damage in a file.
template <class F>
decltype(auto) fromFile(F&& read)
{
    try {
        return std::forward<F>(read)();
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::BadInput) {
            throw;
        }
        Error damage(ErrorKind::BadFile, error.message());
        for (const auto& place : error.context()) {
            damage.in(place);
        }
        throw damage;
    }
}

const Json& member(const Json& object, const char* key)
{
    if (!object.is_object() || !object.contains(key)) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "its description has no \"%1\""), key);
    }
    return object[key];
}

std::string textMember(const Json& object, const char* key)
{
    const auto& value = member(object, key);
    if (!value.is_string()) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "\"%1\" of its description is not a text"), key);
    }
    return value.get<std::string>();
}

std::int64_t wholeNumber(const Json& value, std::int64_t highest, const char* key)
{
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > static_cast<std::uint64_t>(highest)) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "\"%1\" of its description is not a whole number from 0 to %2"), key, toText(highest));
    }
    return value.get<std::int64_t>();
}

class QuantizedReader
{
public:
    explicit QuantizedReader(const std::filesystem::path& path, const JobContext& ctx)
        : m_source(openSafetensorsFile(path, ctx))
        , m_ctx(ctx)
    {
        m_file.path = path;
        for (const auto& tensor : m_source.tensors) {
            m_free[tensor.name] = tensor.view;
        }
    }

    QuantizedFile read() &&
    {
        requireKind();
        m_file.recipeText = text(recipeKey);
        m_file.recipe = fromFile([&] { return parseRecipe(m_file.recipeText); });
        m_file.sourceFile = text(sourceFileKey);
        m_file.sourceSha256 = text(sourceHashKey);
        m_file.toolVersion = text(toolVersionKey);
        m_file.sourceMetadata = textMap(sourceMetadataKey);
        readLayers();
        takeKept();
        readTies();
        m_file.metadata = std::move(m_source.metadata);
        return std::move(m_file);
    }

private:
    const std::string& text(const char* key) const
    {
        const auto found = m_source.metadata.find(key);
        if (found == m_source.metadata.end()) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "its metadata has no \"%1\""), key);
        }
        return found->second;
    }

    void requireKind() const
    {
        const auto kind = m_source.metadata.find(kindKey);
        if (kind == m_source.metadata.end() || kind->second != quantizedKind) {
            throw Error(ErrorKind::Unsupported,
                Text(BW_TR_NOOP(
                    "core", "it is a safetensors file, but holds no quantized layers with Bitwright's description")));
        }
        const auto number = parseInt(text(versionKey));
        if (!number || *number < 1) {
            bad(BW_TR_NOOP("core", "the version of its layout is not a number"));
        }
        if (*number > version) {
            throw Error(ErrorKind::Unsupported,
                BW_TR_NOOP(
                    "core", "its layout is of version %1; this program reads version %2: a newer Bitwright is needed"),
                toText(*number), toText(version));
        }
    }

    std::map<std::string, std::string> textMap(const char* key) const
    {
        std::map<std::string, std::string> entries;
        if (!m_source.metadata.contains(key)) {
            return entries;
        }
        const Json document = parseJson(text(key));
        for (const auto& item : document.items()) {
            if (!document.is_object() || !item.value().is_string()) {
                throw Error(
                    ErrorKind::BadFile, BW_TR_NOOP("core", "the metadata entry \"%1\" is not an object of texts"), key);
            }
            entries[item.key()] = item.value().get<std::string>();
        }
        return entries;
    }

    void readLayers()
    {
        const Json layers = parseJson(text(layersKey));
        if (!layers.is_object()) {
            bad(BW_TR_NOOP("core", "the description of its layers is not a JSON object"));
        }
        for (const auto& item : layers.items()) {
            m_ctx.checkpoint();
            withContext(Text(BW_TR_NOOP("core", "layer %1"), { printable(item.key()) }),
                [&] { readLayer(item.key(), item.value()); });
        }
    }

    void readLayer(const std::string& name, const Json& entry)
    {
        Shape shape = shapeOf(entry);
        const auto outAxis = static_cast<int>(
            wholeNumber(member(entry, "out_axis"), static_cast<std::int64_t>(shape.size()) - 1, "out_axis"));
        const auto axis = shape.begin() + outAxis;
        std::rotate(shape.begin(), axis, axis + 1);
        const auto format = fromFile([&] { return parseFormat(textMember(entry, "format")); });
        auto tensor = fromFile([&] { return restoreTensor(format, std::move(shape), outAxis, partsOf(entry)); });
        if (wholeNumber(member(entry, "code_bits"), 16, "code_bits") != tensor.codec->codeBits()) {
            bad(BW_TR_NOOP("core", "\"code_bits\" of its description does not fit its format"));
        }
        m_file.facts[name] = factsOf(entry);
        m_names.insert(name);
        m_file.quantized.emplace_back(name, std::move(tensor));
    }

    static Shape shapeOf(const Json& entry)
    {
        const auto& sizes = member(entry, "shape");
        if (!sizes.is_array() || sizes.size() < 2 || sizes.size() > 64) {
            bad(BW_TR_NOOP("core", "\"shape\" of its description is not a list of 2 to 64 sizes"));
        }
        Shape shape;
        for (const auto& size : sizes) {
            shape.push_back(wholeNumber(size, std::int64_t { 1 } << 62, "shape"));
        }
        if (elementCount(shape) == 0) {
            bad(BW_TR_NOOP("core", "a quantized layer without values"));
        }
        return shape;
    }

    static StoredLayerFacts factsOf(const Json& entry)
    {
        StoredLayerFacts facts;
        const auto dtype = dtypeFromName(textMember(entry, "dtype"));
        if (!dtype || !info(*dtype).isFloat) {
            bad(BW_TR_NOOP("core", "\"dtype\" of its description is not a float type"));
        }
        facts.dtype = *dtype;
        facts.method = textMember(entry, "method");
        const auto& error = member(entry, "rmse_over_rms");
        facts.rmseOverRms = error.is_number() ? error.get<double>() : 0;
        return facts;
    }

    std::vector<TensorPart> partsOf(const Json& entry)
    {
        const auto& names = member(entry, "parts");
        textMember(names, codesPart);
        std::vector<TensorPart> parts;
        for (const auto& item : names.items()) {
            const auto name = textMember(names, item.key().c_str());
            const auto found = m_free.find(name);
            if (found == m_free.end()) {
                throw Error(ErrorKind::BadFile,
                    BW_TR_NOOP("core", "its part \"%1\" is missing, or belongs to another layer too"), printable(name));
            }
            TensorPart part { item.key(), found->second };
            m_free.erase(found);
            parts.insert(item.key() == codesPart ? parts.begin() : parts.end(), std::move(part));
        }
        return parts;
    }

    void takeKept()
    {
        for (const auto& tensor : m_source.tensors) {
            if (!m_free.contains(tensor.name)) {
                continue;
            }
            if (!m_names.insert(tensor.name).second) {
                throw Error(
                    ErrorKind::BadFile, BW_TR_NOOP("core", "the layer \"%1\" is stored twice"), printable(tensor.name));
            }
            const auto [kind, role] = classifyByName(tensor.name, tensor.view.shape);
            LayerInfo layer;
            layer.name = tensor.name;
            layer.kind = kind;
            layer.role = role;
            layer.view = tensor.view;
            m_file.kept.push_back(std::move(layer));
        }
    }

    void readTies()
    {
        m_file.ties = textMap(tiesKey);
        for (const auto& [other, layer] : m_file.ties) {
            if (m_names.contains(other) || !m_names.contains(layer)) {
                throw Error(ErrorKind::BadFile,
                    BW_TR_NOOP("core", "the tie of \"%1\" to \"%2\" does not fit the layers in the file"),
                    printable(other), printable(layer));
            }
        }
    }

    SafetensorsFile m_source;
    const JobContext& m_ctx;
    QuantizedFile m_file;
    std::map<std::string, TensorView> m_free; ///< tensors that no layer has taken yet
    std::set<std::string> m_names; ///< of layers
};
} // namespace

QuantizedFile readQuantizedFile(const std::filesystem::path& path, const JobContext& ctx)
{
    return withContext(filePlace(path), [&] { return QuantizedReader(path, ctx).read(); });
}

bool isQuantizedFile(const std::filesystem::path& path)
{
    try {
        const auto metadata = openSafetensorsFile(path).metadata;
        const auto kind = metadata.find(kindKey);
        return kind != metadata.end() && kind->second == quantizedKind;
    } catch (const Error&) {
        return false;
    }
}

void dequantizeFile(const std::filesystem::path& path, const std::filesystem::path& target,
    const std::string& exporterId, const JobContext& ctx)
{
    const Exporter& exporter = exporterFor(target, exporterId);
    if (exporter.writeDequantized == nullptr) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core",
                "a file of the kind \"%1\" needs the model that was quantized, not only its weights: quantize that "
                "model to \"%1\" instead"),
            exporter.id);
    }
    if (isSameFile(path, target)) {
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core", "the output \"%1\" is the input itself; choose another name"),
            printable(target.string()));
    }
    if (withContext(filePlace(path), [&] { return FileReader(path).head(4); }) == "GGUF") {
        throw Error(ErrorKind::Unsupported,
            Text(BW_TR_NOOP("core",
                "this is a GGUF file; its float values are written by \"bitwright-cli quantize FILE -o OUT --format f32\"")))
            .in(filePlace(path));
    }
    const auto file = readQuantizedFile(path, ctx);
    AtomicFile output(target);
    withContext(filePlace(target), [&] {
        exporter.writeDequantized(file, output.temporaryPath(), ctx.sub(0, 0.6));
        ctx.checkpoint();
        output.commit([&] {
            exporter.checkDequantized(file, output.temporaryPath(), ctx.sub(0.6, 1));
            ctx.checkpoint();
        });
    });
}

} // namespace bw
