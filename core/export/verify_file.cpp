#include "core/base/content_hash.h"
#include "core/base/json_members.h"
#include "core/base/mapped_file.h"
#include "core/base/parallel.h"
#include "core/export/quantized_layout.h"
#include "core/export/verify_support.h"
#include "core/model/file_reader.h"
#include "core/model/loader.h"
#include "core/model/safetensors_file.h"
#include "core/report/report.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace bw {

bool CheckList::failed(const char* name, const Error& error)
{
    const auto kind = error.kind();
    if (kind == ErrorKind::NotFound || kind == ErrorKind::OutOfMemory || kind == ErrorKind::Internal
        || kind == ErrorKind::Unsupported || kind == ErrorKind::Backend) {
        throw;
    }
    m_results.push_back({ name, false, Text(error.fullEnglish()) });
    return false;
}

void requireSourceHash(const Model& source, const std::string& sha256, const JobContext& ctx)
{
    if (sourceSha256(source, ctx) != sha256) {
        throw Error(ErrorKind::Verification,
            BW_TR_NOOP("core", "%1 is not the model this was made from: its SHA-256 differs"),
            printable(source.path().string()));
    }
}

namespace {
using namespace quantized_layout;

std::string_view headerText(std::span<const std::byte> bytes)
{
    const auto length = safetensorsLengthBytes
        + safetensorsHeaderLength(bytes.first(std::min(bytes.size(), safetensorsLengthBytes)), bytes.size());
    return { reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(length) };
}

/// Anywhere in the header, as the very entry that says so may be what is damaged.
bool bearsOurMarks(const std::filesystem::path& path)
{
    const auto file = MappedFile::open(path);
    return headerText(file->bytes()).find(keyPrefix) != std::string_view::npos;
}

void requireHeaderHash(const std::filesystem::path& path)
{
    const auto file = MappedFile::open(path);
    if (!isHeaderIntact(headerText(file->bytes()))) {
        throw Error(
            ErrorKind::Verification, Text(BW_TR_NOOP("core", "the header does not have the SHA-256 it states")));
    }
}

void requireTensorHashes(const SafetensorsFile& file, const JobContext& ctx)
{
    const auto stated = file.metadata.find(tensorHashesKey);
    const Json hashes = stated == file.metadata.end() ? Json() : parseJson(stated->second);
    if (!hashes.is_object() || hashes.size() != file.tensors.size()) {
        throw Error(ErrorKind::Verification,
            Text(BW_TR_NOOP("core", "the list of the tensors' SHA-256 does not fit the tensors in the file")));
    }
    const JsonMembers hashOf(hashes);
    for (const auto& tensor : file.tensors) {
        Sha256 hash;
        forEachPiece({ tensor.name, tensor.view.dtype, tensor.view.shape, tensor.view }, ctx,
            [&](std::uint64_t, std::span<const std::byte> bytes) { hash.update(bytes); });
        const Json* wanted = hashOf.find(tensor.name);
        if (wanted == nullptr || *wanted != Json(hash.hex())) {
            throw Error(ErrorKind::Verification,
                BW_TR_NOOP("core", "tensor %1 does not have the SHA-256 the file states"), printable(tensor.name));
        }
    }
}

/// Decoded values must be finite, and encoding them must give them again: true only of values that codes of this format
/// stand for.
void requireSoundValues(const QuantizedTensor& tensor, const JobContext& ctx)
{
    parallelBlocks(tensor.count(), FloatChunks::chunkSize, ctx, [&](std::uint64_t first, std::uint64_t last) {
        std::vector<float> values(static_cast<std::size_t>(last - first));
        decodeTensor(tensor, first, values);
        const auto bad = std::find_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); });
        if (bad != values.end()) {
            throw Error(ErrorKind::Verification, BW_TR_NOOP("core", "value %1 is not a finite number"),
                toText(first + static_cast<std::uint64_t>(bad - values.begin())));
        }
    });
    const auto unstable = tensor.codec->isIdempotent() ? firstUnstable(tensor, ctx) : std::nullopt;
    if (unstable) {
        throw Error(ErrorKind::Verification, BW_TR_NOOP("core", "value %1 is not one of the levels of its format"),
            toText(*unstable));
    }
}

} // namespace

QuantizedModelPtr requantized(const ModelPtr& source, const std::string& recipeText,
    const VerifySource::Importance& importance, const JobContext& ctx)
{
    const auto plan = resolve(parseRecipe(recipeText), *source);
    const auto known = importance ? importance(plan, source, ctx.sub(0, 0.4)) : std::nullopt;
    auto model = quantizeModel(source, plan, known ? &*known : nullptr, nullptr, known ? ctx.sub(0.4, 1) : ctx);
    requireComplete(*model);
    return model;
}

