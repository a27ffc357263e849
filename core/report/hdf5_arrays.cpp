#include "core/report/hdf5_arrays.h"

#include "core/base/content_hash.h"
#include "core/base/mapped_file.h"
#include "core/model/file_reader.h"
#include "core/report/hdf5_writer.h"

#include <algorithm>
#include <fstream>
#include <vector>

namespace bw::hdf5 {

namespace {
constexpr auto failKind = ErrorKind::Io;
constexpr std::uint64_t chunkBytes = std::uint64_t { 1 } << 20;
constexpr std::uint64_t smallBytes = std::uint64_t { 1 } << 16; // the index of chunks takes 2 kB

Handle copied(hid_t type)
{
    return owned(H5Tcopy(type), H5Tclose, failKind, "making a type");
}

/// As NumPy has it, which h5py knows.
Handle halfType()
{
    Handle type = copied(H5T_IEEE_F32LE);
    H5Tset_fields(type.get(), 15, 10, 5, 0, 10);
    H5Tset_size(type.get(), 2);
    H5Tset_ebias(type.get(), 15);
    return type;
}

/// h5py's.
Handle boolType()
{
    Handle type = owned(H5Tenum_create(H5T_STD_I8LE), H5Tclose, failKind, "making a type");
    for (const auto& [name, value] : { std::pair<const char*, signed char> { "FALSE", 0 }, { "TRUE", 1 } }) {
        checked(H5Tenum_insert(type.get(), name, &value), failKind, "making a type");
    }
    return type;
}

Handle typeOf(DType dtype)
{
    switch (dtype) {
    case DType::Bool:
        return boolType();
    case DType::U8:
        return copied(H5T_STD_U8LE);
    case DType::I8:
        return copied(H5T_STD_I8LE);
    case DType::U16:
        return copied(H5T_STD_U16LE);
    case DType::I16:
        return copied(H5T_STD_I16LE);
    case DType::U32:
        return copied(H5T_STD_U32LE);
    case DType::I32:
        return copied(H5T_STD_I32LE);
    case DType::U64:
        return copied(H5T_STD_U64LE);
    case DType::I64:
        return copied(H5T_STD_I64LE);
    case DType::F16:
        return halfType();
    case DType::F32:
        return copied(H5T_IEEE_F32LE);
    case DType::F64:
        return copied(H5T_IEEE_F64LE);
    default:
        throw Error(ErrorKind::Unsupported, BW_TR_NOOP("core", "values cannot be written as %1"), info(dtype).name);
    }
}

/// Whole rows where they fit, else parts of one.
std::vector<hsize_t> chunkOf(const Shape& shape, std::size_t valueSize)
{
    std::vector<hsize_t> chunk;
    for (const auto size : shape) {
        chunk.push_back(static_cast<hsize_t>(std::max<std::int64_t>(1, size)));
    }
    const auto bytes = [&] {
        std::uint64_t product = valueSize;
        for (const auto size : chunk) {
            product *= size;
        }
        return product;
    };
    for (auto& size : chunk) {
        const std::uint64_t others = bytes() / size;
        size = std::clamp<std::uint64_t>(chunkBytes / std::max<std::uint64_t>(1, others), 1, size);
    }
    return chunk;
}

/// Writes a dataset row by row of its chunks, from pieces of any length.
class BandWriter
{
public:
    BandWriter(hid_t dataset, hid_t type, const Shape& shape, std::uint64_t rowsPerBand, std::size_t valueSize)
        : m_dataset(dataset)
        , m_type(type)
        , m_sizes(shape.begin(), shape.end())
        , m_rowsPerBand(rowsPerBand)
        , m_rowBytes(valueSize)
    {
        for (std::size_t i = 1; i < m_sizes.size(); ++i) {
            m_rowBytes *= m_sizes[i];
        }
    }

