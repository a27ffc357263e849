#include "core/export/safetensors_writer.h"

#include "core/base/content_hash.h"
#include "core/base/json_members.h"
#include "core/export/output_file.h"
#include "core/model/safetensors_file.h"
#include "core/model/safetensors_header.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>

namespace bw {

namespace {
constexpr std::size_t hashDigits = 64;
const std::string noHash(hashDigits, '0');

std::span<const std::byte> bytesOf(std::string_view text)
{
    return std::as_bytes(std::span(text));
}

Text tensorPlace(const std::string& name)
{
    return Text(BW_TR_NOOP("core", "tensor %1"), { printable(name) });
}

std::string hashesJson(const SafetensorsContents& contents, const std::vector<std::string>& hashes)
{
    Json document = Json::object();
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        addNewMember(document, contents.tensors[i].name, hashes[i]);
    }
    return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// The file's first bytes. Their length does not depend on the hashes, which are known only after the data was written.
std::string headerOf(
    const SafetensorsContents& contents, const std::vector<std::string>& hashes, const std::string& headerHash)
{
    std::vector<SafetensorsEntry> entries;
    for (const auto& tensor : contents.tensors) {
        entries.push_back({ tensor.name, tensor.dtype, tensor.shape, 0, 0 });
    }
    auto metadata = contents.metadata;
    metadata[tensorHashesKey] = hashesJson(contents, hashes);
    metadata[headerHashKey] = headerHash;
    auto header = buildSafetensorsHeader(entries, metadata);
    if (header.size() > safetensorsHeaderLimit) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core", "the header would be %1 long; safetensors files allow %2"), sizeText(header.size()),
            sizeText(safetensorsHeaderLimit));
    }
    return header;
}

/// Calls `use(tensor index, first value, bytes)` for all data in file order, reporting progress in bytes.
template <class Use>
void forEachPieceOf(const SafetensorsContents& contents, const Text& phase, const JobContext& ctx, const Use& use)
{
    const std::uint64_t total = contentBytes(contents.tensors);
    std::uint64_t done = 0;
    for (std::size_t i = 0; i < contents.tensors.size(); ++i) {
        ctx.checkpoint();
        withContext(tensorPlace(contents.tensors[i].name), [&] {
            forEachPiece(contents.tensors[i], ctx, [&](std::uint64_t first, std::span<const std::byte> bytes) {
                use(i, first, bytes);
                done += bytes.size();
                ctx.report(phase, done, total, Text(BW_TR_NOOP("core", "bytes")));
            });
        });
    }
}

[[noreturn]] void differs(const char* source)
{
    throw Error(ErrorKind::Verification, Text(source));
}

/// The written counterparts of contents.tensors, in the same order.
std::vector<TensorView> foundTensors(const SafetensorsContents& contents, const SafetensorsFile& file)
{
    if (file.tensors.size() != contents.tensors.size()) {
        differs(BW_TR_NOOP("core", "the written file, read back, holds another number of tensors"));
    }
    std::unordered_map<std::string_view, const TensorView*> byName;
    for (const auto& tensor : file.tensors) {
        byName[tensor.name] = &tensor.view;
    }
    std::vector<TensorView> views;
    for (const auto& tensor : contents.tensors) {
        withContext(tensorPlace(tensor.name), [&] {
            const auto found = byName.find(tensor.name);
            if (found == byName.end()) {
                differs(BW_TR_NOOP("core", "it is missing in the written file"));
            }
            views.push_back(*found->second);
            if (views.back().dtype != tensor.dtype || views.back().shape != tensor.shape) {
                differs(BW_TR_NOOP("core", "its type or shape differs in the written file"));
            }
        });
    }
    return views;
}

void checkMetadata(const SafetensorsContents& contents, const SafetensorsFile& file)
{
    for (const auto& [key, value] : contents.metadata) {
        const auto found = file.metadata.find(key);
        if (found == file.metadata.end() || found->second != value) {
            throw Error(ErrorKind::Verification,
                BW_TR_NOOP("core", "the metadata entry \"%1\" differs in the written file"), printable(key));
        }
    }
}

