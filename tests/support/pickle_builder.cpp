#include "tests/support/pickle_builder.h"

#include "tests/support/byte_file_builder.h"

namespace bw::test::pickle {

std::string proto(int version)
{
    return std::string("\x80") + static_cast<char>(version);
}

std::string global(const std::string& module, const std::string& name)
{
    return "c" + module + "\n" + name + "\n";
}

std::string text(const std::string& value)
{
    return "X" + littleEndian(value.size(), 4) + value;
}

std::string number(std::int64_t value)
{
    if (value >= 0 && value < 256) {
        return "K" + littleEndian(static_cast<std::uint64_t>(value), 1);
    }
    return std::string("\x8a\x08") + littleEndian(static_cast<std::uint64_t>(value), 8);
}

std::string tuple(const std::vector<std::string>& items)
{
    std::string out = "(";
    for (const auto& item : items) {
        out += item;
    }
    return out + "t";
}

std::string dict(const std::vector<std::string>& keysAndValues)
{
    std::string out = "}(";
    for (const auto& item : keysAndValues) {
        out += item;
    }
    return out + "u";
}

std::string call(const std::string& module, const std::string& name, const std::vector<std::string>& arguments)
{
    return global(module, name) + tuple(arguments) + "R";
}

std::string tensor(const Tensor& p)
{
    std::vector<std::string> id { text("storage"), p.storageType, p.key, p.place, p.count };
    if (!p.view.empty()) {
        id.push_back(p.view);
    }
    return call("torch._utils", p.rebuild,
        { tuple(id) + "Q", p.offset, p.size, p.strides, no, call("collections", "OrderedDict", {}), p.more });
}

std::string torchZip(const std::string& pickle, const std::vector<ZipRecord>& others, const std::string& storage)
{
    std::vector<ZipRecord> records { { "archive/data.pkl", pickle }, { "archive/data/0", storage },
        { "archive/version", "3\n" } };
    records.insert(records.end(), others.begin(), others.end());
    return zipBytes(records);
}

std::string torchZipOf(const Tensor& parts)
{
    return torchZip(proto() + dict({ text("w"), tensor(parts) }) + stop);
}

Legacy::Legacy()
    : protocol(proto() + number(1001) + stop)
    , system(proto()
          + dict({ text("protocol_version"), number(1001), text("little_endian"), "\x88", text("type_sizes"), "}" })
          + stop)
    , object([] {
        Tensor parts;
        parts.view = none;
        return proto() + dict({ text("w"), tensor(parts) }) + stop;
    }())
    , keys(proto() + "](" + text("0") + "e" + stop)
    , storages(littleEndian(4, 8) + std::string(16, '\0'))
{
}

std::string Legacy::bytes() const
{
    return std::string("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.") + protocol + system + object + keys
        + storages;
}

} // namespace bw::test::pickle
