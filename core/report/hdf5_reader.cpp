#include "core/report/hdf5_reader.h"

#include "core/base/mapped_file.h"
#include "core/model/file_reader.h"
#include "core/report/hdf5_writer.h"

#include <algorithm>
#include <cstring>

namespace bw::hdf5 {

namespace {
constexpr auto failKind = ErrorKind::BadFile;
constexpr std::uint64_t maxDatasetBytes = std::uint64_t { 1 }
    << 31; // compressed zeros are small in the file and large in memory
constexpr std::size_t maxObjects = 5'000'000;
constexpr int maxDepth = 16;
constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";

[[noreturn]] void refuse(const char* sentence, const std::string& name)
{
    throw Error(ErrorKind::BadFile, sentence, printable(name));
}

/// Compares the hash line at the end, if there is one.
bool checkHash(const std::filesystem::path& path)
{
    const auto file = MappedFile::open(path);
    const auto bytes = file->bytes();
    if (bytes.size() < hashTrailerSize) {
        return false;
    }
    const auto image = bytes.first(bytes.size() - hashTrailerSize);
    const auto last = bytes.last(hashTrailerSize);
    const std::string found(reinterpret_cast<const char*>(last.data()), last.size());
    if (!found.starts_with("\nbitwright sha256 ")) {
        return false;
    }
    if (found != hashTrailer(image)) {
        throw Error(ErrorKind::BadFile,
            Text(BW_TR_NOOP("core", "the file is damaged: its content does not have the hash it states")));
    }
    return true;
}

void checkStorage(hid_t dataset, const std::string& name)
{
    const Handle list
        = owned(H5Dget_create_plist(dataset), H5Pclose, failKind, "reading how " + printable(name) + " is stored");
    const auto layout = H5Pget_layout(list.get());
    if ((layout != H5D_CHUNKED && layout != H5D_CONTIGUOUS && layout != H5D_COMPACT)
        || H5Pget_external_count(list.get()) != 0) {
        refuse(BW_TR_NOOP("core", "the dataset \"%1\" keeps its values in other files, which is refused"), name);
    }
    const int filters = H5Pget_nfilters(list.get());
    for (int i = 0; i < filters; ++i) {
        unsigned flags = 0;
        std::size_t values = 0;
        const auto filter
            = H5Pget_filter2(list.get(), static_cast<unsigned>(i), &flags, &values, nullptr, 0, nullptr, nullptr);
        if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_FLETCHER32) {
            refuse(BW_TR_NOOP("core", "the dataset \"%1\" is packed in a way this program does not read"), name);
        }
    }
    const Handle space = owned(H5Dget_space(dataset), H5Sclose, failKind, "reading the size of " + printable(name));
    if (H5Sget_simple_extent_ndims(space.get()) > 1) {
        refuse(BW_TR_NOOP("core", "the dataset \"%1\" has more than one dimension"), name);
    }
}

struct Link
{
    std::string name;
    H5L_type_t type = H5L_TYPE_ERROR;
};

/// The links of a group. Called by C code, which no exception may cross.
herr_t takeLink(hid_t, const char* name, const H5L_info_t* info, void* links) noexcept
{
    try {
        static_cast<std::vector<Link>*>(links)->push_back({ name, info->type });
        return 0;
    } catch (...) {
        return -1;
    }
}

std::vector<Link> linksOf(hid_t group, const std::string& path)
{
    std::vector<Link> links;
    checked(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, takeLink, &links), failKind,
        "reading the contents of " + printable(path));
    return links;
}

/// Walks all groups; HDF5's own walk recurses as deep as the file says.
class Visitor
{
public:
    void visit(hid_t group, const std::string& path, int depth)
    {
        if (depth > maxDepth) {
            refuse(BW_TR_NOOP("core", "the groups in the file are nested too deeply, in \"%1\""), path);
        }
        for (const auto& link : linksOf(group, path)) {
            visitLink(group, link, path + "/" + link.name, depth);
        }
    }
    std::vector<std::string> datasets;

private:
    void visitLink(hid_t group, const Link& link, const std::string& path, int depth)
    {
        if (link.type != H5L_TYPE_HARD) {
            refuse(BW_TR_NOOP("core", "\"%1\" is a link to somewhere else, which is refused"), path);
        }
        if (++m_objects > maxObjects) {
            refuse(BW_TR_NOOP("core", "the file has too many objects, up to \"%1\""), path);
        }
        const Handle object
            = owned(H5Oopen(group, link.name.c_str(), H5P_DEFAULT), H5Oclose, failKind, "opening " + printable(path));
        const auto type = H5Iget_type(object.get());
        if (type == H5I_GROUP) {
            visit(object.get(), path, depth + 1);
        } else if (type == H5I_DATASET) {
            checkStorage(object.get(), path);
            datasets.push_back(path);
        } else {
            refuse(BW_TR_NOOP("core", "\"%1\" is neither a group nor a dataset"), path);
        }
    }

    std::size_t m_objects = 0;
};

std::vector<std::string> checkedDatasets(hid_t file)
{
    const Handle root = owned(H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose, failKind, "opening the root group");
    Visitor visitor;
    visitor.visit(root.get(), {}, 0);
    return std::move(visitor.datasets);
}

