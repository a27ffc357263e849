// The stored bytes, read by a decoder that shares nothing with the program: Python, straight from the headers' words.

#include "tests/core/entropy/entropy_support.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <sstream>

#include <gtest/gtest.h>

namespace bw {
namespace {

using namespace test;

constexpr const char* reader = R"(
import sys
coder, folder = sys.argv[1], sys.argv[2]
alphabet, symbol_bits, count = map(int, sys.argv[3:6])
model = open(folder + '/model', 'rb').read()
block = open(folder + '/block', 'rb').read()

class Bits: # least significant first
    def __init__(self, data): self.number, self.at, self.end = int.from_bytes(data, 'little'), 0, 8 * len(data)
    def read(self, n):
        value = self.number >> self.at & ((1 << n) - 1); self.at += n
        assert self.at <= self.end
        return value
    def gamma(self):
        n = 0
        while self.read(1) == 0: n += 1
        return 1 << n | self.read(n)

def listed(data, is_length):
    bits, out, width = Bits(data), [], 0
    while len(out) < alphabet:
        code = bits.gamma(); width += code // 2 * (-1 if code % 2 else 1)
        if width == 0: out += [0] * bits.gamma()
        elif is_length: out.append(width)
        else: out.append(1 << (width - 1) | bits.read(width - 1))
    assert len(out) == alphabet and bits.end - bits.at < 8 and bits.read(bits.end - bits.at) == 0
    return out

def rans(data):
    table_bits, frequencies = model[0], listed(model[1:], False)
    assert sum(frequencies) == 1 << table_bits
    slots = [(s, f, i) for s, f in enumerate(frequencies) for i in range(f)]
    lanes = 1
    while lanes < 16 and lanes * 2 * 4096 <= count: lanes *= 2
    x = [int.from_bytes(data[4 * i:4 * i + 4], 'little') for i in range(lanes)]
    at, out = 4 * lanes, []
    for i in range(count):
        state = x[i % lanes]
        symbol, frequency, offset = slots[state % (1 << table_bits)]
        out.append(symbol)
        state = frequency * (state >> table_bits) + offset
        if state < 1 << 16: state = state << 16 | int.from_bytes(data[at:at + 2], 'little'); at += 2
        x[i % lanes] = state
    assert at == len(data) and all(state == 1 << 16 for state in x)
    return out

def huffman(data):
    lengths, codes, code = listed(model, True), {}, 0
    for length in range(1, 17):
        for symbol in range(alphabet):
            if lengths[symbol] == length: codes[length, code] = symbol; code += 1
        code <<= 1
    sizes = []
    if count >= 4096: sizes, data = [int.from_bytes(data[i:i + 2], 'little') for i in (0, 2, 4)], data[6:]
    sizes.append(len(data) - sum(sizes))
    run, out, left = -(-count // len(sizes)), [], count
    for size in sizes:
        text = ''.join(format(byte, '08b') for byte in data[:size]); data = data[size:]
        at, symbols = 0, min(run, left); left -= symbols
        for _ in range(symbols):
            length = 1
            while (length, int(text[at:at + length], 2)) not in codes: length += 1
            out.append(codes[length, int(text[at:at + length], 2)]); at += length
        assert len(text) - at < 8 and '1' not in text[at:]
    return out

kind, data = block[0], block[1:]
if kind == 0: bits = Bits(data); out = [bits.read(symbol_bits) for _ in range(count)]
elif kind == 1: out = [int.from_bytes(data, 'little')] * count
else: out = {'rans': rans, 'huffman': huffman}[coder](data)
print(*out)
)";

void expectReadable(const std::string& coder, const Symbols& symbols, std::size_t alphabet, std::byte kind)
{
    const auto stored = coded(coderNamed(coder), symbols, alphabet);
    ASSERT_EQ(stored.blocks.size(), 1U);
    EXPECT_EQ(stored.blocks.front().front(), kind);
    const TempDir folder;
    const auto asText = [](const Bytes& bytes) {
        return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    };
    writeFile(folder / "model", asText(stored.model));
    writeFile(folder / "block", asText(stored.blocks.front()));
    std::istringstream said(runPython(reader,
        { coder, folder.path().string(), std::to_string(alphabet), std::to_string(symbolBitsFor(alphabet)),
            std::to_string(symbols.size()) }));
    Symbols read;
    for (unsigned symbol = 0; said >> symbol;) {
        read.push_back(static_cast<std::uint16_t>(symbol));
    }
    EXPECT_EQ(read, symbols) << coder << " " << alphabet << " " << symbols.size();
}

constexpr std::byte raw { 0 };
constexpr std::byte constant { 1 };
constexpr std::byte compressed { 2 };

TEST(StoredCodes, PythonReadsRans)
{
    expectReadable("rans", normalSymbols(1000, 5, 2), 5, compressed);
    expectReadable("rans", normalSymbols(20'000, 16, 2.7), 16, compressed);
    expectReadable("rans", normalSymbols(65'536, 200, 4), 200, compressed);
    expectReadable("rans", normalSymbols(30'001, 1500, 5), 1500, compressed);
    expectReadable("rans", Symbols(1000, 3), 9, constant);
    expectReadable("rans", { 2, 1, 3, 0, 3 }, 4, raw);
}

TEST(StoredCodes, PythonReadsHuffman)
{
    expectReadable("huffman", normalSymbols(4095, 16, 2.7), 16, compressed);
    expectReadable("huffman", normalSymbols(20'001, 100, 3), 100, compressed);
    expectReadable("huffman", normalSymbols(30'001, 1500, 5), 1500, compressed);
    expectReadable("huffman", Symbols(1000, 3), 9, constant);
    expectReadable("huffman", { 2, 1, 3, 0, 3 }, 4, raw);
}

TEST(StoredCodes, HuffmanByHand)
{
    // Counts 4, 2, 1, 1: codes 0, 10, 110, 111. Lengths 1, 2, 3, 3 as changes +1, +1, +1, 0: gamma codes of 2, 2, 2, 1,
    // each 2 being bits 0, 1, 0.
    const auto model = coderNamed("huffman").train(Counts { 4, 2, 1, 1 }, 8);
    EXPECT_EQ(model->bytes(), (Bytes { std::byte { 0b10'010'010 }, std::byte { 0b10 } }));
    Bytes block;
    model->encode(Symbols { 0, 1, 2, 3, 0, 0 }, block); // 0 10 110 11 | 1 0 0 00000
    EXPECT_EQ(block, (Bytes { compressed, std::byte { 0b0101'1011 }, std::byte { 0b1000'0000 } }));
    EXPECT_EQ(model->expectedBits(Counts { 4, 2, 1, 1 }), 14);
}

} // namespace
} // namespace bw