void comparePiece(
    std::span<const std::byte> expected, std::span<const std::byte> found, std::uint64_t first, std::size_t valueSize)
{
    if (std::memcmp(expected.data(), found.data(), expected.size()) == 0) {
        return;
    }
    const auto at = static_cast<std::uint64_t>(
        std::mismatch(expected.begin(), expected.end(), found.begin()).first - expected.begin());
    throw Error(ErrorKind::Verification, BW_TR_NOOP("core", "value %1 reads back differently than it was written"),
        toText(first + at / valueSize));
}
} // namespace

void sortForFile(std::vector<ContentTensor>& tensors)
{
    std::sort(tensors.begin(), tensors.end(), [](const ContentTensor& a, const ContentTensor& b) {
        const auto sizeA = info(a.dtype).size;
        const auto sizeB = info(b.dtype).size;
        return sizeA != sizeB ? sizeA > sizeB : a.name < b.name;
    });
}

void writeSafetensors(const SafetensorsContents& contents, const std::filesystem::path& path, const JobContext& ctx)
{
    const Text phase(BW_TR_NOOP("core", "Writing"));
    std::vector<std::string> hashes(contents.tensors.size(), noHash);
    OutputFile file(path);
    const auto draft = headerOf(contents, hashes, noHash);
    file.write(bytesOf(draft));

    std::vector<Sha256> running(contents.tensors.size());
    forEachPieceOf(contents, phase, ctx, [&](std::size_t tensor, std::uint64_t, std::span<const std::byte> bytes) {
        running[tensor].update(bytes);
        file.write(bytes);
    });
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        hashes[i] = running[i].hex();
    }
    const auto header = headerOf(contents, hashes, sha256(bytesOf(headerOf(contents, hashes, noHash))));
    if (header.size() != draft.size()) {
        throw Error(
            ErrorKind::Internal, Text(BW_TR_NOOP("core", "the header changed its length while the file was written")));
    }
    file.rewrite(0, bytesOf(header));
    file.close();
}

std::uint64_t safetensorsBytes(const SafetensorsContents& contents)
{
    const std::vector<std::string> hashes(contents.tensors.size(), noHash);
    return headerOf(contents, hashes, noHash).size() + contentBytes(contents.tensors);
}

void compareTensors(const SafetensorsContents& contents, const std::filesystem::path& path, const JobContext& ctx)
{
    const SafetensorsFile file = openSafetensorsFile(path, ctx);
    const auto written = foundTensors(contents, file);
    forEachPieceOf(contents, Text(BW_TR_NOOP("core", "Reading back")), ctx,
        [&](std::size_t tensor, std::uint64_t first, std::span<const std::byte> bytes) {
            const std::size_t size = info(written[tensor].dtype).size;
            comparePiece(bytes, written[tensor].bytes.subspan(static_cast<std::size_t>(first) * size, bytes.size()),
                first, size);
        });
}

void checkSafetensors(const SafetensorsContents& contents, const std::filesystem::path& path, const JobContext& ctx)
{
    checkMetadata(contents, openSafetensorsFile(path, ctx));
    compareTensors(contents, path, ctx);
}

bool isHeaderIntact(std::string_view header)
{
    // A quotation mark inside a JSON text is escaped, so this can only be the entry itself.
    const std::string key = std::string("\"") + headerHashKey + "\":\"";
    const auto at = header.find(key);
    if (at == std::string_view::npos || header.size() < at + key.size() + hashDigits) {
        return false;
    }
    const auto stated = header.substr(at + key.size(), hashDigits);
    std::string zeroed(header);
    zeroed.replace(at + key.size(), hashDigits, noHash);
    return sha256(bytesOf(zeroed)) == stated;
}

} // namespace bw
