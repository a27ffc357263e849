// 3-D Gaussian splats and other point clouds as .ply files (binary, little-endian): each property of the points is a
// tensor; properties that belong together (x y z; f_rest_0 …) are its columns.

#include "core/base/checked_math.h"
#include "core/base/mapped_file.h"
#include "core/model/file_reader.h"
#include "core/model/loader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <optional>

namespace bw {

extern const ModelLoader plyLoader;

namespace {
using namespace std::string_view_literals;

constexpr std::size_t longestHeader = 65536;
constexpr std::size_t mostProperties = 1000;
constexpr std::string_view pointElement = "vertex";

struct TypeName
{
    std::string_view name;
    DType dtype;
};
constexpr std::array typeNames { TypeName { "char", DType::I8 }, TypeName { "uchar", DType::U8 },
    TypeName { "short", DType::I16 }, TypeName { "ushort", DType::U16 }, TypeName { "int", DType::I32 },
    TypeName { "uint", DType::U32 }, TypeName { "float", DType::F32 }, TypeName { "double", DType::F64 },
    TypeName { "int8", DType::I8 }, TypeName { "uint8", DType::U8 }, TypeName { "int16", DType::I16 },
    TypeName { "uint16", DType::U16 }, TypeName { "int32", DType::I32 }, TypeName { "uint32", DType::U32 },
    TypeName { "float32", DType::F32 }, TypeName { "float64", DType::F64 } };

struct Property
{
    std::string name;
    DType dtype = DType::F32;
    std::size_t offset = 0; ///< in a row
};

struct Element
{
    std::string name;
    std::uint64_t count = 0;
    std::size_t rowBytes = 0;
    std::vector<Property> properties;
    bool hasList = false; ///< rows differ in length
    std::uint64_t begin = 0; ///< of its data in the file
};

struct Header
{
    std::vector<Element> elements;
    std::map<std::string, std::string> metadata;
    std::size_t bytes = 0;
};

[[noreturn]] void bad(const char* sentence)
{
    throw Error(ErrorKind::BadFile, Text(sentence));
}

std::vector<std::string_view> words(std::string_view line)
{
    std::vector<std::string_view> found;
    while (!line.empty()) {
        const auto begin = line.find_first_not_of(" \t");
        if (begin == std::string_view::npos) {
            break;
        }
        const auto end = std::min(line.find_first_of(" \t", begin), line.size());
        found.push_back(line.substr(begin, end - begin));
        line.remove_prefix(end);
    }
    return found;
}

class HeaderParser
{
public:
    explicit HeaderParser(std::string_view text)
        : m_text(text)
    {
    }

    Header parse() &&
    {
        if (nextLine() != "ply") {
            bad(BW_TR_NOOP("core", "it does not begin with the line \"ply\""));
        }
        bool hasEnd = false;
        while (!hasEnd) {
            const auto line = nextLine();
            hasEnd = line == "end_header";
            if (!hasEnd) {
                withContext(
                    Text(BW_TR_NOOP("core", "header line \"%1\""), { printable(line, 80) }), [&] { readLine(line); });
            }
        }
        if (!m_hasFormat) {
            bad(BW_TR_NOOP("core", "its header does not say in which format its values are"));
        }
        m_header.bytes = m_at;
        return std::move(m_header);
    }

private:
    std::string_view nextLine()
    {
        const auto end = m_text.find('\n', m_at);
        if (end == std::string_view::npos) {
            bad(m_text.size() == longestHeader
                    ? BW_TR_NOOP("core", "its header does not end within 65536 bytes")
                    : BW_TR_NOOP("core", "it ends in the middle of its header: it is truncated or damaged"));
        }
        auto line = m_text.substr(m_at, end - m_at);
        m_at = end + 1;
        return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
    }

    void readLine(std::string_view line)
    {
        const auto parts = words(line);
        if (parts.empty()) {
            bad(BW_TR_NOOP("core", "it is empty"));
        }
        if (parts[0] == "comment" || parts[0] == "obj_info") {
            auto& text = m_header.metadata[std::string(parts[0])];
            text += (text.empty() ? "" : "\n") + std::string(line.substr(std::min(line.size(), parts[0].size() + 1)));
        } else if (parts[0] == "format") {
            readFormat(parts);
        } else if (parts[0] == "element") {
            readElement(parts);
        } else if (parts[0] == "property") {
            readProperty(parts);
        } else {
            bad(BW_TR_NOOP("core", "it is of no kind that PLY files know"));
        }
    }

