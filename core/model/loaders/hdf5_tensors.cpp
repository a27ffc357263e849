#include "core/model/loaders/hdf5_tensors.h"

#include "core/base/checked_math.h"
#include "core/base/error.h"
#include "core/base/mapped_file.h"
#include "core/model/file_reader.h"
#include "core/model/loaders/hdf5_isolated.h"
#include "core/model/loaders/hdf5_types.h"
#include "core/report/hdf5_handle.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

namespace bw {

namespace {

using hdf5::checked;
using hdf5::Handle;
using hdf5::owned;

constexpr auto failKind = ErrorKind::BadFile;
constexpr int deepest = 32;
constexpr std::size_t mostObjects = 1'000'000;
constexpr std::uint64_t mostChunkBytes = std::uint64_t { 256 } << 20;
constexpr std::size_t mostAttributeBytes = std::size_t { 16 } << 20;
constexpr std::size_t mostDescriptionBytes = std::size_t { 100 } << 20; ///< of a file with very many layers
constexpr std::size_t mostNameBytes = 4096;
// Packed or never written values: what they may unpack to in all, as in zip archives.
constexpr std::uint64_t smallFile = std::uint64_t { 1 } << 20;
constexpr std::uint64_t mostOfSmallFile = std::uint64_t { 12 } << 20;
constexpr std::uint64_t mostRatio = 100;
constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";

Error refusal(const char* sentence, const std::string& name)
{
    return Error(ErrorKind::Refused, sentence, printable(name));
}

std::uint64_t mostUnpackedOf(std::uint64_t fileBytes)
{
    return fileBytes <= smallFile ? mostOfSmallFile : checkedMul(fileBytes, mostRatio);
}

struct Link
{
    std::string name;
    H5L_type_t type = H5L_TYPE_ERROR;
};

struct LinkList
{
    std::vector<Link> links;
    std::size_t most = 0;
};

/// The links of a group. Called by C code, which no exception may cross.
herr_t takeLink(hid_t, const char* name, const H5L_info_t* info, void* list) noexcept
{
    try {
        auto& out = *static_cast<LinkList*>(list);
        out.links.push_back({ name, info->type });
        return out.links.size() > out.most ? -1 : 0;
    } catch (...) {
        return -1;
    }
}

std::optional<Handle> attribute(hid_t object, const char* name)
{
    if (H5Aexists(object, name) <= 0) {
        return std::nullopt;
    }
    Handle id(H5Aopen(object, name, H5P_DEFAULT), H5Aclose);
    return id.get() < 0 ? std::nullopt : std::optional<Handle>(std::move(id));
}

/// Texts of fixed length, as h5py writes them; empty if there is no such attribute or it is of another kind.
std::vector<std::string> fixedTexts(hid_t object, const char* name)
{
    const auto id = attribute(object, name);
    if (!id) {
        return {};
    }
    const Handle type(H5Aget_type(id->get()), H5Tclose);
    const Handle space(H5Aget_space(id->get()), H5Sclose);
    if (type.get() < 0 || space.get() < 0 || H5Tget_class(type.get()) != H5T_STRING
        || H5Tis_variable_str(type.get()) != 0) {
        return {};
    }
    const auto points = H5Sget_simple_extent_npoints(space.get());
    const std::size_t size = H5Tget_size(type.get());
    if (points < 0 || size == 0 || static_cast<std::size_t>(points) > mostAttributeBytes / size
        || H5Aget_storage_size(id->get()) != static_cast<std::size_t>(points) * size) {
        return {};
    }
    std::string bytes(static_cast<std::size_t>(points) * size, '\0');
    if (!bytes.empty() && H5Aread(id->get(), type.get(), bytes.data()) < 0) {
        return {};
    }
    std::vector<std::string> texts;
    for (std::size_t at = 0; at < bytes.size(); at += size) {
        const auto text = bytes.substr(at, size);
        texts.push_back(text.substr(0, text.find('\0')));
    }
    return texts;
}

/// One text, of fixed or variable length.
std::string oneText(hid_t object, const char* name, std::size_t most = mostNameBytes)
{
    auto fixed = fixedTexts(object, name);
    if (fixed.size() == 1) {
        return std::move(fixed.front());
    }
    const auto id = attribute(object, name);
    const Handle type(id ? H5Aget_type(id->get()) : -1, H5Tclose);
    const Handle space(id ? H5Aget_space(id->get()) : -1, H5Sclose);
    if (type.get() < 0 || space.get() < 0 || H5Tis_variable_str(type.get()) <= 0
        || H5Sget_simple_extent_npoints(space.get()) != 1) {
        return {};
    }
    char* pointer = nullptr;
    const bool isRead = H5Aread(id->get(), type.get(), &pointer) >= 0 && pointer != nullptr;
    std::string text = isRead ? pointer : "";
    H5free_memory(pointer);
    return text.size() > most ? std::string() : text;
}

void checkFilters(hid_t list)
{
    const int filters = H5Pget_nfilters(list);
    for (int i = 0; i < filters; ++i) {
        unsigned flags = 0;
        std::size_t values = 0;
        const auto filter
            = H5Pget_filter2(list, static_cast<unsigned>(i), &flags, &values, nullptr, 0, nullptr, nullptr);
        if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_FLETCHER32) {
            throw Error(ErrorKind::Unsupported,
                BW_TR_NOOP("core",
                    "it is packed with filter %1; only deflate, shuffle and Fletcher-32 are read, and plug-in "
                    "filters are never loaded"),
                toText(static_cast<int>(filter)));
        }
    }
}

void checkChunks(hid_t list, std::size_t elementBytes)
{
    std::array<hsize_t, H5S_MAX_RANK> sizes {};
    const int rank = H5Pget_chunk(list, H5S_MAX_RANK, sizes.data());
    std::uint64_t bytes = elementBytes;
    for (int i = 0; i < rank; ++i) {
        bytes = checkedMul(bytes, sizes.at(static_cast<std::size_t>(i)));
    }
    if (rank < 1 || bytes > mostChunkBytes) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "its chunks have %1; at most %2 are allowed"),
            sizeText(bytes), sizeText(mostChunkBytes));
    }
}

