#include "core/formats/format_family.h"

#include "core/base/error.h"
#include "core/formats/format_extra.h"
#include "core/formats/format_extras_text.h"

#include <algorithm>
#include <cctype>

namespace bw {

namespace {
bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string withoutBlanks(std::string_view text)
{
    std::string out;
    std::copy_if(text.begin(), text.end(), std::back_inserter(out), [](char c) { return !isBlank(c); });
    return out;
}

std::string lowered(std::string_view text)
{
    std::string out(text);
    for (char& c : out) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

/// Pieces between `separator`s outside parentheses.
std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> pieces;
    std::size_t start = 0;
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
        if (text[i] == separator && depth <= 0) {
            pieces.push_back(text.substr(start, i - start));
            start = i + 1;
        }
    }
    pieces.push_back(text.substr(start));
    return pieces;
}

[[noreturn]] void throwUnknown(
    const char* plain, const char* withHint, std::string_view word, const std::vector<std::string>& known)
{
    const auto nearest = nearestWord(lowered(word), known);
    if (nearest.empty()) {
        throw Error(ErrorKind::BadInput, plain, printable(word));
    }
    throw Error(ErrorKind::BadInput, withHint, printable(word), nearest);
}

std::string elementOf(std::string_view spelling)
{
    return std::string(split(spelling, '/').front());
}

/// Words to offer for a misspelt element: every family's examples at every bit width it has.
std::vector<std::string> listElements()
{
    std::vector<std::string> words;
    for (const auto* family : formatFamilies().entries()) {
        for (const auto& example : family->examples) {
            words.push_back(elementOf(example));
        }
        const auto bits = std::find_if(
            family->schema.begin(), family->schema.end(), [](const ParamSpec& spec) { return spec.id == "bits"; });
        for (int b = 1; bits != family->schema.end() && b <= 16; ++b) {
            auto params = withDefaults(family->schema, {});
            params["bits"] = std::int64_t { b };
            if (checkParams(family->schema, params).empty()) {
                words.push_back(family->elementText(params));
            }
        }
    }
    return words;
}

const std::vector<std::string>& knownElements()
{
    static const std::vector<std::string> words = listElements();
    return words;
}

QuantFormat parseElement(std::string_view element)
{
    for (const auto* family : formatFamilies().entries()) {
        if (auto params = family->parseElement(element)) {
            return { family->id, withDefaults(family->schema, std::move(*params)), {} };
        }
    }
    throwUnknown(BW_TR_NOOP("core", "unknown number format \"%1\""),
        BW_TR_NOOP("core", "unknown number format \"%1\"; did you mean %2?"), element, knownElements());
}

bool allDigits(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Reads "t", "c" or "b64"; false if it is none of them.
bool parseGranularity(std::string_view word, Scaling& scaling)
{
    if (word == "t" || word == "c") {
        scaling.granularity = word == "t" ? Granularity::Tensor : Granularity::Channel;
        return true;
    }
    if (word.size() < 2 || word.front() != 'b' || !allDigits(word.substr(1))) {
        return false;
    }
    const auto size = parseInt(word.substr(1));
    if (!size || *size < 1 || *size > maxBlockSize) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "block size \"%1\" must be between 1 and %2"),
            printable(word.substr(1)), toText(maxBlockSize));
    }
    scaling.granularity = Granularity::Block;
    scaling.blockSize = static_cast<int>(*size);
    return true;
}

/// Reads "search" or "clip0.98"; false if it is no scale rule.
bool parseRule(std::string_view word, Scaling& scaling)
{
    for (const auto& rule : scaleRules()) {
        if (!rule.hasValue && word == rule.id) {
            scaling.rule = rule.id;
            return true;
        }
        if (rule.hasValue && word.substr(0, rule.id.size()) == rule.id) {
            const auto value = parseDouble(word.substr(rule.id.size()));
            if (!value) {
                throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "the scale rule \"%1\" needs a number, as in %2"),
                    printable(word), rule.id + toText(rule.usualValue));
            }
            scaling.rule = rule.id;
            scaling.ruleValue = *value;
            return true;
        }
    }
    return false;
}