struct OpenDataset
{
    Handle id;
    std::size_t count = 0;
};

OpenDataset openDataset(hid_t file, const std::string& path)
{
    OpenDataset dataset {
        owned(H5Dopen2(file, path.c_str(), H5P_DEFAULT), H5Dclose, failKind, "opening " + printable(path)), 0
    };
    const Handle space
        = owned(H5Dget_space(dataset.id.get()), H5Sclose, failKind, "reading the size of " + printable(path));
    const auto points = H5Sget_simple_extent_npoints(space.get());
    const Handle type
        = owned(H5Dget_type(dataset.id.get()), H5Tclose, failKind, "reading the type of " + printable(path));
    const auto size = H5Tget_size(type.get());
    if (points < 0 || size == 0 || static_cast<std::uint64_t>(points) > maxDatasetBytes / size) {
        refuse(BW_TR_NOOP("core", "the dataset \"%1\" is too large"), path);
    }
    dataset.count = static_cast<std::size_t>(points);
    return dataset;
}

void readAll(const OpenDataset& dataset, hid_t memoryType, void* out, const std::string& path)
{
    if (dataset.count > 0) {
        checked(H5Dread(dataset.id.get(), memoryType, H5S_ALL, H5S_ALL, H5P_DEFAULT, out), failKind,
            "reading " + printable(path));
    }
}

void requireClass(hid_t type, H5T_class_t wanted, const std::string& path)
{
    const auto found = H5Tget_class(type);
    const bool isNumber = wanted == H5T_FLOAT && found == H5T_INTEGER;
    if (found != wanted && !isNumber) {
        refuse(BW_TR_NOOP("core", "\"%1\" holds values of another kind than expected"), path);
    }
}

/// A compound type of one member, which picks that column when reading.
Handle oneColumn(const char* column, hid_t type)
{
    Handle compound = owned(H5Tcreate(H5T_COMPOUND, H5Tget_size(type)), H5Tclose, failKind, "making a column type");
    checked(H5Tinsert(compound.get(), column, 0, type), failKind, "making a column type");
    return compound;
}

/// The stored type of a dataset, or of one column of it.
Handle storedType(const OpenDataset& dataset, const char* column, const std::string& path)
{
    Handle type = owned(H5Dget_type(dataset.id.get()), H5Tclose, failKind, "reading the type of " + printable(path));
    if (column == nullptr) {
        return type;
    }
    requireClass(type.get(), H5T_COMPOUND, path);
    const int member = H5Tget_member_index(type.get(), column);
    if (member < 0) {
        throw Error(
            ErrorKind::BadFile, BW_TR_NOOP("core", "the table \"%1\" has no column \"%2\""), printable(path), column);
    }
    return owned(H5Tget_member_type(type.get(), static_cast<unsigned>(member)), H5Tclose, failKind,
        "reading the type of " + printable(path));
}

template <class T>
std::vector<T> readNumbers(
    hid_t file, const std::string& path, const char* column, H5T_class_t wanted, hid_t memoryType)
{
    const auto dataset = openDataset(file, path);
    requireClass(storedType(dataset, column, path).get(), wanted, path);
    std::vector<T> values(dataset.count);
    if (column == nullptr) {
        readAll(dataset, memoryType, values.data(), path);
    } else {
        readAll(dataset, oneColumn(column, memoryType).get(), values.data(), path);
    }
    return values;
}

std::vector<std::string> readTexts(hid_t file, const std::string& path, const char* column)
{
    const auto dataset = openDataset(file, path);
    const Handle stored = storedType(dataset, column, path);
    requireClass(stored.get(), H5T_STRING, path);
    if (H5Tis_variable_str(stored.get()) != 0) {
        refuse(BW_TR_NOOP("core", "\"%1\" holds values of another kind than expected"), path);
    }
    const std::size_t size = H5Tget_size(stored.get());
    std::string bytes(dataset.count * size, '\0');
    if (column == nullptr) {
        readAll(dataset, stored.get(), bytes.data(), path);
    } else {
        readAll(dataset, oneColumn(column, stored.get()).get(), bytes.data(), path);
    }
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < dataset.count; ++i) {
        auto text = bytes.substr(i * size, size);
        text.erase(text.find_last_not_of('\0') + 1);
        texts.push_back(std::move(text));
    }
    return texts;
}

Handle openAttribute(hid_t file, const std::string& path, const char* name, H5T_class_t wanted)
{
    if (H5Aexists_by_name(file, path.c_str(), name, H5P_DEFAULT) <= 0) {
        throw Error(
            ErrorKind::BadFile, BW_TR_NOOP("core", "the attribute \"%1\" of \"%2\" is missing"), name, printable(path));
    }
    Handle attribute = owned(H5Aopen_by_name(file, path.c_str(), name, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, failKind,
        std::string("reading the attribute ") + name);
    const Handle type
        = owned(H5Aget_type(attribute.get()), H5Tclose, failKind, std::string("reading the attribute ") + name);
    requireClass(type.get(), wanted, name);
    const Handle space
        = owned(H5Aget_space(attribute.get()), H5Sclose, failKind, std::string("reading the attribute ") + name);
    if (H5Sget_simple_extent_npoints(space.get()) != 1) {
        refuse(BW_TR_NOOP("core", "\"%1\" holds values of another kind than expected"), name);
    }
    return attribute;
}
} // namespace