bool naturalLess(const std::string& a, const std::string& b)
{
    std::size_t i = 0;
    std::size_t k = 0;
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    const auto digits = [&](const std::string& text, std::size_t at) {
        std::size_t end = at;
        while (end < text.size() && isDigit(text[end])) {
            ++end;
        }
        return text.substr(at, end - at);
    };
    while (i < a.size() && k < b.size()) {
        if (isDigit(a[i]) && isDigit(b[k])) {
            const auto x = digits(a, i);
            const auto y = digits(b, k);
            if (x != y) {
                return x.size() != y.size() ? x.size() < y.size() : x < y;
            }
            i += x.size();
            k += y.size();
        } else if (a[i] != b[k]) {
            return a[i] == '/' || (b[k] != '/' && a[i] < b[k]); // "conv/…" before "conv_1/…"
        } else {
            ++i;
            ++k;
        }
    }
    return a.size() - i < b.size() - k;
}

class Walker
{
public:
    Walker(std::shared_ptr<const MappedFile> mapped, std::uint64_t fileBytes, const JobContext& ctx)
        : m_mapped(std::move(mapped))
        , m_mostUnpacked(mostUnpackedOf(fileBytes))
        , m_mostObjects(std::min<std::uint64_t>(mostObjects, 1000 + fileBytes / 64))
        , m_ctx(ctx)
    {
    }

