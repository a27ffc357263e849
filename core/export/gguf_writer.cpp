#include "core/base/background_hash.h"
#include "core/base/checked_math.h"
#include "core/base/content_hash.h"
#include "core/base/mapped_file.h"
#include "core/base/mapped_pages.h"
#include "core/export/gguf_contents.h"
#include "core/export/output_file.h"
#include "core/export/rotary_rows.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>

namespace bw {

namespace {
constexpr std::size_t hashDigits = 64;
constexpr std::uint32_t writtenVersion = 3;

std::span<const std::byte> bytesOf(std::string_view text)
{
    return std::as_bytes(std::span(text));
}

Text tensorPlace(const std::string& name)
{
    return Text(BW_TR_NOOP("core", "tensor %1"), { printable(name) });
}

std::uint64_t padded(std::uint64_t bytes, std::uint64_t alignment)
{
    return checkedAdd(bytes, alignment - 1) / alignment * alignment;
}

/// A header, and where in it the digits of the two hashes stand.
struct HeaderBytes
{
    std::string bytes;
    std::size_t dataHashAt = 0;
    std::size_t headerHashAt = 0;
};

HeaderBytes headerOf(const GgufContents& contents)
{
    HeaderBytes header;
    auto& bytes = header.bytes;
    bytes = "GGUF" + ggufU32(writtenVersion) + ggufU64(contents.tensors.size()) + ggufU64(contents.entries.size());
    for (const auto& entry : contents.entries) {
        bytes += ggufText(entry.key) + ggufU32(static_cast<std::uint32_t>(entry.type)) + entry.bytes;
        const std::size_t digits = bytes.size() - std::min(bytes.size(), hashDigits);
        header.dataHashAt = entry.key == gguf_keys::dataHash ? digits : header.dataHashAt;
        header.headerHashAt = entry.key == gguf_keys::headerHash ? digits : header.headerHashAt;
    }
    std::uint64_t offset = 0;
    for (const auto& tensor : contents.tensors) {
        bytes += ggufText(tensor.content.name) + ggufU32(static_cast<std::uint32_t>(tensor.shape.size()));
        std::for_each(tensor.shape.rbegin(), tensor.shape.rend(),
            [&](std::int64_t size) { bytes += ggufU64(static_cast<std::uint64_t>(size)); });
        bytes += ggufU32(static_cast<std::uint32_t>(tensor.type->number)) + ggufU64(offset);
        offset = padded(offset + tensor.bytes(), contents.alignment);
    }
    bytes.resize(static_cast<std::size_t>(padded(bytes.size(), contents.alignment)), '\0');
    return header;
}

std::uint64_t dataBytes(const GgufContents& contents)
{
    std::uint64_t bytes = 0;
    for (const auto& tensor : contents.tensors) {
        bytes = padded(checkedAdd(bytes, tensor.bytes()), contents.alignment);
    }
    return bytes;
}

/// Calls `use(tensor index, first byte within the tensor, bytes)` for all data in file order.
template <class Use>
void forEachPieceOf(const GgufContents& contents, const Text& phase, const JobContext& ctx, const Use& use)
{
    const std::uint64_t total = dataBytes(contents);
    std::uint64_t done = 0;
    for (std::size_t i = 0; i < contents.tensors.size(); ++i) {
        ctx.checkpoint();
        const auto& content = contents.tensors[i].content;
        withContext(tensorPlace(content.name), [&] {
            const std::size_t size = info(content.dtype).size;
            const auto usePiece = [&](std::uint64_t first, std::span<const std::byte> bytes) {
                use(i, first * size, bytes);
                done += bytes.size();
                ctx.report(phase, done, total, Text(BW_TR_NOOP("core", "bytes")));
            };
            const auto& tensor = contents.tensors[i];
            if (tensor.rotaryHeads == 0) {
                forEachPiece(content, ctx, usePiece);
            } else {
                forEachRotatedPiece(
                    content, static_cast<std::uint64_t>(tensor.shape.front()), tensor.rotaryHeads, ctx, usePiece);
            }
        });
    }
}

[[noreturn]] void differs(const char* source)
{
    throw Error(ErrorKind::Verification, Text(source));
}

bool isHashKey(std::string_view key)
{
    return key == gguf_keys::dataHash || key == gguf_keys::headerHash;
}

/// Of entries that may differ between two files with the same content.
bool isCircumstance(std::string_view key)
{
    return isHashKey(key) || key == gguf_keys::sourceHash || key == gguf_keys::sourceFile
        || key == gguf_keys::toolVersion || key == gguf_keys::toolCommand;
}

void checkMetadata(const GgufContents& contents, const GgufHeader& header)
{
    if (header.entries.size() != contents.entries.size()) {
        differs(BW_TR_NOOP("core", "the written file, read back, holds another number of metadata entries"));
    }
    for (std::size_t i = 0; i < contents.entries.size(); ++i) {
        const auto& expected = contents.entries[i];
        const auto& found = header.entries[i];
        if (found.key != expected.key || found.type != expected.type
            || (found.bytes != expected.bytes && !isHashKey(found.key))) {
            throw Error(ErrorKind::Verification,
                BW_TR_NOOP("core", "the metadata entry \"%1\" differs in the written file"), printable(expected.key));
        }
    }
}

/// The written counterparts of contents.tensors, in the same order.
std::vector<const GgufTensorEntry*> foundTensors(const GgufContents& contents, const GgufHeader& header)
{
    if (header.tensors.size() != contents.tensors.size()) {
        differs(BW_TR_NOOP("core", "the written file, read back, holds another number of tensors"));
    }
    std::unordered_map<std::string_view, const GgufTensorEntry*> byName;
    for (const auto& tensor : header.tensors) {
        byName[tensor.name] = &tensor;
    }
    std::vector<const GgufTensorEntry*> found;
    for (const auto& tensor : contents.tensors) {
        withContext(tensorPlace(tensor.content.name), [&] {
            const auto at = byName.find(tensor.content.name);
            if (at == byName.end()) {
                differs(BW_TR_NOOP("core", "it is missing in the written file"));
            }
            if (at->second->type != tensor.type || at->second->shape != tensor.shape) {
                differs(BW_TR_NOOP("core", "its type or shape differs in the written file"));
            }
            found.push_back(at->second);
        });
    }
    return found;
}

void comparePiece(
    std::span<const std::byte> expected, std::span<const std::byte> found, std::uint64_t first, const GgmlType& type)
{
    if (std::memcmp(expected.data(), found.data(), expected.size()) == 0) {
        return;
    }
    const auto at = static_cast<std::uint64_t>(
        std::mismatch(expected.begin(), expected.end(), found.begin()).first - expected.begin());
    const auto block = (first + at) / static_cast<std::uint64_t>(type.blockBytes);
    throw Error(ErrorKind::Verification, BW_TR_NOOP("core", "value %1 reads back differently than it was written"),
        toText(block * static_cast<std::uint64_t>(type.blockLength)));
}
} // namespace

std::uint64_t ggufFileBytes(const GgufContents& contents)
{
    return headerOf(contents).bytes.size() + dataBytes(contents);
}

void writeGguf(const GgufContents& contents, const std::filesystem::path& path, const JobContext& ctx)
{
    auto header = headerOf(contents);
    const std::string padding(static_cast<std::size_t>(contents.alignment), '\0');
    OutputFile file(path);
    file.write(bytesOf(header.bytes));
    BackgroundSha256 hash;
    forEachPieceOf(contents, Text(BW_TR_NOOP("core", "Writing")), ctx,
        [&](std::size_t tensor, std::uint64_t first, std::span<const std::byte> bytes) {
            hash.start(bytes);
            file.write(bytes);
            hash.wait();
            const std::uint64_t size = contents.tensors[tensor].bytes();
            const auto rest = static_cast<std::size_t>(padded(size, contents.alignment) - size);
            if (first + bytes.size() == size && rest > 0) {
                const auto zeros = bytesOf(padding).first(rest);
                hash.start(zeros);
                file.write(zeros);
                hash.wait();
            }
        });
    header.bytes.replace(header.dataHashAt, hashDigits, hash.hex());
    header.bytes.replace(header.headerHashAt, hashDigits, sha256(bytesOf(header.bytes)));
    file.rewrite(0, bytesOf(header.bytes));
    file.close();
}

void compareGgufOrigin(const GgufContents& contents, const GgufHeader& header)
{
    const auto requireSame = [](std::string_view key, bool isSame) {
        if (!isSame && !isCircumstance(key)) {
            throw Error(ErrorKind::Verification,
                BW_TR_NOOP("core", "the metadata entry \"%1\" is not what the model gives now"), printable(key));
        }
    };
    for (const auto& entry : contents.entries) {
        const auto* found = header.find(entry.key);
        requireSame(entry.key, found != nullptr && found->type == entry.type && found->bytes == entry.bytes);
    }
    for (const auto& entry : header.entries) {
        const bool isKnown = std::any_of(contents.entries.begin(), contents.entries.end(),
            [&](const GgufContentEntry& known) { return known.key == entry.key; });
        requireSame(entry.key, isKnown);
    }
}

void compareGgufTensors(const GgufContents& contents, const std::filesystem::path& path, const JobContext& ctx)
{
    const auto header = readGgufHeader(path, ctx);
    const auto file = MappedFile::open(path);
    const auto written = foundTensors(contents, header);
    forEachPieceOf(contents, Text(BW_TR_NOOP("core", "Reading back")), ctx,
        [&](std::size_t tensor, std::uint64_t first, std::span<const std::byte> bytes) {
            const auto& entry = *written[tensor];
            if (first + bytes.size() > entry.bytes
                || header.dataStart + entry.offset + entry.bytes > file->bytes().size()) {
                differs(BW_TR_NOOP("core", "its type or shape differs in the written file"));
            }
            const auto found = file->bytes().subspan(
                static_cast<std::size_t>(header.dataStart + entry.offset + first), bytes.size());
            comparePiece(bytes, found, first, *entry.type);
            releasePages(found);
        });
}

void checkGguf(const GgufContents& contents, const std::filesystem::path& path, const JobContext& ctx)
{
    checkMetadata(contents, readGgufHeader(path, ctx));
    compareGgufTensors(contents, path, ctx);
}

void requireGgufHashes(const std::filesystem::path& path, const JobContext& ctx)
{
    const auto header = readGgufHeader(path, ctx);
    const auto file = MappedFile::open(path);
    const auto* entry = header.find(gguf_keys::headerHash);
    const auto stated = header.text(gguf_keys::headerHash);
    if (entry == nullptr || !stated || stated->size() != hashDigits || header.dataStart > file->bytes().size()) {
        differs(BW_TR_NOOP("core", "the header does not have the SHA-256 it states"));
    }
    const auto start = file->bytes().first(static_cast<std::size_t>(header.dataStart));
    std::string bytes(reinterpret_cast<const char*>(start.data()), start.size());
    const auto at = static_cast<std::size_t>(entry->bytes.data() - header.owner->data()) + sizeof(std::uint64_t);
    bytes.replace(at, hashDigits, std::string(hashDigits, '0'));
    if (sha256(bytesOf(bytes)) != *stated) {
        differs(BW_TR_NOOP("core", "the header does not have the SHA-256 it states"));
    }
    Sha256 hash;
    const auto data = file->bytes().subspan(static_cast<std::size_t>(header.dataStart));
    constexpr std::size_t step = std::size_t { 1 } << 20;
    for (std::size_t first = 0; first < data.size(); first += step) {
        ctx.checkpoint();
        hash.update(data.subspan(first, std::min(step, data.size() - first)));
    }
    if (hash.hex() != header.text(gguf_keys::dataHash).value_or("")) {
        differs(BW_TR_NOOP("core", "the tensors do not have the SHA-256 the file states"));
    }
}

} // namespace bw
