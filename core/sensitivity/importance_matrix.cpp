#include "core/sensitivity/importance_matrix.h"

#include "core/base/content_hash.h"
#include "core/base/error.h"
#include "core/base/mapped_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <span>

namespace bw {

namespace {
constexpr std::size_t mostNameBytes = 4096;
constexpr std::string_view ggufMagic = "GGUF";
constexpr std::string_view sumsSuffix = ".in_sum2";
constexpr std::string_view countsSuffix = ".counts";

[[noreturn]] void refuse(const char* what)
{
    throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "it is not a whole importance matrix: %1"), what);
}

/// Numbers and texts of a file, one after the other; little-endian. Never reads beyond the end.
class Cursor
{
public:
    explicit Cursor(std::span<const std::byte> bytes)
        : m_bytes(bytes)
    {
    }

    template <class T>
    T number()
    {
        T value {};
        const auto part = take(sizeof(T));
        std::memcpy(&value, part.data(), sizeof(T));
        return value;
    }
    std::string text(std::uint64_t size)
    {
        if (size > mostNameBytes) {
            refuse("a name is too long");
        }
        const auto part = take(size);
        return { reinterpret_cast<const char*>(part.data()), part.size() };
    }
    std::span<const std::byte> take(std::uint64_t size)
    {
        if (size > left()) {
            refuse("it ends too early");
        }
        const auto part = m_bytes.subspan(m_at, static_cast<std::size_t>(size));
        m_at += static_cast<std::size_t>(size);
        return part;
    }
    std::uint64_t left() const { return m_bytes.size() - m_at; }
    std::uint64_t at() const { return m_at; }

private:
    std::span<const std::byte> m_bytes;
    std::size_t m_at = 0;
};

std::vector<float> floatsOf(std::span<const std::byte> bytes)
{
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
    return values;
}

void add(ImportanceMatrix& matrix, const std::string& name, std::vector<float> values, double count)
{
    for (auto& value : values) {
        value = count > 0 ? static_cast<float>(static_cast<double>(value) / count) : value;
        if (!std::isfinite(value) || value < 0) {
            refuse("a value is negative or not a number");
        }
    }
    if (!matrix.columns.emplace(name, std::move(values)).second) {
        refuse("a name occurs twice");
    }
}

/// Number of entries; name, calls, values (sums of mean squares over calls) of each; then where it came from.
void readOlder(Cursor& file, ImportanceMatrix& matrix, const JobContext& ctx)
{
    const auto entries = file.number<std::int32_t>();
    if (entries < 1) {
        refuse("it has no entries");
    }
    for (std::int32_t i = 0; i < entries; ++i) {
        ctx.checkpoint();
        const auto length = file.number<std::int32_t>();
        if (length < 1) {
            refuse("a name is empty");
        }
        const auto name = file.text(static_cast<std::uint64_t>(length));
        const auto calls = file.number<std::int32_t>();
        const auto count = file.number<std::int32_t>();
        if (count < 1 || calls < 0) {
            refuse("a count is negative");
        }
        add(matrix, name, floatsOf(file.take(static_cast<std::uint64_t>(count) * sizeof(float))), calls);
    }
    if (file.left() >= 8) {
        file.number<std::int32_t>(); // the last chunk that was seen
        const auto length = file.number<std::int32_t>();
        matrix.dataName = length < 0 ? std::string() : file.text(static_cast<std::uint64_t>(length));
    }
}

/// Bytes of a scalar of GGUF's types; 0 for texts and arrays.
std::uint64_t scalarSize(std::uint32_t type)
{
    constexpr std::array<std::uint64_t, 13> sizes { 1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8 };
    if (type >= sizes.size()) {
        refuse("a value is of an unknown type");
    }
    return sizes[type];
}

constexpr std::uint32_t textType = 8;
constexpr std::uint32_t arrayType = 9;

/// Skips a value; returns it (of a list the first item) if it is a text.
std::string skipValue(Cursor& file, std::uint32_t type)
{
    if (type == textType) {
        const auto size = file.number<std::uint64_t>();
        const auto part = file.take(size);
        return { reinterpret_cast<const char*>(part.data()), std::min<std::size_t>(part.size(), mostNameBytes) };
    }
    if (type != arrayType) {
        file.take(scalarSize(type));
        return {};
    }
    const auto itemType = file.number<std::uint32_t>();
    const auto count = file.number<std::uint64_t>();
    if (itemType == arrayType || count > file.left()) {
        refuse("a list is too long");
    }
    std::string first;
    if (itemType != textType) {
        file.take(count * scalarSize(itemType)); // at most eight times what is left, so no overflow
        return first;
    }
    for (std::uint64_t i = 0; i < count; ++i) {
        auto item = skipValue(file, itemType);
        first = i == 0 ? std::move(item) : first;
    }
    return first;
}

struct TensorPlace
{
    std::uint64_t columns = 1;
    std::uint64_t matrices = 1;
    std::uint64_t offset = 0;
};

TensorPlace readPlace(Cursor& file)
{
    TensorPlace place;
    const auto rank = file.number<std::uint32_t>();
    if (rank < 1 || rank > 4) {
        refuse("a tensor has an impossible number of dimensions");
    }
    std::uint64_t count = 1;
    for (std::uint32_t i = 0; i < rank; ++i) {
        const auto size = file.number<std::uint64_t>();
        if (size < 1 || size > (std::uint64_t { 1 } << 40) / count) {
            refuse("a tensor has an impossible size");
        }
        count *= size;
        (i == 0 ? place.columns : place.matrices) *= size;
    }
    if (file.number<std::uint32_t>() != 0) {
        refuse("a tensor is not of type F32");
    }
    place.offset = file.number<std::uint64_t>();
    return place;
}

