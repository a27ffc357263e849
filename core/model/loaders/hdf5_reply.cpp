#include "core/model/loaders/hdf5_reply.h"

#include "core/base/checked_math.h"
#include "core/base/error.h"

#include <cstring>
#include <optional>

namespace bw {

namespace {

constexpr std::uint64_t mostRank = 64;

/// Numbers and texts one after the other.
class HeadWriter
{
public:
    void number(std::uint64_t value) { bytes.append(reinterpret_cast<const char*>(&value), sizeof(value)); }
    void text(std::string_view value)
    {
        number(value.size());
        bytes += value;
    }
    void texts(const std::vector<std::string>& values)
    {
        number(values.size());
        for (const auto& value : values) {
            text(value);
        }
    }
    void sentence(const Text& value)
    {
        text(value.source);
        texts(value.args);
    }
    void sentences(const std::vector<Text>& values)
    {
        number(values.size());
        for (const auto& value : values) {
            sentence(value);
        }
    }

    std::string bytes;
};

class HeadReader
{
public:
    explicit HeadReader(std::span<const std::byte> bytes)
        : m_rest(bytes)
    {
    }

    static Error wrong()
    {
        return Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the process that read it sent what makes no sense")));
    }
    std::uint64_t number()
    {
        std::uint64_t value = 0;
        std::memcpy(&value, take(sizeof(value)).data(), sizeof(value));
        return value;
    }
    /// How many items follow, each of at least 8 bytes.
    std::size_t count()
    {
        const auto value = number();
        if (value > m_rest.size() / 8) {
            throw wrong();
        }
        return static_cast<std::size_t>(value);
    }
    std::string text()
    {
        const auto bytes = take(number());
        return { reinterpret_cast<const char*>(bytes.data()), bytes.size() };
    }
    std::vector<std::string> texts()
    {
        std::vector<std::string> values(count());
        for (auto& value : values) {
            value = text();
        }
        return values;
    }
    Text sentence()
    {
        auto source = text();
        return { std::move(source), texts() };
    }
    std::vector<Text> sentences()
    {
        std::vector<Text> values(count());
        for (auto& value : values) {
            value = sentence();
        }
        return values;
    }

private:
    std::span<const std::byte> take(std::uint64_t size)
    {
        if (size > m_rest.size()) {
            throw wrong();
        }
        const auto bytes = m_rest.first(static_cast<std::size_t>(size));
        m_rest = m_rest.subspan(bytes.size());
        return bytes;
    }

    std::span<const std::byte> m_rest;
};

/// What the child keeps until all is sent.
struct Sent
{
    std::uint64_t headBytes = 0;
    HeadWriter head;
    Hdf5Tensors found;
};

void writeTensors(Sent& sent, std::vector<std::span<const std::byte>>& data, const MappedFile* mapped)
{
    auto& head = sent.head;
    std::uint64_t offset = 0;
    head.number(sent.found.tensors.size());
    for (const auto& tensor : sent.found.tensors) {
        head.text(tensor.path);
        head.texts(tensor.otherPaths);
        head.number(static_cast<std::uint64_t>(tensor.view.dtype));
        head.number(tensor.view.shape.size());
        for (const auto size : tensor.view.shape) {
            head.number(static_cast<std::uint64_t>(size));
        }
        const bool isInFile = mapped != nullptr && tensor.view.owner.get() == mapped;
        head.number(isInFile ? 1 : 0);
        if (isInFile) {
            head.number(static_cast<std::uint64_t>(tensor.view.bytes.data() - mapped->bytes().data()));
        } else {
            head.number(offset);
            offset += tensor.view.bytes.size();
            data.push_back(tensor.view.bytes);
        }
    }
}

IsolatedPieces pieces(const std::shared_ptr<Sent>& sent, std::vector<std::span<const std::byte>> data)
{
    sent->headBytes = sent->head.bytes.size();
    IsolatedPieces out { { std::as_bytes(std::span(&sent->headBytes, 1)), std::as_bytes(std::span(sent->head.bytes)) },
        sent };
    out.pieces.insert(out.pieces.end(), data.begin(), data.end());
    return out;
}

IsolatedPieces piecesOf(Hdf5Tensors found, const MappedFile* mapped)
{
    const auto sent = std::make_shared<Sent>();
    sent->found = std::move(found);
    std::vector<std::span<const std::byte>> data;
    auto& head = sent->head;
    head.number(0);
    head.text(sent->found.schema);
    head.text(sent->found.description);
    head.text(sent->found.kerasVersion);
    head.sentences(sent->found.warnings);
    head.number(sent->found.groupNames.size());
    for (const auto& [path, name] : sent->found.groupNames) {
        head.text(path);
        head.text(name);
    }
    head.number(sent->found.nameLists.size());
    for (const auto& [key, names] : sent->found.nameLists) {
        head.text(key.first);
        head.text(key.second);
        head.texts(names);
    }
    writeTensors(*sent, data, mapped);
    return pieces(sent, std::move(data));
}

IsolatedPieces piecesOf(const Error& error)
{
    const auto sent = std::make_shared<Sent>();
    sent->head.number(1);
    sent->head.number(static_cast<std::uint64_t>(error.kind()));
    sent->head.sentence(error.message());
    sent->head.sentences(error.context());
    return pieces(sent, {});
}

[[noreturn]] void throwReceived(HeadReader& head)
{
    const auto kind = head.number();
    if (kind > static_cast<std::uint64_t>(ErrorKind::Internal)) {
        throw HeadReader::wrong();
    }
    Error error(static_cast<ErrorKind>(kind), head.sentence());
    for (auto& place : head.sentences()) {
        error.in(std::move(place));
    }
    throw error;
}

/// Values in the mapped file or in what was sent, whose bytes stay where they are.
class TensorReader
{
public:
    TensorReader(
        std::span<const std::byte> data, std::shared_ptr<const void> owner, std::shared_ptr<const MappedFile> mapped)
        : m_data(data)
        , m_owner(std::move(owner))
        , m_mapped(std::move(mapped))
    {
    }

