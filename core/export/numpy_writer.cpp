#include "core/export/numpy_writer.h"

#include "core/base/zip_archive.h"
#include "core/export/zip_writer.h"
#include "core/model/numpy_file.h"

namespace bw {

namespace {
constexpr std::uint64_t mostDescriptionBytes = std::uint64_t { 100 } << 20;

Text arrayPlace(const std::string& name)
{
    return Text(BW_TR_NOOP("core", "array %1"), { printable(name) });
}

std::string recordName(const ContentTensor& tensor)
{
    return tensor.name + ".npy";
}

std::uint64_t recordBytes(const ContentTensor& tensor)
{
    return numpyHeader(tensor.dtype, tensor.shape).size() + elementCount(tensor.shape) * info(tensor.dtype).size;
}

std::string typeCode(DType dtype)
{
    switch (dtype) {
    case DType::Bool:
        return "|b1";
    case DType::U8:
        return "|u1";
    case DType::I8:
        return "|i1";
    case DType::U16:
        return "<u2";
    case DType::I16:
        return "<i2";
    case DType::U32:
        return "<u4";
    case DType::I32:
        return "<i4";
    case DType::U64:
        return "<u8";
    case DType::I64:
        return "<i8";
    case DType::F16:
        return "<f2";
    case DType::F32:
        return "<f4";
    case DType::F64:
        return "<f8";
    default:
        throw Error(ErrorKind::Unsupported, BW_TR_NOOP("core", "values cannot be written as %1"), info(dtype).name);
    }
}
} // namespace

std::string numpyHeader(DType dtype, const Shape& shape)
{
    constexpr std::size_t alignment = 64;
    constexpr std::size_t headBytes = 10;
    std::string sizes;
    for (const std::int64_t size : shape) {
        sizes += (sizes.empty() ? "" : ", ") + toText(size);
    }
    std::string text = "{'descr': '" + typeCode(dtype) + "', 'fortran_order': False, 'shape': (" + sizes
        + (shape.size() == 1 ? "," : "") + "), }";
    text.append(alignment - (headBytes + text.size() + 1) % alignment, ' ');
    text += '\n';
    const auto length = static_cast<std::uint16_t>(text.size());
    return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(length & 0xFF) + static_cast<char>(length >> 8)
        + text;
}

void writeNumpyArchive(const ArrayContents& contents, const std::filesystem::path& path, const JobContext& ctx)
{
    ZipWriter zip(path);
    const std::string description = contents.description();
    zip.begin(array_layout::descriptionName, description.size());
    zip.write(std::as_bytes(std::span(description)));
    for (std::size_t i = 0; i < contents.tensors.size(); ++i) {
        const auto& tensor = contents.tensors[i];
        ctx.report(
            Text(BW_TR_NOOP("core", "Writing")), i, contents.tensors.size(), Text(BW_TR_NOOP("core", "tensors")));
        withContext(arrayPlace(tensor.name), [&] {
            zip.begin(recordName(tensor), recordBytes(tensor));
            const auto header = numpyHeader(tensor.dtype, tensor.shape);
            zip.write(std::as_bytes(std::span(header)));
            forEachPiece(tensor, ctx, [&](std::uint64_t, std::span<const std::byte> bytes) { zip.write(bytes); });
        });
    }
    zip.close();
}

std::uint64_t numpyArchiveBytes(const ArrayContents& contents)
{
    std::vector<std::pair<std::string, std::uint64_t>> records { { array_layout::descriptionName,
        contents.description().size() } };
    for (const auto& tensor : contents.tensors) {
        records.emplace_back(recordName(tensor), recordBytes(tensor));
    }
    return ZipWriter::fileBytes(records);
}

void checkNumpyArchive(const ArrayContents& contents, const std::filesystem::path& path, const JobContext& ctx)
{
    const ZipArchive archive(path);
    if (archive.names().size() != contents.tensors.size() + 1) {
        throw Error(ErrorKind::Verification,
            Text(BW_TR_NOOP("core", "the written file, read back, holds another number of tensors")));
    }
    if (!archive.has(array_layout::descriptionName)
        || archive.readText(array_layout::descriptionName, mostDescriptionBytes) != contents.description()) {
        throw Error(ErrorKind::Verification, BW_TR_NOOP("core", "%1 reads back differently than it was written"),
            array_layout::descriptionName);
    }
    for (std::size_t i = 0; i < contents.tensors.size(); ++i) {
        const auto& tensor = contents.tensors[i];
        ctx.report(
            Text(BW_TR_NOOP("core", "Reading back")), i, contents.tensors.size(), Text(BW_TR_NOOP("core", "tensors")));
        withContext(arrayPlace(tensor.name), [&] {
            if (!archive.has(recordName(tensor))) {
                throw Error(ErrorKind::Verification, Text(BW_TR_NOOP("core", "it is missing in the written file")));
            }
            auto content = archive.content(recordName(tensor), ctx);
            compareContent(tensor, readNumpy(content.bytes, std::move(content.owner), ctx), ctx);
        });
    }
}

} // namespace bw