void readGguf(std::span<const std::byte> bytes, ImportanceMatrix& matrix, const JobContext& ctx)
{
    Cursor file(bytes);
    file.take(ggufMagic.size());
    const auto version = file.number<std::uint32_t>();
    const auto tensors = file.number<std::uint64_t>();
    const auto values = file.number<std::uint64_t>();
    if (version < 2 || version > 3 || tensors > file.left() || values > file.left()) {
        refuse("its header is wrong");
    }
    std::string type;
    std::uint64_t alignment = 32;
    for (std::uint64_t i = 0; i < values; ++i) {
        const auto key = file.text(file.number<std::uint64_t>());
        const auto valueType = file.number<std::uint32_t>();
        if (key == "general.alignment" && valueType == 4) {
            alignment = file.number<std::uint32_t>();
            continue;
        }
        const auto text = skipValue(file, valueType);
        type = key == "general.type" ? text : type;
        matrix.dataName = key == "imatrix.datasets" ? text : matrix.dataName;
    }
    if (type != "imatrix" || alignment == 0 || (alignment & (alignment - 1)) != 0 || alignment > 65536) {
        refuse("the GGUF file holds something else");
    }
    std::map<std::string, TensorPlace> places;
    for (std::uint64_t i = 0; i < tensors; ++i) {
        const auto name = file.text(file.number<std::uint64_t>());
        if (!places.emplace(name, readPlace(file)).second) {
            refuse("a name occurs twice");
        }
    }
    const auto start = (file.at() + alignment - 1) / alignment * alignment;
    const auto floatsAt = [&](const TensorPlace& place) {
        const auto size = place.columns * place.matrices * sizeof(float);
        if (start > bytes.size() || place.offset > bytes.size() - start || size > bytes.size() - start - place.offset) {
            refuse("it ends too early");
        }
        return floatsOf(bytes.subspan(static_cast<std::size_t>(start + place.offset), static_cast<std::size_t>(size)));
    };
    for (const auto& [name, place] : places) {
        ctx.checkpoint();
        const auto counts = places.find(
            name.substr(0, name.size() - std::min(name.size(), sumsSuffix.size())) + std::string(countsSuffix));
        // Matrices of several experts have no single list of columns; they are left out.
        if (!name.ends_with(sumsSuffix) || place.matrices != 1) {
            continue;
        }
        if (counts == places.end()) {
            refuse("a sum has no count");
        }
        const auto count = floatsAt(counts->second);
        if (!std::isfinite(count.front()) || count.front() < 0) {
            refuse("a count is negative");
        }
        add(matrix, name.substr(0, name.size() - sumsSuffix.size()), floatsAt(place),
            static_cast<double>(count.front()));
    }
}

/// Of Llama-like models, between "model.layers.N." and ".weight" here, "blk.N." and ".weight" there.
constexpr auto partNames = std::to_array<std::pair<std::string_view, std::string_view>>({
    { "self_attn.q_proj", "attn_q" },
    { "self_attn.k_proj", "attn_k" },
    { "self_attn.v_proj", "attn_v" },
    { "self_attn.o_proj", "attn_output" },
    { "mlp.gate_proj", "ffn_gate" },
    { "mlp.up_proj", "ffn_up" },
    { "mlp.down_proj", "ffn_down" },
});
} // namespace

std::string ggufName(std::string_view layer)
{
    constexpr std::string_view prefix = "model.layers.";
    constexpr std::string_view suffix = ".weight";
    if (layer == "lm_head.weight") {
        return "output.weight";
    }
    if (layer == "model.embed_tokens.weight") {
        return "token_embd.weight";
    }
    if (!layer.starts_with(prefix) || !layer.ends_with(suffix)) {
        return {};
    }
    const auto middle = layer.substr(prefix.size(), layer.size() - prefix.size() - suffix.size());
    const auto dot = middle.find('.');
    if (dot == std::string_view::npos) {
        return {};
    }
    for (const auto& [ours, theirs] : partNames) {
        if (middle.substr(dot + 1) == ours) {
            return "blk." + std::string(middle.substr(0, dot)) + "." + std::string(theirs) + ".weight";
        }
    }
    return {};
}

const std::vector<float>* ImportanceMatrix::find(std::string_view layer) const
{
    auto found = columns.find(layer);
    if (found == columns.end()) {
        const auto other = ggufName(layer);
        found = other.empty() ? columns.end() : columns.find(other);
    }
    return found == columns.end() ? nullptr : &found->second;
}

ImportanceMatrix readImportanceMatrix(const std::filesystem::path& file, const JobContext& ctx)
{
    return withContext(Text(BW_TR_NOOP("core", "file %1"), { printable(file.string()) }), [&] {
        const auto mapped = MappedFile::open(file);
        const auto bytes = mapped->bytes();
        ImportanceMatrix matrix;
        matrix.sha256 = sha256(bytes);
        const bool isGguf
            = bytes.size() >= ggufMagic.size() && std::memcmp(bytes.data(), ggufMagic.data(), ggufMagic.size()) == 0;
        if (isGguf) {
            readGguf(bytes, matrix, ctx);
        } else {
            Cursor cursor(bytes);
            readOlder(cursor, matrix, ctx);
        }
        if (matrix.columns.empty()) {
            refuse("it has no entries");
        }
        return matrix;
    });
}

} // namespace bw