    void readFormat(const std::vector<std::string_view>& parts)
    {
        if (parts.size() != 3 || m_hasFormat) {
            bad(BW_TR_NOOP("core", "it does not say one format and its version"));
        }
        if (parts[1] == "ascii" || parts[1] == "binary_big_endian") {
            throw Error(ErrorKind::Unsupported,
                BW_TR_NOOP("core", "its values are in the format \"%1\"; this build reads binary_little_endian"),
                std::string(parts[1]));
        }
        if (parts[1] != "binary_little_endian" || parts[2] != "1.0") {
            bad(BW_TR_NOOP("core", "it says a format or version that PLY files do not have"));
        }
        m_hasFormat = true;
    }

    void readElement(const std::vector<std::string_view>& parts)
    {
        const auto count = parts.size() == 3 ? parseInt(parts[2]) : std::nullopt;
        if (!count || *count < 0) {
            bad(BW_TR_NOOP("core", "it does not name an element and how many there are"));
        }
        for (const auto& element : m_header.elements) {
            if (element.name == parts[1]) {
                bad(BW_TR_NOOP("core", "there is such an element already"));
            }
        }
        Element element;
        element.name = parts[1];
        element.count = static_cast<std::uint64_t>(*count);
        m_header.elements.push_back(std::move(element));
        countParts();
    }

    void countParts()
    {
        if (++m_parts > mostProperties) {
            bad(BW_TR_NOOP("core", "it has more than 1000 elements and properties"));
        }
    }

    static DType dtypeOf(std::string_view name)
    {
        const auto found
            = std::find_if(typeNames.begin(), typeNames.end(), [&](const TypeName& type) { return type.name == name; });
        if (found == typeNames.end()) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "there is no type \"%1\""), printable(name, 40));
        }
        return found->dtype;
    }

    void readProperty(const std::vector<std::string_view>& parts)
    {
        if (m_header.elements.empty()) {
            bad(BW_TR_NOOP("core", "a property stands before the first element"));
        }
        auto& element = m_header.elements.back();
        if (parts.size() == 5 && parts[1] == "list") {
            dtypeOf(parts[2]);
            dtypeOf(parts[3]);
            element.hasList = true;
            countParts();
            return;
        }
        if (parts.size() != 3) {
            bad(BW_TR_NOOP("core", "it does not say a type and a name"));
        }
        for (const auto& property : element.properties) {
            if (property.name == parts[2]) {
                bad(BW_TR_NOOP("core", "there is such a property already"));
            }
        }
        const DType dtype = dtypeOf(parts[1]);
        element.properties.push_back({ std::string(parts[2]), dtype, element.rowBytes });
        element.rowBytes += info(dtype).size;
        countParts();
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    bool m_hasFormat = false;
    std::size_t m_parts = 0;
    Header m_header;
};

/// Where each element's rows are. Elements after one whose rows differ in length cannot be found, and are dropped.
void place(Header& header, std::uint64_t fileBytes)
{
    std::uint64_t at = header.bytes;
    for (std::size_t i = 0; i < header.elements.size(); ++i) {
        auto& element = header.elements[i];
        if (element.hasList) {
            const bool hasPoints = std::any_of(header.elements.begin() + static_cast<std::ptrdiff_t>(i),
                header.elements.end(), [](const Element& later) { return later.name == pointElement; });
            if (hasPoints) {
                throw Error(ErrorKind::Unsupported,
                    Text(BW_TR_NOOP(
                        "core", "its points come with or after lists, whose length only reading them tells")));
            }
            header.elements.resize(i);
            return;
        }
        element.begin = at;
        at = checkedAdd(at, checkedMul(element.count, element.rowBytes));
        if (at > fileBytes) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core",
                    "its %1 rows of \"%2\" would reach beyond the end of the file, which is truncated or damaged"),
                toText(element.count), printable(element.name, 60));
        }
    }
    if (at != fileBytes) {
        throw Error(
            ErrorKind::BadFile, BW_TR_NOOP("core", "there are %1 bytes after its last value"), toText(fileBytes - at));
    }
}

/// Properties that are columns of one tensor.
struct Group
{
    std::string name;
    std::vector<const Property*> columns;
};

struct Triple
{
    const char* title;
    std::array<std::string_view, 3> names;
};
constexpr std::array triples { Triple { "position", { "x", "y", "z" } }, Triple { "normal", { "nx", "ny", "nz" } } };

/// "f_rest_12": the stem and 12.
std::optional<std::pair<std::string, std::size_t>> numbered(const std::string& name)
{
    const auto at = name.rfind('_');
    const auto number = at == std::string::npos ? std::nullopt : parseInt(name.substr(at + 1));
    if (!number || *number < 0 || *number >= static_cast<std::int64_t>(mostProperties) || at == 0
        || toText(*number) != name.substr(at + 1)) {
        return std::nullopt;
    }
    return std::pair(name.substr(0, at), static_cast<std::size_t>(*number));
}