namespace {

void checkHashes(
    CheckList& checks, const std::filesystem::path& path, const SafetensorsFile& file, const JobContext& ctx)
{
    checks.run("header hash", [&] {
        requireHeaderHash(path);
        return Text(BW_TR_NOOP("core", "the header has the SHA-256 it states"));
    });
    checks.run("tensor hashes", [&] {
        requireTensorHashes(file, ctx);
        return Text(BW_TR_NOOP("core", "%1 tensors have the SHA-256 the file states"), { toText(file.tensors.size()) });
    });
}

std::vector<VerifyCheck> verifyQuantized(
    const std::filesystem::path& path, const VerifySource& source, const JobContext& ctx)
{
    CheckList checks;
    QuantizedFile file;
    const bool isReadable = checks.run("structure", [&] {
        file = readQuantizedFile(path, ctx);
        return Text(BW_TR_NOOP("core", "%1 quantized layers, %2 kept ones"),
            { toText(file.quantized.size()), toText(file.kept.size()) });
    });
    checkHashes(checks, path, openSafetensorsFile(path, ctx), ctx.sub(0, 0.2));
    if (!isReadable) {
        return std::move(checks).results();
    }
    checks.run("values", [&] {
        for (const auto& [name, tensor] : file.quantized) {
            withContext(Text(BW_TR_NOOP("core", "layer %1"), { printable(name) }),
                [&, &values = tensor] { requireSoundValues(values, ctx); });
        }
        return Text(BW_TR_NOOP("core", "every code stands for a finite level of its format"));
    });
    if (source.empty()) {
        return std::move(checks).results();
    }
    const auto model = openModel(source.path, ctx);
    checks.run("source", [&] {
        requireSourceHash(*model, file.sourceSha256, ctx);
        return Text(BW_TR_NOOP("core", "the model is the one the file was made from"));
    });
    checks.run("source codes", [&] {
        const auto again = requantized(model, file.recipeText, source.importance, ctx.sub(0.3, 0.8));
        compareTensors(quantizedContents(*again, {}, ctx), path, ctx.sub(0.8, 1));
        return Text(BW_TR_NOOP("core", "quantizing the model again by the recipe in the file gives the same bits"));
    });
    return std::move(checks).results();
}

SafetensorsContents plainContents(const QuantizedModel& model, const ExportOptions&, const JobContext& ctx)
{
    return dequantizedContents(model, { true, {} }, ctx);
}

/// `contents`: what such a file holds of a model.
std::vector<VerifyCheck> verifyContents(const std::filesystem::path& path, const SafetensorsFile& file,
    decltype(Exporter::contents) contents, const VerifySource& source, const JobContext& ctx)
{
    CheckList checks;
    checks.run("structure", [&] { return Text(BW_TR_NOOP("core", "%1 tensors"), { toText(file.tensors.size()) }); });
    checkHashes(checks, path, file, ctx.sub(0, 0.2));
    if (source.empty()) {
        return std::move(checks).results();
    }
    const auto text = [&](const char* key) {
        const auto found = file.metadata.find(key);
        return found == file.metadata.end() ? std::string() : found->second;
    };
    const auto model = openModel(source.path, ctx);
    checks.run("source", [&] {
        requireSourceHash(*model, text(sourceHashKey), ctx);
        return Text(BW_TR_NOOP("core", "the model is the one the file was made from"));
    });
    checks.run("source values", [&] {
        const auto again = requantized(model, text(recipeKey), source.importance, ctx.sub(0.2, 0.8));
        compareTensors(contents(*again, {}, ctx), path, ctx.sub(0.8, 1));
        return Text(BW_TR_NOOP("core", "quantizing the model again by the recipe in the file gives the same values"));
    });
    return std::move(checks).results();
}

} // namespace

void requireFiniteModel(const Model& model, const JobContext& ctx)
{
    for (const auto& layer : model.layers()) {
        const auto stats = computeHistogram(layer.view, 1, ctx);
        if (stats.nanCount + stats.infCount != 0) {
            throw Error(ErrorKind::Verification,
                BW_TR_NOOP("core", "layer %1 holds values that are not finite numbers"), printable(layer.name));
        }
    }
}

