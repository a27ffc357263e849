#include "core/base/content_hash.h"
#include "core/base/mapped_file.h"
#include "core/base/mapped_pages.h"
#include "core/export/onnx_contents.h"
#include "core/export/onnx_uses.h"
#include "core/export/output_file.h"
#include "core/model/loader.h"
#include "core/model/onnx_details.h"
#include "core/model/onnx_graph.h"
#include "core/model/wire_reader.h"

#include <algorithm>
#include <cstring>

namespace bw {

namespace {
constexpr std::size_t hashDigits = 64;
constexpr std::size_t pieceBytes = std::size_t { 1 } << 20;

void forBytes(
    std::span<const std::byte> bytes, const JobContext& ctx, const std::function<void(std::span<const std::byte>)>& use)
{
    for (std::size_t first = 0; first < bytes.size(); first += pieceBytes) {
        ctx.checkpoint();
        use(bytes.subspan(first, std::min(pieceBytes, bytes.size() - first)));
    }
}

void forSegment(
    const OnnxSegment& segment, const JobContext& ctx, const std::function<void(std::span<const std::byte>)>& use)
{
    if (const auto* text = std::get_if<std::string>(&segment)) {
        forBytes(std::as_bytes(std::span(*text)), ctx, use);
    } else if (const auto* lazy = std::get_if<OnnxLazyBytes>(&segment)) {
        const auto made = lazy->make();
        forBytes(std::as_bytes(std::span(made)), ctx, use);
    } else if (const auto* view = std::get_if<TensorView>(&segment)) {
        forBytes(view->bytes, ctx, [&](std::span<const std::byte> bytes) {
            use(bytes);
            releasePages(bytes);
        });
    } else if (const auto* codes = std::get_if<OnnxCodes>(&segment)) {
        codes->forEachPiece(ctx, use);
    } else {
        bw::forEachPiece(std::get<ContentTensor>(segment), ctx,
            [&](std::uint64_t, std::span<const std::byte> bytes) { use(bytes); });
    }
}

[[noreturn]] void differs(const char* source)
{
    throw Error(ErrorKind::Verification, Text(source));
}

void compareSegments(
    const OnnxContents& contents, std::size_t last, std::span<const std::byte> file, const JobContext& ctx)
{
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < last; ++i) {
        forSegment(contents.segments[i], ctx, [&](std::span<const std::byte> expected) {
            if (at + expected.size() > file.size()) {
                differs(BW_TR_NOOP("core", "the written file is of another size than it must be"));
            }
            const auto found = file.subspan(static_cast<std::size_t>(at), expected.size());
            const auto wrong = std::mismatch(expected.begin(), expected.end(), found.begin()).first;
            if (wrong != expected.end()) {
                throw Error(ErrorKind::Verification,
                    BW_TR_NOOP("core", "byte %1 of the file is not what was to be written"),
                    toText(at + static_cast<std::uint64_t>(wrong - expected.begin())));
            }
            releasePages(found);
            at += expected.size();
            ctx.report(Text(BW_TR_NOOP("core", "Reading back")), at, contents.bytes, Text(BW_TR_NOOP("core", "bytes")));
        });
    }
}

/// What the file must have as its last digits, whatever they are now.
std::string hashOf(std::span<const std::byte> file, const JobContext& ctx)
{
    Sha256 hash;
    forBytes(file.first(file.size() - hashDigits), ctx, [&](std::span<const std::byte> bytes) {
        hash.update(bytes);
        releasePages(bytes);
    });
    const std::string zeros(hashDigits, '0');
    hash.update(std::as_bytes(std::span(zeros)));
    return hash.hex();
}

void compareValues(const QuantizedTensor& tensor, const LayerInfo& layer, const LayerInfo& found, const JobContext& ctx)
{
    if (found.view.dtype != DType::F32 && found.view.dtype != layer.view.dtype) {
        differs(BW_TR_NOOP("core", "its type or shape differs in the written file"));
    }
    if (found.view.shape != layer.view.shape) {
        differs(BW_TR_NOOP("core", "its type or shape differs in the written file"));
    }
    const ContentTensor expected { layer.name, layer.view.dtype, layer.view.shape, tensor };
    std::vector<float> values;
    std::vector<std::byte> bytes;
    const std::size_t size = info(layer.view.dtype).size;
    bw::forEachPiece(expected, ctx, [&](std::uint64_t first, std::span<const std::byte> wanted) {
        values.resize(wanted.size() / size);
        found.view.read(first, values);
        bytes.resize(wanted.size());
        castFloats(values, layer.view.dtype, bytes);
        const auto wrong = std::mismatch(wanted.begin(), wanted.end(), bytes.begin()).first;
        if (wrong != wanted.end()) {
            throw Error(ErrorKind::Verification,
                BW_TR_NOOP("core", "value %1 reads back differently than it was written"),
                toText(first + static_cast<std::uint64_t>(wrong - wanted.begin()) / size));
        }
    });
}
} // namespace