class Grouping
{
public:
    explicit Grouping(const Element& element)
        : m_element(element)
    {
    }

    std::vector<Group> groups() &&
    {
        for (const auto& property : m_element.properties) {
            if (std::none_of(m_groups.begin(), m_groups.end(), [&](const Group& group) {
                    return std::find(group.columns.begin(), group.columns.end(), &property) != group.columns.end();
                })) {
                add(property);
            }
        }
        return std::move(m_groups);
    }

private:
    const Property* find(const std::string& name, DType dtype) const
    {
        const auto found = std::find_if(m_element.properties.begin(), m_element.properties.end(),
            [&](const Property& property) { return property.name == name && property.dtype == dtype; });
        return found == m_element.properties.end() ? nullptr : &*found;
    }

    void add(const Property& property)
    {
        std::vector<std::string> names { property.name };
        std::string title = property.name;
        const auto known = std::find_if(triples.begin(), triples.end(), [&](const Triple& triple) {
            return std::find(triple.names.begin(), triple.names.end(), property.name) != triple.names.end();
        });
        if (known != triples.end()) {
            names.assign(known->names.begin(), known->names.end());
            title = known->title;
        } else if (const auto number = numbered(property.name)) {
            title = number->first;
            names.clear();
            while (find(title + "_" + toText(names.size()), property.dtype) != nullptr) {
                names.push_back(title + "_" + toText(names.size()));
            }
        }
        Group group { title, {} };
        for (const auto& name : names) {
            group.columns.push_back(find(name, property.dtype));
        }
        const bool isNameFree = std::none_of(m_element.properties.begin(), m_element.properties.end(),
            [&](const Property& other) { return other.name == title; });
        const bool isWhole = names.size() > 1 && isNameFree
            && std::find(group.columns.begin(), group.columns.end(), nullptr) == group.columns.end()
            && std::find(group.columns.begin(), group.columns.end(), &property) != group.columns.end();
        m_groups.push_back(isWhole ? std::move(group) : Group { property.name, { &property } });
    }

    const Element& m_element;
    std::vector<Group> m_groups;
};

/// The rows' columns side by side, densely.
TensorView gathered(const Element& element, const Group& group, std::span<const std::byte> file, const JobContext& ctx)
{
    constexpr std::uint64_t pollEvery = 65536;
    const DType dtype = group.columns.front()->dtype;
    const std::size_t size = info(dtype).size;
    std::vector<std::byte> bytes(static_cast<std::size_t>(element.count) * group.columns.size() * size);
    std::byte* to = bytes.data();
    for (std::uint64_t row = 0; row < element.count; ++row) {
        if (row % pollEvery == 0) {
            ctx.checkpoint();
        }
        const std::byte* from = file.data() + element.begin + row * element.rowBytes;
        for (const auto* column : group.columns) {
            std::memcpy(to, from + column->offset, size);
            to += size;
        }
    }
    return makeTensor(dtype,
        { static_cast<std::int64_t>(element.count), static_cast<std::int64_t>(group.columns.size()) },
        std::move(bytes));
}

ModelPtr open(const std::filesystem::path& path, const JobContext& ctx)
{
    const FileReader reader(path);
    auto header = HeaderParser(reader.head(longestHeader)).parse();
    place(header, reader.size());
    const auto file = MappedFile::open(path);
    if (FileReader(path).stamp() != reader.stamp() || file->bytes().size() != reader.size()) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the file was changed while it was opened")));
    }
    Model::Data data;
    data.path = path;
    data.format = plyLoader.id;
    data.files = { path };
    data.fileBytes = reader.size();
    data.metadata = std::move(header.metadata);
    for (const auto& element : header.elements) {
        for (const auto& group : Grouping(element).groups()) {
            LayerInfo layer;
            layer.name = element.name == pointElement ? group.name : element.name + "." + group.name;
            layer.view = gathered(element, group, file->bytes(), ctx);
            layer.kind = info(layer.view.dtype).isFloat ? LayerKind::Matrix : LayerKind::Other;
            layer.outAxis = 1; // a scale for each property
            data.layers.push_back(std::move(layer));
        }
    }
    if (data.layers.empty()) {
        bad(BW_TR_NOOP("core", "it holds no values"));
    }
    return std::make_shared<const Model>(std::move(data));
}

bool sniff(const std::filesystem::path&, std::span<const std::byte> head)
{
    const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
    return text.starts_with("ply\n"sv) || text.starts_with("ply\r\n"sv);
}
} // namespace

const ModelLoader plyLoader { "ply", BW_TR_NOOP("core", "PLY (3-D Gaussian splats)"), { "*.ply" }, sniff, open };

} // namespace bw