    Hdf5Tensors walk(hid_t file)
    {
        const Handle root = owned(H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose, failKind, "opening the root group");
        m_out.schema = oneText(root.get(), "schema");
        m_out.description = oneText(root.get(), "description", mostDescriptionBytes);
        m_out.kerasVersion = oneText(root.get(), "keras_version");
        isFirstVisit(root.get());
        visit(root.get(), {}, 0);
        if (!m_leftOut.empty()) {
            m_out.warnings.push_back(
                Text(BW_TR_NOOP("core", "Datasets that do not hold plain numbers are left out: %1 (the first: %2)."),
                    { toText(m_leftOut.size()), printable(m_leftOut.front()) }));
        }
        if (m_softLinks > 0) {
            m_out.warnings.push_back(Text(BW_TR_NOOP("core", "Soft links are left out: %1."), { toText(m_softLinks) }));
        }
        std::sort(m_out.tensors.begin(), m_out.tensors.end(),
            [](const auto& a, const auto& b) { return naturalLess(a.path, b.path); });
        return std::move(m_out);
    }

private:
    void visit(hid_t group, const std::string& path, int depth)
    {
        if (depth > deepest) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core", "the groups in the file are nested too deeply, in \"%1\""), printable(path));
        }
        takeAttributes(group, path);
        LinkList list { {}, m_mostObjects };
        if (H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, takeLink, &list) < 0) {
            hdf5::fail(failKind, "reading the contents of \"" + printable(path) + "\"");
        }
        for (const auto& link : list.links) {
            m_ctx.checkpoint();
            visitLink(group, link, path.empty() ? link.name : path + "/" + link.name, depth);
        }
    }

    void takeAttributes(hid_t group, const std::string& path)
    {
        for (const char* name : { "layer_names", "weight_names" }) {
            if (auto texts = fixedTexts(group, name); !texts.empty()) {
                m_out.nameLists[{ path, name }] = std::move(texts);
            }
        }
        if (auto name = oneText(group, "name"); !name.empty()) {
            m_out.groupNames[path] = std::move(name);
        }
        if (path == "model_weights" && m_out.kerasVersion.empty()) {
            m_out.kerasVersion = oneText(group, "keras_version");
        }
    }

    void visitLink(hid_t group, const Link& link, const std::string& path, int depth)
    {
        if (path.size() > mostNameBytes || ++m_objects > m_mostObjects) {
            throw Error(
                ErrorKind::BadFile, BW_TR_NOOP("core", "the file has too many objects, up to \"%1\""), printable(path));
        }
        if (link.type == H5L_TYPE_SOFT) {
            ++m_softLinks;
            return;
        }
        if (link.type != H5L_TYPE_HARD) {
            throw refusal(BW_TR_NOOP("core", "\"%1\" is a link into another file, which is refused"), path);
        }
        const Handle object = owned(
            H5Oopen(group, link.name.c_str(), H5P_DEFAULT), H5Oclose, failKind, "opening \"" + printable(path) + "\"");
        const auto type = H5Iget_type(object.get());
        if (type == H5I_GROUP) {
            if (isFirstVisit(object.get())) {
                visit(object.get(), path, depth + 1);
            }
        } else if (type == H5I_DATASET) {
            withContext(
                Text(BW_TR_NOOP("core", "dataset %1"), { printable(path) }), [&] { visitDataset(object.get(), path); });
        }
    }

    bool isFirstVisit(hid_t object) { return m_visited.emplace(addressOf(object), 0).second; }

    static haddr_t addressOf(hid_t object)
    {
        H5O_info_t info {};
        checked(H5Oget_info2(object, &info, H5O_INFO_BASIC), failKind, "reading an object's address");
        return info.addr;
    }

    void visitDataset(hid_t dataset, const std::string& path)
    {
        const auto [known, isNew] = m_visited.emplace(addressOf(dataset), m_out.tensors.size());
        if (!isNew) {
            if (known->second < m_out.tensors.size()) {
                m_out.tensors[known->second].otherPaths.push_back(path);
            }
            return;
        }
        const Handle list = owned(H5Dget_create_plist(dataset), H5Pclose, failKind, "reading how it is stored");
        const auto layout = H5Pget_layout(list.get());
        if (layout == H5D_VIRTUAL) {
            throw refusal(
                BW_TR_NOOP("core", "\"%1\" is a virtual dataset, which takes its values from other files; refused"),
                path);
        }
        if (H5Pget_external_count(list.get()) != 0) {
            throw refusal(BW_TR_NOOP("core", "\"%1\" keeps its values in other files, which is refused"), path);
        }
        const Handle fileType = owned(H5Dget_type(dataset), H5Tclose, failKind, "reading its type");
        auto type = hdf5Type(fileType.get(), oneText(dataset, "dtype") == "bfloat16");
        if (!type) {
            m_leftOut.push_back(path);
            known->second = ~std::size_t { 0 };
            return;
        }
        checkFilters(list.get());
        if (layout == H5D_CHUNKED) {
            checkChunks(list.get(), info(type->dtype).size);
        }
        const auto shape = shapeOf(dataset);
        m_out.tensors.push_back({ path, read(dataset, *type, shape, layout), {} });
    }

    static Shape shapeOf(hid_t dataset)
    {
        const Handle space = owned(H5Dget_space(dataset), H5Sclose, failKind, "reading its shape");
        std::array<hsize_t, H5S_MAX_RANK> sizes {};
        const int rank = H5Sget_simple_extent_dims(space.get(), sizes.data(), nullptr);
        if (rank < 0 || H5Sget_simple_extent_type(space.get()) == H5S_NULL) {
            return { 0 };
        }
        Shape shape;
        for (int i = 0; i < rank; ++i) {
            const auto size = sizes.at(static_cast<std::size_t>(i));
            if (size > static_cast<hsize_t>(std::numeric_limits<std::int64_t>::max())) {
                throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "a size in the file is too large to be true")));
            }
            shape.push_back(static_cast<std::int64_t>(size));
        }
        return shape;
    }

    TensorView read(hid_t dataset, const Hdf5Type& type, const Shape& shape, H5D_layout_t layout)
    {
        const auto bytes = checkedMul(elementCount(shape), info(type.dtype).size);
        // H5Dget_offset() adds the user block to "nowhere" too, so whether there is storage is asked for first.
        const bool isInFile = layout == H5D_CONTIGUOUS && H5Dget_storage_size(dataset) == bytes && bytes > 0;
        const auto address = isInFile ? H5Dget_offset(dataset) : HADDR_UNDEF;
        if (type.isStoredSo && m_mapped != nullptr && address != HADDR_UNDEF) {
            const auto all = m_mapped->bytes();
            if (address > all.size() || bytes > all.size() - address) {
                throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "its values lie outside of the file")));
            }
            return { type.dtype, shape, all.subspan(static_cast<std::size_t>(address), static_cast<std::size_t>(bytes)),
                m_mapped };
        }
        if (bytes > m_mostUnpacked) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core", "it would unpack to %1, more than a file of this size may"), sizeText(bytes));
        }
        m_mostUnpacked -= bytes;
        std::vector<std::byte> values(static_cast<std::size_t>(bytes));
        if (bytes > 0) {
            m_ctx.checkpoint();
            checked(H5Dread(dataset, type.memory.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), failKind,
                "reading its values");
        }
        return makeTensor(type.dtype, shape, std::move(values));
    }

    std::shared_ptr<const MappedFile> m_mapped;
    std::uint64_t m_mostUnpacked;
    std::size_t m_mostObjects;
    JobContext m_ctx;
    std::size_t m_objects = 0;
    std::size_t m_softLinks = 0;
    std::vector<std::string> m_leftOut;
    std::map<haddr_t, std::size_t> m_visited; ///< address of an object → index of its tensor
    Hdf5Tensors m_out;
};