    Hdf5Tensor read(HeadReader& head) const
    {
        Hdf5Tensor tensor;
        tensor.path = head.text();
        tensor.otherPaths = head.texts();
        const auto dtype = head.number();
        const auto rank = head.number();
        if (dtype >= allDTypes().size() || rank > mostRank) {
            throw HeadReader::wrong();
        }
        tensor.view.dtype = static_cast<DType>(dtype);
        for (std::uint64_t i = 0; i < rank; ++i) {
            tensor.view.shape.push_back(static_cast<std::int64_t>(head.number()));
        }
        const auto bytes = checkedMul(elementCount(tensor.view.shape), info(tensor.view.dtype).size);
        const bool isInFile = head.number() == 1;
        const auto offset = head.number();
        const auto all = isInFile && m_mapped != nullptr ? m_mapped->bytes() : m_data;
        if ((isInFile && m_mapped == nullptr) || offset > all.size() || bytes > all.size() - offset) {
            throw HeadReader::wrong();
        }
        tensor.view.bytes = all.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(bytes));
        tensor.view.owner = isInFile ? std::shared_ptr<const void>(m_mapped) : m_owner;
        return tensor;
    }

private:
    std::span<const std::byte> m_data;
    std::shared_ptr<const void> m_owner;
    std::shared_ptr<const MappedFile> m_mapped;
};

} // namespace

IsolatedPieces packHdf5Tensors(const std::function<Hdf5Tensors()>& read, const MappedFile* mapped) noexcept
{
    try {
        return piecesOf(read(), mapped);
    } catch (const Error& error) {
        return piecesOf(error);
    } catch (const std::bad_alloc&) {
        return piecesOf(
            Error(ErrorKind::OutOfMemory, Text(BW_TR_NOOP("core", "there is not enough memory to read the file"))));
    }
}

Hdf5Tensors unpackHdf5Tensors(std::vector<std::byte> bytes, const std::shared_ptr<const MappedFile>& mapped)
{
    const auto kept = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
    const std::span<const std::byte> all(*kept);
    std::uint64_t headBytes = 0;
    if (all.size() < sizeof(headBytes)) {
        throw HeadReader::wrong();
    }
    std::memcpy(&headBytes, all.data(), sizeof(headBytes));
    if (headBytes > all.size() - sizeof(headBytes)) {
        throw HeadReader::wrong();
    }
    HeadReader head(all.subspan(sizeof(headBytes), static_cast<std::size_t>(headBytes)));
    if (head.number() != 0) {
        throwReceived(head);
    }
    Hdf5Tensors out;
    out.schema = head.text();
    out.description = head.text();
    out.kerasVersion = head.text();
    out.warnings = head.sentences();
    for (auto left = head.count(); left > 0; --left) {
        auto path = head.text();
        out.groupNames.emplace(std::move(path), head.text());
    }
    for (auto left = head.count(); left > 0; --left) {
        auto group = head.text();
        auto attribute = head.text();
        out.nameLists.emplace(std::pair(std::move(group), std::move(attribute)), head.texts());
    }
    const TensorReader reader(all.subspan(sizeof(headBytes) + static_cast<std::size_t>(headBytes)), kept, mapped);
    for (auto left = head.count(); left > 0; --left) {
        out.tensors.push_back(reader.read(head));
    }
    return out;
}

} // namespace bw
