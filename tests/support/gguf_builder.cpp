#include "tests/support/gguf_builder.h"

#include "core/base/half.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/model_builders.h"

namespace bw::test {

void GgufBuilder::add(
    std::string_view name, const std::vector<std::uint64_t>& sizes, std::uint32_t type, std::string_view bytes)
{
    tensors.push_back(ggufTensor(name, sizes, type, data.size()));
    data += bytes;
    data.resize((data.size() + alignment - 1) / alignment * alignment, '\0');
}

std::string GgufBuilder::bytes() const
{
    std::string out = magic + littleEndian(version, 4) + littleEndian(tensorCount.value_or(tensors.size()), 8)
        + littleEndian(entryCount.value_or(entries.size()), 8);
    for (const auto& entry : entries) {
        out += entry;
    }
    for (const auto& tensor : tensors) {
        out += tensor;
    }
    if (!data.empty()) {
        out.resize((out.size() + alignment - 1) / alignment * alignment, '\0');
    }
    return out + data;
}

std::string ggufString(std::string_view text)
{
    return littleEndian(text.size(), 8) + std::string(text);
}
std::string ggufEntry(std::string_view key, std::uint32_t type, std::string_view value)
{
    return ggufString(key) + littleEndian(type, 4) + std::string(value);
}
std::string ggufTextEntry(std::string_view key, std::string_view text)
{
    return ggufEntry(key, 8, ggufString(text));
}
std::string ggufU32Entry(std::string_view key, std::uint32_t value)
{
    return ggufEntry(key, 4, littleEndian(value, 4));
}
std::string ggufArray(std::uint32_t type, std::uint64_t count, std::string_view values)
{
    return littleEndian(type, 4) + littleEndian(count, 8) + std::string(values);
}
std::string ggufTensor(
    std::string_view name, const std::vector<std::uint64_t>& sizes, std::uint32_t type, std::uint64_t offset)
{
    std::string out = ggufString(name) + littleEndian(sizes.size(), 4);
    for (const auto size : sizes) {
        out += littleEndian(size, 8);
    }
    return out + littleEndian(type, 4) + littleEndian(offset, 8);
}

std::string everyTypeGguf()
{
    GgufBuilder file;
    file.entries = { ggufTextEntry("general.architecture", "llama"), ggufU32Entry("general.file_type", 1),
        ggufEntry("a.u8", 0, "\xC8"), ggufEntry("a.i8", 1, "\xC8"), ggufEntry("a.u16", 2, littleEndian(60000, 2)),
        ggufEntry("a.i16", 3, littleEndian(60000, 2)), ggufEntry("a.i32", 5, littleEndian(0xFFFFFFFF, 4)),
        ggufEntry("a.f32", 6, floatBytes(std::vector<float> { 0.1F })), ggufEntry("a.yes", 7, "\x01"),
        ggufEntry("a.u64", 10, littleEndian(~std::uint64_t { 0 }, 8)),
        ggufEntry("a.i64", 11, littleEndian(~std::uint64_t { 0 }, 8)),
        ggufEntry("a.f64", 12, littleEndian(0x3FF8000000000000, 8)),
        ggufEntry("a.list", 9, ggufArray(5, 3, littleEndian(1, 4) + littleEndian(2, 4) + littleEndian(3, 4))),
        ggufEntry("tokenizer.ggml.tokens", 9, ggufArray(8, 2, ggufString("<s>") + ggufString("\xFF no UTF-8"))) };
    constexpr std::size_t rows = 3;
    constexpr std::size_t columns = 512;
    std::uint64_t seed = 1;
    for (const auto* type : ggufBlockTypes().entries()) {
        const auto values = normalValues(rows * columns, seed++);
        std::vector<std::byte> blocks(ggufBytes(*type, values.size()));
        for (std::size_t row = 0; row < rows; ++row) {
            ggufEncodeRow(*type, std::span(values).subspan(row * columns, columns), {},
                std::span(blocks).subspan(ggufBytes(*type, row * columns), ggufBytes(*type, columns)));
        }
        file.add("blk.0." + std::string(type->id) + ".weight", { columns, rows },
            static_cast<std::uint32_t>(type->ggmlType),
            { reinterpret_cast<const char*>(blocks.data()), blocks.size() });
    }
    const auto values = normalValues(24, seed);
    std::string halves;
    for (const float value : values) {
        halves += littleEndian(floatToHalf(value), 2);
    }
    file.add("token_embd.weight", { 8, 3 }, 0, floatBytes(values));
    file.add("blk.0.attn_q.weight", { 4, 6 }, 1, halves);
    file.add("blk.0.attn_k.weight", { 4, 6 }, 30, halves);
    file.add("blk.0.attn_norm.weight", { 24 }, 0, floatBytes(values));
    file.add("blk.0.ffn_up_exps.weight", { 4, 3, 2 }, 0, floatBytes(values));
    file.add("counts", { 3 }, 26, std::string(12, '\1'));
    return file.bytes();
}

} // namespace bw::test