Handle accessList()
{
    Handle access = owned(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, failKind, "preparing to read");
    H5Pset_file_locking(access.get(), false, true); // network file systems often have no locks
    H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG);
    return access;
}

} // namespace

bool isHdf5(std::span<const std::byte> head)
{
    const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
    for (const std::size_t at : { 0U, 512U, 1024U, 2048U }) {
        if (text.size() > at && text.substr(at).starts_with(signature)) {
            return true;
        }
    }
    return false;
}

Hdf5Tensors readHdf5File(const std::filesystem::path& path, const JobContext& ctx)
{
    const FileReader reader(path);
    const auto mapped = MappedFile::open(path);
    // The very file that is open here: paths through /dev/fd or /proc mean something else in another process.
    const auto name = "/proc/self/fd/" + std::to_string(reader.descriptor());
    const auto read = [&] {
        const Handle file
            = owned(H5Fopen(name.c_str(), H5F_ACC_RDONLY, accessList().get()), H5Fclose, failKind, "opening the file");
        return Walker(mapped, mapped->bytes().size(), {}).walk(file.get());
    };
    auto out = readIsolated(read, mapped, reader.descriptor(), mostUnpackedOf(mapped->bytes().size()), ctx);
    if (FileReader(path).stamp() != reader.stamp() || mapped->bytes().size() != reader.size()) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the file was changed while it was opened")));
    }
    return out;
}

Hdf5Tensors readHdf5Image(std::span<const std::byte> image, std::uint64_t allowance, const JobContext& ctx)
{
    const auto read = [&] {
        const Handle access = accessList();
        checked(H5Pset_fapl_core(access.get(), std::size_t { 1 } << 16, false), failKind, "preparing to read");
        checked(H5Pset_file_image(access.get(), const_cast<std::byte*>(image.data()), image.size()), failKind,
            "preparing to read");
        const Handle file = owned(
            H5Fopen("bitwright-image", H5F_ACC_RDONLY, access.get()), H5Fclose, failKind, "opening the weights");
        return Walker(nullptr, allowance, {}).walk(file.get());
    };
    return readIsolated(read, nullptr, -1, mostUnpackedOf(allowance), ctx);
}

} // namespace bw