    void take(std::span<const std::byte> bytes)
    {
        const std::size_t full = static_cast<std::size_t>(m_rowsPerBand) * m_rowBytes;
        while (!bytes.empty()) {
            const std::size_t count = std::min(bytes.size(), full - m_band.size());
            m_band.insert(m_band.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
            bytes = bytes.subspan(count);
            if (m_band.size() == full) {
                flush();
            }
        }
    }

    void flush()
    {
        if (m_band.empty()) {
            return;
        }
        std::vector<hsize_t> start(m_sizes.size(), 0);
        std::vector<hsize_t> count = m_sizes;
        start.front() = m_row;
        count.front() = m_band.size() / m_rowBytes;
        const auto rank = static_cast<int>(m_sizes.size());
        const Handle memory
            = owned(H5Screate_simple(rank, count.data(), nullptr), H5Sclose, failKind, "making a data space");
        const Handle file = owned(H5Dget_space(m_dataset), H5Sclose, failKind, "making a data space");
        checked(H5Sselect_hyperslab(file.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr), failKind,
            "choosing a part of a dataset");
        checked(H5Dwrite(m_dataset, m_type, memory.get(), file.get(), H5P_DEFAULT, m_band.data()), failKind,
            "writing a dataset");
        m_row += count.front();
        m_band.clear();
    }

private:
    hid_t m_dataset;
    hid_t m_type;
    std::vector<hsize_t> m_sizes;
    std::uint64_t m_rowsPerBand;
    std::size_t m_rowBytes;
    hsize_t m_row = 0;
    std::vector<std::byte> m_band;
};

Handle createdDataset(
    hid_t file, const std::string& path, hid_t type, const Shape& shape, const std::vector<hsize_t>& chunk)
{
    const Handle list = owned(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, failKind, "preparing a dataset");
    H5Pset_obj_track_times(list.get(), false);
    H5Pset_fill_time(list.get(), H5D_FILL_TIME_NEVER);
    if (!chunk.empty()) {
        H5Pset_chunk(list.get(), static_cast<int>(chunk.size()), chunk.data());
        H5Pset_fletcher32(list.get());
    }
    const Handle names = owned(H5Pcreate(H5P_LINK_CREATE), H5Pclose, failKind, "preparing a name");
    H5Pset_char_encoding(names.get(), H5T_CSET_UTF8);
    const std::vector<hsize_t> sizes(shape.begin(), shape.end());
    const Handle space = owned(
        sizes.empty() ? H5Screate(H5S_SCALAR) : H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr),
        H5Sclose, failKind, "making a data space");
    return owned(H5Dcreate2(file, path.c_str(), type, space.get(), names.get(), list.get(), H5P_DEFAULT), H5Dclose,
        failKind, "making the dataset " + printable(path));
}

/// The file without the hash line at its end; nothing if that is missing or wrong.
bool hasRightTrailer(const std::filesystem::path& path)
{
    const auto file = MappedFile::open(path);
    const auto bytes = file->bytes();
    if (bytes.size() < hashTrailerSize) {
        return false;
    }
    const auto last = bytes.last(hashTrailerSize);
    const std::string_view found(reinterpret_cast<const char*>(last.data()), last.size());
    return found.starts_with("\nbitwright sha256 ")
        && found == hashTrailer(bytes.first(bytes.size() - hashTrailerSize));
}
} // namespace

ArrayFile::ArrayFile(const std::filesystem::path& path)
    : m_path(path)
    , m_writer(std::make_unique<Writer>(path))
{
}

ArrayFile::~ArrayFile() = default;

void ArrayFile::makeGroups(const std::string& path)
{
    for (auto slash = path.find('/');; slash = path.find('/', slash + 1)) {
        const std::string group = path.substr(0, slash);
        if (!group.empty() && m_groups.insert(group).second) {
            const Handle made = m_writer->group(m_writer->root(), group);
        }
        if (slash == std::string::npos) {
            break;
        }
    }
}

void ArrayFile::array(const std::string& path, DType dtype, const Shape& shape, std::string_view unit,
    const std::function<void(const Use&)>& pieces)
{
    if (const auto slash = path.rfind('/'); slash != std::string::npos) {
        makeGroups(path.substr(0, slash));
    }
    const Handle type = typeOf(dtype);
    const std::size_t size = info(dtype).size;
    const auto chunk = chunkOf(shape, size);
    const bool isSmall = elementCount(shape) * size <= smallBytes;
    const Handle dataset
        = createdDataset(m_writer->root(), path, type.get(), shape, isSmall ? std::vector<hsize_t>() : chunk);
    m_groups.insert(path);
    if (shape.empty()) {
        pieces([&](std::span<const std::byte> bytes) {
            checked(H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()), failKind,
                "writing a dataset");
        });
    } else {
        BandWriter band(dataset.get(), type.get(), shape, chunk.front(), size);
        pieces([&](std::span<const std::byte> bytes) { band.take(bytes); });
        band.flush();
    }
    if (!unit.empty()) {
        m_writer->attribute(dataset.get(), "unit", unit);
    }
}