bool parseStore(std::string_view word, Scaling& scaling)
{
    for (const auto& store : scaleStores()) {
        if (word == store.id) {
            scaling.store = store.id;
            return true;
        }
    }
    return false;
}

std::vector<std::string> scalingWords()
{
    std::vector<std::string> words;
    for (const auto& rule : scaleRules()) {
        words.push_back(rule.id + (rule.hasValue ? toText(rule.usualValue) : ""));
    }
    for (const auto& store : scaleStores()) {
        words.push_back(store.id);
    }
    return words;
}

Scaling parseScaling(const std::vector<std::string_view>& words, Scaling scaling)
{
    bool hasRule = false;
    bool hasStore = false;
    for (std::size_t i = 1; i < words.size(); ++i) {
        const bool isRule = parseRule(words[i], scaling);
        const bool isStore = !isRule && parseStore(words[i], scaling);
        if (!isRule && !isStore) {
            throwUnknown(BW_TR_NOOP("core", "unknown scale rule or scale type \"%1\""),
                BW_TR_NOOP("core", "unknown scale rule or scale type \"%1\"; did you mean %2?"), words[i],
                scalingWords());
        }
        if ((isRule && hasRule) || (isStore && hasStore)) {
            throw Error(ErrorKind::BadInput,
                BW_TR_NOOP("core", "\"%1\" is a second scale rule or scale type: give one of each"),
                printable(words[i]));
        }
        hasRule = hasRule || isRule;
        hasStore = hasStore || isStore;
    }
    return scaling;
}

std::string scalingText(const Scaling& scaling)
{
    std::string text = scaling.granularity == Granularity::Tensor ? "/t"
        : scaling.granularity == Granularity::Channel             ? "/c"
                                                                  : "/b" + toText(scaling.blockSize);
    const Scaling defaults;
    if (scaling.rule != defaults.rule) {
        text += ":" + scaling.rule + (scaling.ruleValue != 0 ? toText(scaling.ruleValue) : "");
    }
    if (scaling.store != defaults.store) {
        text += ":" + scaling.store;
    }
    return text;
}

[[noreturn]] void throwUnknownPiece(std::string_view piece, bool mayBeScaling)
{
    auto words = extraWords();
    if (mayBeScaling) {
        words.insert(words.end(), { "t", "c", "b64", "b32", "b128" });
    }
    throwUnknown(BW_TR_NOOP("core", "unknown scaling or extra \"/%1\": scaling is /t, /c or /b64"),
        BW_TR_NOOP("core", "unknown scaling or extra \"/%1\"; did you mean /%2?"), piece, words);
}

template <class Entries>
auto findId(const Entries& entries, const std::string& id)
{
    return std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.id == id; });
}

void checkScaling(const Scaling& scaling, std::vector<Problem>& problems)
{
    const bool isBlock = scaling.granularity == Granularity::Block;
    if (isBlock ? scaling.blockSize < 1 || scaling.blockSize > maxBlockSize : scaling.blockSize != 0) {
        problems.push_back({ "block",
            { BW_TR_NOOP("core", "block size %1 must be between 1 and %2"),
                { toText(scaling.blockSize), toText(maxBlockSize) } } });
    }
    const auto rule = findId(scaleRules(), scaling.rule);
    if (rule == scaleRules().end()) {
        problems.push_back(
            { "rule", { BW_TR_NOOP("core", "there is no scale rule \"%1\""), { printable(scaling.rule) } } });
    } else if (!rule->hasValue ? scaling.ruleValue != 0
                               : !(scaling.ruleValue > rule->minValue && scaling.ruleValue <= rule->maxValue)) {
        problems.push_back({ "rule",
            { BW_TR_NOOP("core", "the value %1 of the scale rule \"%2\" must be above %3 and at most %4"),
                { toText(scaling.ruleValue), rule->id, toText(rule->minValue), toText(rule->maxValue) } } });
    }
    if (findId(scaleStores(), scaling.store) == scaleStores().end()) {
        problems.push_back(
            { "store", { BW_TR_NOOP("core", "there is no scale type \"%1\""), { printable(scaling.store) } } });
    }
}
} // namespace

