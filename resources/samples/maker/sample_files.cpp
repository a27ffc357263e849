#include "sample_files.h"

#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace bw {

namespace {

void appendLittleEndian(std::string& bytes, std::uint64_t value)
{
    for (int shift = 0; shift < 64; shift += 8) {
        bytes.push_back(static_cast<char>((value >> shift) & 0xff));
    }
}

std::string tensorEntry(
    const char* name, const char* type, const std::string& shape, std::size_t begin, std::size_t end)
{
    std::ostringstream out;
    out << '"' << name << R"(":{"dtype":")" << type << R"(","shape":)" << shape << R"(,"data_offsets":[)" << begin
        << ',' << end << "]}";
    return out.str();
}

std::string classList()
{
    std::string text;
    for (const std::string_view name : shapeNames) {
        text += text.empty() ? "" : ",\n";
        text += "  \"" + std::string(name) + '"';
    }
    return text;
}

} // namespace

std::string safetensorsBytes(const LabelledImages& set)
{
    const std::string count = std::to_string(set.labels.size());
    const std::string side = std::to_string(imageSide);
    const std::size_t imageBytes = set.pixels.size();
    const std::size_t allBytes = imageBytes + 8 * set.labels.size();
    std::string header = '{' + tensorEntry("images", "U8", "[" + count + ",1," + side + "," + side + "]", 0, imageBytes)
        + ',' + tensorEntry("labels", "I64", "[" + count + "]", imageBytes, allBytes) + '}';
    header.resize((header.size() + 7) / 8 * 8, ' ');

    std::string bytes;
    bytes.reserve(8 + header.size() + allBytes);
    appendLittleEndian(bytes, header.size());
    bytes += header;
    bytes.append(set.pixels.begin(), set.pixels.end());
    for (const std::int64_t label : set.labels) {
        appendLittleEndian(bytes, static_cast<std::uint64_t>(label));
    }
    return bytes;
}

std::string datasetText()
{
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out << "{\n \"name\": \"Shapes\",\n"
        << " \"images\": {\n  \"tensor\": \"images\",\n  \"dtype\": \"U8\",\n  \"shape\": [\n   \"N\",\n   1,\n   "
        << imageSide << ",\n   " << imageSide << "\n  ],\n  \"layout\": \"NCHW\",\n  \"color\": \"gray\"\n },\n"
        << " \"labels\": {\n  \"tensor\": \"labels\",\n  \"dtype\": \"I64\"\n },\n"
        << " \"classes\": [\n"
        << classList() << "\n ],\n"
        << " \"preprocess\": {\n  \"scale\": \"x/255\",\n  \"mean\": [\n   " << pixelMean << "\n  ],\n  \"std\": [\n   "
        << pixelStd << "\n  ]\n },\n"
        << " \"files\": {\n  \"test\": \"" << testSet.fileName << "\",\n  \"calibration\": \""
        << calibrationSet.fileName << "\"\n }\n}\n";
    return out.str();
}

std::string readBytes(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        throw std::runtime_error("cannot read " + file.string());
    }
    return { std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>() };
}

void writeBytes(const std::filesystem::path& file, const std::string& bytes)
{
    std::ofstream out(file, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out) {
        throw std::runtime_error("cannot write " + file.string());
    }
}

void writeImageFiles(const std::filesystem::path& folder)
{
    for (const ImageSet& set : { testSet, calibrationSet }) {
        writeBytes(folder / set.fileName, safetensorsBytes(drawImages(set.seed, 0, set.count)));
    }
    writeBytes(folder / datasetFileName, datasetText());
}

} // namespace bw