void writeOnnx(const OnnxContents& contents, const std::filesystem::path& path, const JobContext& ctx)
{
    OutputFile file(path);
    Sha256 hash;
    std::uint64_t done = 0;
    for (const auto& segment : contents.segments) {
        forSegment(segment, ctx, [&](std::span<const std::byte> bytes) {
            hash.update(bytes);
            file.write(bytes);
            done += bytes.size();
            ctx.report(Text(BW_TR_NOOP("core", "Writing")), done, contents.bytes, Text(BW_TR_NOOP("core", "bytes")));
        });
    }
    const auto digits = hash.hex();
    file.rewrite(contents.bytes - hashDigits, std::as_bytes(std::span(digits)));
    file.close();
}

std::map<std::string, std::string> onnxProvenance(const std::filesystem::path& path)
{
    const auto file = MappedFile::open(path);
    const std::string_view message(reinterpret_cast<const char*>(file->bytes().data()), file->bytes().size());
    if (!looksLikeOnnx(message)) {
        return {};
    }
    std::map<std::string, std::string> entries;
    for (WireReader reader(message); reader.next();) {
        if (reader.field() == 14) {
            readOnnxEntry(reader.bytes(), entries);
        }
    }
    std::erase_if(entries, [](const auto& entry) { return !entry.first.starts_with(onnx_keys::prefix); });
    return entries;
}

void requireOnnxHash(const std::filesystem::path& path, const JobContext& ctx)
{
    const auto file = MappedFile::open(path);
    const auto bytes = file->bytes();
    const auto isStated = [&] {
        const auto digits = bytes.last(hashDigits);
        return hashOf(bytes, ctx) == std::string_view(reinterpret_cast<const char*>(digits.data()), hashDigits);
    };
    if (bytes.size() < hashDigits || !isStated()) {
        differs(BW_TR_NOOP("core", "the file does not have the SHA-256 it states"));
    }
}

void checkOnnx(
    const OnnxContents& contents, const QuantizedModel& model, const std::filesystem::path& path, const JobContext& ctx)
{
    const auto file = MappedFile::open(path);
    compareSegments(contents, contents.provenanceFirst, file->bytes(), ctx.sub(0, 0.5));
    requireOnnxHash(path, ctx.sub(0.5, 0.6));
    const auto written = openModel(path, ctx);
    const std::string_view message = dynamic_cast<const OnnxDetails&>(*written->details()).message;
    const OnnxUses uses(dynamic_cast<const OnnxDetails&>(*model.model->details()).message);
    for (const auto& layer : model.model->layers()) {
        const auto* quantized = std::get_if<QuantizedLayerPtr>(&model.layers[layer.id.index()]);
        if (quantized == nullptr) {
            continue;
        }
        withContext(Text(BW_TR_NOOP("core", "layer %1"), { printable(layer.name) }), [&] {
            const auto id = written->find(uses.weightName(layer));
            if (!id.isValid()) {
                differs(BW_TR_NOOP("core", "it is missing in the written file"));
            }
            compareValues((*quantized)->tensor, layer, written->layer(id), ctx);
        });
        releasePages(std::as_bytes(std::span(message)));
    }
}

} // namespace bw
