#include "core/calibrate/dataset_description.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/model/file_reader.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <set>

namespace bw {

namespace {
constexpr std::size_t longestDescription = std::size_t { 16 } << 20;

/// nullptr if there is none, or it is null.
const Json* member(const Json& object, const char* key)
{
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

[[noreturn]] void badEntry(const char* source, const std::string& key)
{
    throw Error(ErrorKind::BadFile, source, key);
}

std::string textOf(const Json& value, const std::string& key)
{
    if (!value.is_string()) {
        badEntry(BW_TR_NOOP("core", "the entry \"%1\" is not a text"), key);
    }
    return value.get<std::string>();
}

float numberOf(const Json& value, const std::string& key)
{
    const float number = value.is_number() ? value.get<float>() : std::nanf("");
    if (!std::isfinite(number)) {
        badEntry(BW_TR_NOOP("core", "the entry \"%1\" is not a number, or too large"), key);
    }
    return number;
}

std::vector<float> numbersOf(const Json& value, const std::string& key)
{
    std::vector<float> numbers;
    if (value.is_array() && !value.empty()) {
        for (const Json& item : value) {
            numbers.push_back(numberOf(item, key));
        }
        return numbers;
    }
    return { numberOf(value, key) };
}

/// The part of the document about inputs or labels: an object under one of `keys`, else an empty object.
Json section(const Json& document, std::initializer_list<const char*> keys)
{
    for (const char* key : keys) {
        const Json* found = member(document, key);
        if (found != nullptr && !found->is_object()) {
            badEntry(BW_TR_NOOP("core", "the entry \"%1\" is not a JSON object"), key);
        }
        if (found != nullptr) {
            return *found;
        }
    }
    return Json::object();
}

SampleLayout layoutOf(const std::string& text)
{
    static const std::set<std::string> first { "NCHW", "CHW", "NHW", "HW", "NC", "NCL" };
    static const std::set<std::string> last { "NHWC", "HWC", "NLC" };
    if (first.contains(text)) {
        return SampleLayout::ChannelsFirst;
    }
    if (last.contains(text)) {
        return SampleLayout::ChannelsLast;
    }
    throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the layout \"%1\" is unknown; NCHW and NHWC are possible"),
        printable(text));
}

float scaleNumber(std::string_view text, const std::string& whole)
{
    const auto number = parseDouble(text);
    if (!number || !std::isfinite(*number) || *number == 0) {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "the scale \"%1\" is not understood; write \"x/255\", \"x*2\", a number or \"none\""),
            printable(whole));
    }
    return static_cast<float>(*number);
}

void readScale(const Json& value, Normalization& normalization)
{
    if (value.is_number()) {
        normalization.factor = scaleNumber(toText(value.get<double>()), toText(value.get<double>()));
        return;
    }
    const std::string whole = textOf(value, "scale");
    std::string text;
    std::copy_if(whole.begin(), whole.end(), std::back_inserter(text), [](char c) { return c != ' '; });
    if (text == "x" || text == "none") {
        return;
    }
    if (text.starts_with("x/") || text.starts_with("1/")) {
        normalization.divisor = scaleNumber(std::string_view(text).substr(2), whole);
    } else {
        normalization.factor
            = scaleNumber(text.starts_with("x*") ? std::string_view(text).substr(2) : std::string_view(text), whole);
    }
}

void readPreprocess(const Json& preprocess, DatasetDescription& result)
{
    if (const Json* scale = member(preprocess, "scale")) {
        readScale(*scale, result.normalization);
        result.hasScale = true;
    }
    if (const Json* mean = member(preprocess, "mean")) {
        result.normalization.mean = numbersOf(*mean, "mean");
    }
    if (const Json* std = member(preprocess, "std")) {
        result.normalization.std = numbersOf(*std, "std");
    }
    if (std::any_of(result.normalization.std.begin(), result.normalization.std.end(),
            [](float value) { return !(value > 0); })) {
        badEntry(BW_TR_NOOP("core", "the entry \"%1\" holds a number that is not above zero"), "std");
    }
}

void readColor(const Json& images, DatasetDescription& result)
{
    const Json* color = member(images, "color");
    if (color == nullptr) {
        return;
    }
    const std::string text = textOf(*color, "color");
    const bool isGray = text == "gray" || text == "grey" || text == "L";
    if (!isGray && text != "RGB" && text != "BGR") {
        throw Error(ErrorKind::BadFile,
            BW_TR_NOOP("core", "the color \"%1\" is unknown; RGB, BGR and gray are possible"), printable(text));
    }
    result.isGray = isGray;
    result.isBgr = text == "BGR";
}

void readClasses(const Json& classes, DatasetDescription& result)
{
    if (!classes.is_array()) {
        badEntry(BW_TR_NOOP("core", "the entry \"%1\" is not a list of texts"), "classes");
    }
    std::set<std::string> seen;
    for (const Json& item : classes) {
        result.classes.push_back(textOf(item, "classes"));
        if (!seen.insert(result.classes.back()).second) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the class \"%1\" is listed twice"),
                printable(result.classes.back()));
        }
    }
}

DatasetDescription describe(const Json& document)
{
    if (!document.is_object()) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the description is not a JSON object")));
    }
    DatasetDescription result;
    if (const Json* name = member(document, "name")) {
        result.name = textOf(*name, "name");
    }
    const Json inputs = section(document, { "inputs", "images" });
    const Json labels = section(document, { "labels" });
    if (const Json* tensor = member(inputs, "tensor")) {
        result.inputsTensor = textOf(*tensor, "tensor");
    }
    if (const Json* tensor = member(labels, "tensor")) {
        result.labelsTensor = textOf(*tensor, "tensor");
    }
    const Json* layout = member(inputs, "layout") != nullptr ? member(inputs, "layout") : member(document, "layout");
    if (layout != nullptr) {
        result.layout = layoutOf(textOf(*layout, "layout"));
    }
    readColor(inputs, result);
    if (const Json* classes = member(document, "classes")) {
        readClasses(*classes, result);
    }
    readPreprocess(section(document, { "preprocess" }), result);
    return result;
}
} // namespace

std::optional<DatasetDescription> readDatasetDescription(const std::filesystem::path& folder)
{
    const auto file = folder / "dataset.json";
    std::error_code failed;
    if (!std::filesystem::exists(file, failed)) {
        return std::nullopt;
    }
    return withContext(filePlace(file), [&] {
        const FileReader reader(file);
        if (reader.size() > longestDescription) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the description is %1 long; at most %2 are read"),
                sizeText(reader.size()), sizeText(longestDescription));
        }
        auto result = describe(parseJson(reader.read(0, static_cast<std::size_t>(reader.size()))));
        result.file = file;
        return result;
    });
}

} // namespace bw