bool looksLikeHdf5(const std::filesystem::path& path)
{
    return FileReader(path).head(signature.size()) == signature;
}

Reader::Reader(const std::filesystem::path& path)
{
    beQuiet();
    if (!looksLikeHdf5(path)) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "it is not an HDF5 file")));
    }
    m_hasHash = checkHash(path);
    const Handle access = owned(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, failKind, "preparing to read");
    H5Pset_file_locking(access.get(), false, true); // network file systems often have no locks
    m_file = owned(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose, failKind, "opening the file");
    m_datasets = checkedDatasets(m_file.get());
}

bool Reader::exists(const std::string& path) const
{
    return H5Lexists(m_file.get(), path.c_str(), H5P_DEFAULT) > 0;
}

std::vector<std::string> Reader::groupsIn(const std::string& path) const
{
    const Handle group
        = owned(H5Gopen2(m_file.get(), path.c_str(), H5P_DEFAULT), H5Gclose, failKind, "opening " + printable(path));
    std::vector<std::string> names;
    for (const auto& link : linksOf(group.get(), path)) {
        const Handle object = owned(H5Oopen(group.get(), link.name.c_str(), H5P_DEFAULT), H5Oclose, failKind,
            "opening " + printable(link.name));
        if (H5Iget_type(object.get()) == H5I_GROUP) {
            names.push_back(link.name);
        }
    }
    return names;
}

std::string Reader::textAttribute(const std::string& path, const char* name) const
{
    const Handle attribute = openAttribute(m_file.get(), path, name, H5T_STRING);
    const Handle type
        = owned(H5Aget_type(attribute.get()), H5Tclose, failKind, std::string("reading the attribute ") + name);
    if (H5Tis_variable_str(type.get()) > 0) {
        char* pointer = nullptr;
        checked(H5Aread(attribute.get(), type.get(), &pointer), failKind, std::string("reading the attribute ") + name);
        std::string text = pointer == nullptr ? "" : pointer;
        H5free_memory(pointer);
        return text;
    }
    std::string text(H5Tget_size(type.get()), '\0');
    checked(H5Aread(attribute.get(), type.get(), text.data()), failKind, std::string("reading the attribute ") + name);
    text.erase(text.find_last_not_of('\0') + 1);
    return text;
}

std::uint64_t Reader::wholeAttribute(const std::string& path, const char* name) const
{
    std::uint64_t value = 0;
    checked(H5Aread(openAttribute(m_file.get(), path, name, H5T_INTEGER).get(), H5T_NATIVE_UINT64, &value), failKind,
        std::string("reading the attribute ") + name);
    return value;
}

double Reader::realAttribute(const std::string& path, const char* name) const
{
    double value = 0;
    checked(H5Aread(openAttribute(m_file.get(), path, name, H5T_FLOAT).get(), H5T_NATIVE_DOUBLE, &value), failKind,
        std::string("reading the attribute ") + name);
    return value;
}

std::vector<double> Reader::reals(const std::string& path) const
{
    return readNumbers<double>(m_file.get(), path, nullptr, H5T_FLOAT, H5T_NATIVE_DOUBLE);
}

std::vector<std::uint64_t> Reader::wholes(const std::string& path) const
{
    return readNumbers<std::uint64_t>(m_file.get(), path, nullptr, H5T_INTEGER, H5T_NATIVE_UINT64);
}

std::vector<std::string> Reader::texts(const std::string& path) const
{
    return readTexts(m_file.get(), path, nullptr);
}

std::vector<double> Reader::realColumn(const std::string& path, const char* column) const
{
    return readNumbers<double>(m_file.get(), path, column, H5T_FLOAT, H5T_NATIVE_DOUBLE);
}

std::vector<std::uint64_t> Reader::wholeColumn(const std::string& path, const char* column) const
{
    return readNumbers<std::uint64_t>(m_file.get(), path, column, H5T_INTEGER, H5T_NATIVE_UINT64);
}

std::vector<std::string> Reader::textColumn(const std::string& path, const char* column) const
{
    return readTexts(m_file.get(), path, column);
}

std::size_t Reader::readEverything(const JobContext& ctx) const
{
    std::vector<std::byte> buffer;
    for (const auto& path : m_datasets) {
        ctx.checkpoint();
        const auto dataset = openDataset(m_file.get(), path);
        const Handle type = storedType(dataset, nullptr, path);
        if (H5Tdetect_class(type.get(), H5T_VLEN) != 0 || H5Tis_variable_str(type.get()) > 0) {
            refuse(BW_TR_NOOP("core", "\"%1\" holds values of another kind than expected"), path);
        }
        buffer.resize(dataset.count * H5Tget_size(type.get()));
        readAll(dataset, type.get(), buffer.data(), path);
    }
    return m_datasets.size();
}

} // namespace bw::hdf5