std::string formatText(const QuantFormat& format)
{
    const auto& family = familyOf(format);
    return family.elementText(format.params) + (family.hasScaling ? scalingText(format.scaling) : std::string())
        + extrasText(format);
}

QuantFormat parseFormat(std::string_view text)
{
    const std::string compact = withoutBlanks(text);
    const auto where = [&] { return Text(BW_TR_NOOP("core", "format \"%1\""), { printable(text) }); };
    return withContext(where(), [&] {
        const auto pieces = split(compact, '/');
        QuantFormat format = parseElement(pieces.front());
        std::size_t extra = 1;
        if (pieces.size() > 1) {
            const auto words = split(pieces[1], ':');
            if (parseGranularity(words.front(), format.scaling)) {
                format.scaling = parseScaling(words, format.scaling);
                extra = 2;
            }
        }
        for (; extra < pieces.size(); ++extra) {
            if (!parseExtra(pieces[extra], format)) {
                throwUnknownPiece(pieces[extra], extra == 1);
            }
        }
        addUsualCoder(format);
        const auto problems = validate(format);
        if (!problems.empty()) {
            throw Error(ErrorKind::BadInput, problems.front().message);
        }
        return format;
    });
}

std::vector<Problem> validate(const QuantFormat& format)
{
    const FormatFamily* family = formatFamilies().find(format.family);
    if (family == nullptr) {
        return { { "family",
            { BW_TR_NOOP("core", "there is no format family \"%1\""), { printable(format.family) } } } };
    }
    auto problems = checkParams(family->schema, format.params);
    checkScaling(format.scaling, problems);
    checkExtras(format, problems);
    if (!family->hasScaling && !(format.scaling == Scaling {})) {
        problems.push_back({ "scaling",
            { BW_TR_NOOP("core", "%1 has no scale, so it takes no scaling"),
                { family->elementText(format.params) } } });
    } else if (!family->hasScale && format.scaling.rule != Scaling {}.rule) {
        problems.push_back({ "rule",
            { BW_TR_NOOP("core", "%1 has no scale, so it takes no scale rule"),
                { family->elementText(format.params) } } });
    }
    if (!family->hasScale && family->hasScaling && !scaleStore(format.scaling.store).isForLevels) {
        problems.push_back({ "store",
            { BW_TR_NOOP("core", "the levels of %1 are stored as numbers; %2 holds only scales"),
                { family->elementText(format.params), format.scaling.store } } });
    }
    const auto& rule = scaleRule(format.scaling.rule);
    if (family->hasScale && !family->takesAllRules && !rule.isForAnyGrid) {
        problems.push_back({ "rule",
            { BW_TR_NOOP("core", "the scale of %1 cannot be chosen by %2; absmax and search are possible"),
                { family->elementText(format.params), rule.id } } });
    }
    if (family->hasScale && rule.isSigned && !scaleStore(format.scaling.store).hasSign) {
        problems.push_back({ "store",
            { BW_TR_NOOP("core", "%1 holds no sign, which the scales of %2 have"),
                { format.scaling.store, rule.id } } });
    }
    if (problems.empty() && family->needsImportance != nullptr && family->needsImportance(format.params)) {
        for (const auto& [id, value] : format.extras) {
            if (formatExtras().find(id)->movesWeights) {
                problems.push_back({ id,
                    { BW_TR_NOOP("core", "%1 needs the weights in their places, so it cannot be used with %2"),
                        { family->elementText(format.params), id } } });
            }
        }
    }
    if (problems.empty() && family->validate != nullptr) {
        problems = family->validate(format);
    }
    return problems;
}

} // namespace bw
