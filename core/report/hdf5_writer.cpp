#include "core/report/hdf5_writer.h"

#include "core/base/atomic_file.h"
#include "core/base/content_hash.h"
#include "core/base/mapped_file.h"
#include "core/report/hdf5_output.h"
#include "core/report/hdf5_reader.h"

#include <algorithm>
#include <cstring>

namespace bw::hdf5 {

namespace {
constexpr auto failKind = ErrorKind::Io;
constexpr std::size_t chunkBytes = std::size_t { 1 } << 18;
constexpr unsigned deflateLevel = 4;
constexpr std::size_t writePiece = std::size_t { 4 } << 20;

Handle utf8Names()
{
    Handle list = owned(H5Pcreate(H5P_LINK_CREATE), H5Pclose, failKind, "preparing a name");
    H5Pset_char_encoding(list.get(), H5T_CSET_UTF8);
    return list;
}

/// A text of any length: its bytes live outside the attribute, which may hold only 64 kB.
Handle longTextType()
{
    Handle type = textType(1);
    H5Tset_size(type.get(), H5T_VARIABLE);
    H5Tset_strpad(type.get(), H5T_STR_NULLTERM);
    return type;
}

void writeAttribute(hid_t object, const char* name, hid_t fileType, hid_t memoryType, hid_t space, const void* value)
{
    const Handle attribute = owned(H5Acreate2(object, name, fileType, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
        failKind, std::string("making the attribute ") + name);
    checked(H5Awrite(attribute.get(), memoryType, value), failKind, std::string("writing the attribute ") + name);
}

Handle scalarSpace()
{
    return owned(H5Screate(H5S_SCALAR), H5Sclose, failKind, "making a data space");
}

Handle listSpace(std::size_t count)
{
    const hsize_t size = count;
    // An empty dataset can only be chunked if it may grow.
    const hsize_t largest = count == 0 ? H5S_UNLIMITED : count;
    return owned(H5Screate_simple(1, &size, &largest), H5Sclose, failKind, "making a data space");
}

Handle chunkedStorage(std::size_t count, std::size_t valueSize)
{
    Handle list = owned(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, failKind, "preparing a dataset");
    const hsize_t chunk = std::max<std::size_t>(1, std::min(count, chunkBytes / valueSize));
    H5Pset_chunk(list.get(), 1, &chunk);
    H5Pset_shuffle(list.get());
    H5Pset_deflate(list.get(), deflateLevel);
    H5Pset_fletcher32(list.get());
    H5Pset_obj_track_times(list.get(), false);
    return list;
}

std::size_t longest(std::span<const std::string> texts)
{
    std::size_t size = 1;
    for (const auto& text : texts) {
        size = std::max(size, text.size());
    }
    return size;
}

std::size_t columnSize(const Column& column)
{
    const auto* texts = std::get_if<std::vector<std::string>>(&column.values);
    return texts != nullptr ? longest(*texts) : 8;
}

std::size_t rowCount(const Column& column)
{
    return std::visit([](const auto& values) { return values.size(); }, column.values);
}

void putColumn(const Column& column, std::span<std::byte> rows, std::size_t rowSize, std::size_t offset)
{
    std::visit(
        [&](const auto& values) {
            for (std::size_t row = 0; row < values.size(); ++row) {
                std::byte* at = rows.data() + row * rowSize + offset;
                if constexpr (std::is_same_v<std::decay_t<decltype(values[row])>, std::string>) {
                    std::memcpy(at, values[row].data(), values[row].size());
                } else {
                    std::memcpy(at, &values[row], sizeof(values[row]));
                }
            }
        },
        column.values);
}

/// The type of a column in the file; numbers are little-endian, which is also how rows are put together here.
Handle columnType(const Column& column)
{
    if (std::holds_alternative<std::vector<std::string>>(column.values)) {
        return textType(columnSize(column));
    }
    const bool isReal = std::holds_alternative<std::vector<double>>(column.values);
    return owned(H5Tcopy(isReal ? H5T_IEEE_F64LE : H5T_STD_U64LE), H5Tclose, failKind, "making a column type");
}
} // namespace

Writer::Writer()
{
    beQuiet();
    const Handle access = owned(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, failKind, "preparing a file");
    H5Pset_fapl_core(access.get(), std::size_t { 1 } << 20, false);
    // Object headers of this version carry check sums; HDF5 1.8 and newer read them.
    H5Pset_libver_bounds(access.get(), H5F_LIBVER_V18, H5F_LIBVER_LATEST);
    const Handle creation = owned(H5Pcreate(H5P_FILE_CREATE), H5Pclose, failKind, "preparing a file");
    H5Pset_obj_track_times(creation.get(), false);
    m_file = owned(
        H5Fcreate("in memory", H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose, failKind, "making a file");
}

Writer::Writer(const std::filesystem::path& path)
{
    beQuiet();
    const Handle access = owned(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, failKind, "preparing a file");
    H5Pset_libver_bounds(access.get(), H5F_LIBVER_V18, H5F_LIBVER_LATEST);
    const Handle creation = owned(H5Pcreate(H5P_FILE_CREATE), H5Pclose, failKind, "preparing a file");
    H5Pset_obj_track_times(creation.get(), false);
    m_file = createOutput(path, creation.get(), access.get());
}

void Writer::close()
{
    checked(H5Fflush(m_file.get(), H5F_SCOPE_GLOBAL), failKind, "flushing");
    requireWritten(m_file.get());
    m_file = Handle();
}

Handle Writer::group(hid_t parent, const std::string& name) const
{
    const Handle names = utf8Names();
    const Handle list = owned(H5Pcreate(H5P_GROUP_CREATE), H5Pclose, failKind, "preparing a group");
    H5Pset_obj_track_times(list.get(), false);
    return owned(H5Gcreate2(parent, name.c_str(), names.get(), list.get(), H5P_DEFAULT), H5Gclose, failKind,
        "making the group " + printable(name));
}

void Writer::attribute(hid_t object, const char* name, std::string_view text) const
{
    const Handle type = longTextType();
    // A variable-length text ends at its first zero byte.
    const std::string whole(text.substr(0, text.find('\0')));
    const char* pointer = whole.c_str();
    writeAttribute(object, name, type.get(), type.get(), scalarSpace().get(), &pointer);
}

void Writer::attribute(hid_t object, const char* name, double value) const
{
    writeAttribute(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, scalarSpace().get(), &value);
}

void Writer::attribute(hid_t object, const char* name, std::uint64_t value) const
{
    writeAttribute(object, name, H5T_STD_U64LE, H5T_NATIVE_UINT64, scalarSpace().get(), &value);
}

void Writer::attribute(hid_t object, const char* name, std::span<const std::string> texts) const
{
    const Handle type = longTextType();
    std::vector<const char*> pointers;
    for (const auto& text : texts) {
        pointers.push_back(text.c_str());
    }
    const hsize_t count = texts.size();
    const Handle space = owned(H5Screate_simple(1, &count, nullptr), H5Sclose, failKind, "making a data space");
    writeAttribute(object, name, type.get(), type.get(), space.get(), pointers.data());
}

void Writer::write(hid_t parent, const char* name, hid_t fileType, hid_t memoryType, const void* values,
    std::size_t count, std::size_t valueSize, std::string_view unit) const
{
    const Handle space = listSpace(count);
    const Handle storage = chunkedStorage(count, valueSize);
    const Handle names = utf8Names();
    const Handle dataset
        = owned(H5Dcreate2(parent, name, fileType, space.get(), names.get(), storage.get(), H5P_DEFAULT), H5Dclose,
            failKind, std::string("making the dataset ") + name);
    if (count > 0) {
        checked(H5Dwrite(dataset.get(), memoryType, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), failKind,
            std::string("writing the dataset ") + name);
    }
    if (!unit.empty()) {
        attribute(dataset.get(), "unit", unit);
    }
}

void Writer::dataset(hid_t parent, const char* name, std::span<const double> values, std::string_view unit) const
{
    write(parent, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, values.data(), values.size(), sizeof(double), unit);
}

void Writer::dataset(hid_t parent, const char* name, std::span<const float> values, std::string_view unit) const
{
    write(parent, name, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, values.data(), values.size(), sizeof(float), unit);
}

void Writer::dataset(hid_t parent, const char* name, std::span<const std::uint64_t> values, std::string_view unit) const
{
    write(parent, name, H5T_STD_U64LE, H5T_NATIVE_UINT64, values.data(), values.size(), sizeof(std::uint64_t), unit);
}

void Writer::dataset(hid_t parent, const char* name, std::span<const std::string> values) const
{
    const std::size_t size = longest(values);
    std::string padded;
    for (const auto& value : values) {
        padded += value;
        padded.append(size - value.size(), '\0');
    }
    const Handle type = textType(size);
    write(parent, name, type.get(), type.get(), padded.data(), values.size(), size, {});
}

void Writer::table(hid_t parent, const char* name, const std::vector<Column>& columns) const
{
    std::size_t rowSize = 0;
    for (const auto& column : columns) {
        rowSize += columnSize(column);
    }
    const std::size_t rows = rowCount(columns.front());
    std::vector<std::byte> bytes(rows * rowSize);
    const Handle type = owned(H5Tcreate(H5T_COMPOUND, rowSize), H5Tclose, failKind, "making a table type");
    std::vector<std::string> units;
    std::size_t offset = 0;
    for (const auto& column : columns) {
        checked(H5Tinsert(type.get(), column.name.c_str(), offset, columnType(column).get()), failKind,
            "adding the column " + column.name);
        putColumn(column, bytes, rowSize, offset);
        offset += columnSize(column);
        units.push_back(column.unit);
    }
    write(parent, name, type.get(), type.get(), bytes.data(), rows, rowSize, {});
    const Handle dataset = owned(H5Dopen2(parent, name, H5P_DEFAULT), H5Dclose, failKind, "opening a table");
    attribute(dataset.get(), "unit", units);
}

std::vector<std::byte> Writer::image()
{
    checked(H5Fflush(m_file.get(), H5F_SCOPE_GLOBAL), failKind, "flushing");
    const auto size = checked(H5Fget_file_image(m_file.get(), nullptr, 0), failKind, "measuring the file");
    std::vector<std::byte> bytes(static_cast<std::size_t>(size));
    void** memory = nullptr;
    checked(
        H5Fget_vfd_handle(m_file.get(), H5P_DEFAULT, reinterpret_cast<void**>(&memory)), failKind, "copying the file");
    std::memcpy(bytes.data(), *memory, bytes.size());
    m_file = Handle();
    return bytes;
}

std::string hashTrailer(std::span<const std::byte> image)
{
    return "\nbitwright sha256 " + sha256(image) + "\n";
}

void Writer::commit(const std::filesystem::path& target, const JobContext& ctx)
{
    const auto bytes = image();
    const auto trailer = hashTrailer(bytes);
    AtomicFile file(target);
    for (std::size_t at = 0; at < bytes.size(); at += writePiece) {
        ctx.checkpoint();
        file.write(std::span(bytes).subspan(at, std::min(writePiece, bytes.size() - at)));
    }
    file.write(std::as_bytes(std::span(trailer)));
    file.commit([&] {
        const auto written = MappedFile::open(file.temporaryPath());
        const auto found = written->bytes();
        if (found.size() != bytes.size() + trailer.size() || !std::equal(bytes.begin(), bytes.end(), found.begin())) {
            throw Error(ErrorKind::Verification,
                Text(BW_TR_NOOP("core", "the written file reads back differently than it was written")));
        }
        Reader(file.temporaryPath()).readEverything(ctx);
        ctx.checkpoint();
    });
}

} // namespace bw::hdf5