namespace {
Handle openedObject(const Writer& writer, const std::string& path)
{
    return owned(H5Oopen(writer.root(), path.empty() ? "/" : path.c_str(), H5P_DEFAULT), H5Oclose, failKind,
        "opening " + printable(path));
}

void writeWholes(hid_t object, const char* name, const Handle& space, const std::int64_t* values)
{
    const Handle attribute = owned(H5Acreate2(object, name, H5T_STD_I64LE, space.get(), H5P_DEFAULT, H5P_DEFAULT),
        H5Aclose, failKind, std::string("making the attribute ") + name);
    checked(
        H5Awrite(attribute.get(), H5T_NATIVE_INT64, values), failKind, std::string("writing the attribute ") + name);
}
} // namespace

void ArrayFile::attribute(const std::string& path, const char* name, std::string_view text)
{
    makeGroups(path);
    m_writer->attribute(openedObject(*m_writer, path).get(), name, text);
}

void ArrayFile::attribute(const std::string& path, const char* name, double value)
{
    makeGroups(path);
    m_writer->attribute(openedObject(*m_writer, path).get(), name, value);
}

void ArrayFile::wholeAttribute(const std::string& path, const char* name, std::int64_t value)
{
    makeGroups(path);
    const Handle space = owned(H5Screate(H5S_SCALAR), H5Sclose, failKind, "making a data space");
    writeWholes(openedObject(*m_writer, path).get(), name, space, &value);
}

void ArrayFile::wholeAttribute(const std::string& path, const char* name, const Shape& values)
{
    makeGroups(path);
    const hsize_t count = values.size();
    const Handle space = owned(H5Screate_simple(1, &count, nullptr), H5Sclose, failKind, "making a data space");
    writeWholes(openedObject(*m_writer, path).get(), name, space, values.data());
}

void ArrayFile::close()
{
    m_writer->close();
    m_writer.reset();
    std::string trailer;
    {
        const auto file = MappedFile::open(m_path);
        trailer = hashTrailer(file->bytes());
    }
    std::ofstream end(m_path, std::ios::binary | std::ios::app);
    end << trailer;
    end.close();
    if (!end) {
        throw Error(
            failKind, Text(BW_TR_NOOP("core", "the end of the file could not be written; the disk may be full")));
    }
}

std::string schemaOfOwnFile(const std::filesystem::path& path)
{
    if (!hasRightTrailer(path)) {
        return {};
    }
    beQuiet();
    const Handle access = owned(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, ErrorKind::BadFile, "preparing to read");
    H5Pset_file_locking(access.get(), false, true);
    const Handle file
        = owned(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose, ErrorKind::BadFile, "opening the file");
    if (H5Aexists(file.get(), "schema") <= 0) {
        return {};
    }
    const Handle attribute
        = owned(H5Aopen(file.get(), "schema", H5P_DEFAULT), H5Aclose, ErrorKind::BadFile, "reading the schema");
    const Handle type = owned(H5Aget_type(attribute.get()), H5Tclose, ErrorKind::BadFile, "reading the schema");
    if (H5Tis_variable_str(type.get()) <= 0) {
        return {};
    }
    char* pointer = nullptr;
    const bool isRead = H5Aread(attribute.get(), type.get(), &pointer) >= 0 && pointer != nullptr;
    std::string text = isRead ? pointer : "";
    H5free_memory(pointer);
    return text;
}

void requireHashTrailer(const std::filesystem::path& path)
{
    if (!hasRightTrailer(path)) {
        throw Error(ErrorKind::Verification,
            Text(BW_TR_NOOP("core", "the file is damaged: its content does not have the hash it states")));
    }
}

} // namespace bw::hdf5