namespace {
bool hasSameValues(const TensorView& a, const TensorView& b)
{
    if (!a.source && !b.source) {
        return std::equal(a.bytes.begin(), a.bytes.end(), b.bytes.begin(), b.bytes.end());
    }
    const auto x = toFloats(a);
    const auto y = toFloats(b);
    return x.size() == y.size() && std::memcmp(x.data(), y.data(), x.size() * sizeof(float)) == 0;
}

/// Layers that quantization never touches must be the source's, and all others of its shape.
void requireSameStructure(const Model& file, const Model& source)
{
    for (const auto& layer : source.layers()) {
        const auto id = file.find(layer.name);
        withContext(Text(BW_TR_NOOP("core", "layer %1"), { printable(layer.name) }), [&] {
            if (!id.isValid()) {
                throw Error(ErrorKind::Verification, Text(BW_TR_NOOP("core", "it is missing in the file")));
            }
            const auto& view = file.layer(id).view;
            if (view.shape != layer.view.shape) {
                throw Error(ErrorKind::Verification, Text(BW_TR_NOOP("core", "its shape is not that of the source")));
            }
            const bool isSame = view.dtype == layer.view.dtype && hasSameValues(view, layer.view);
            if (!layer.isQuantizable() && !isSame) {
                throw Error(ErrorKind::Verification,
                    Text(BW_TR_NOOP(
                        "core", "its values are not those of the source, though such layers are never quantized")));
            }
        });
    }
}

} // namespace

std::vector<VerifyCheck> verifyModel(
    const std::filesystem::path& path, const VerifySource& source, const JobContext& ctx)
{
    CheckList checks;
    ModelPtr model;
    if (!checks.run("structure", [&] {
            model = openModel(path, ctx);
            return Text(BW_TR_NOOP("core", "a model of %1 layers"), { toText(model->layers().size()) });
        })) {
        return std::move(checks).results();
    }
    checks.run("values", [&] {
        requireFiniteModel(*model, ctx);
        return Text(BW_TR_NOOP("core", "all values are finite numbers"));
    });
    if (!source.empty()) {
        const auto original = openModel(source.path, ctx);
        checks.run("source", [&] {
            requireSameStructure(*model, *original);
            return Text(
                BW_TR_NOOP("core", "all layers of the source are there; those that are never quantized are the same"));
        });
    }
    return std::move(checks).results();
}

namespace {
constexpr std::string_view hdf5Signature = "\x89HDF\r\n\x1a\n";
constexpr std::string_view ggufSignature = "GGUF";

/// Nothing if no exporter knows the file.
std::optional<std::vector<VerifyCheck>> verifiedByOrigin(
    const std::filesystem::path& path, const VerifySource& source, const JobContext& ctx)
{
    for (const auto* exporter : exporters().entries()) {
        if (exporter->origin == nullptr) {
            continue;
        }
        CheckList checks;
        std::optional<ExportOrigin> origin;
        if (!checks.run("structure", [&] {
                origin = exporter->origin(path, ctx);
                return Text();
            })) {
            return std::move(checks).results();
        }
        if (origin) {
            return verifyOrigin(*exporter, *origin, path, source, ctx);
        }
    }
    return std::nullopt;
}
} // namespace

std::vector<VerifyCheck> verifyFile(
    const std::filesystem::path& path, const VerifySource& source, const JobContext& ctx)
{
    const auto head = withContext(filePlace(path), [&] { return FileReader(path).head(hdf5Signature.size()); });
    if (auto checks = verifiedByOrigin(path, source, ctx)) {
        return std::move(*checks);
    }
    if (head == hdf5Signature) {
        return verifyReport(path, source.path, ctx);
    }
    if (head.starts_with(ggufSignature)) {
        return verifyGguf(path, source, ctx);
    }
    SafetensorsFile file;
    try {
        file = openSafetensorsFile(path, ctx);
    } catch (const Error&) {
        return verifyModel(path, source, ctx); // says what is wrong, if it is no other model file
    }
    if (!bearsOurMarks(path)) {
        return verifyModel(path, source, ctx);
    }
    const auto kind = file.metadata.find(kindKey);
    if (kind != file.metadata.end() && kind->second == quantizedKind) {
        return verifyQuantized(path, source, ctx);
    }
    for (const auto* exporter : exporters().entries()) {
        if (kind != file.metadata.end() && exporter->contents != nullptr && exporter->safetensorsKind == kind->second) {
            return verifyContents(path, file, exporter->contents, source, ctx);
        }
    }
    return verifyContents(path, file, plainContents, source, ctx);
}

} // namespace bw
