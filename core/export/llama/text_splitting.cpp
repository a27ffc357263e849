#include "core/export/llama/text_splitting.h"

#include "core/export/llama/json_entries.h"

#include <array>
#include <vector>

namespace bw::llama {

namespace {
/// llama.cpp's names for splittings that its loader (llama-vocab.cpp, llm_tokenizer_bpe) does with the regular
/// expression of these tokenizers. `takesWholeWords`: whether a word that is a token is taken without merging.
struct KnownRegex
{
    std::string_view name;
    bool takesWholeWords;
    std::string_view regex;
};
constexpr std::array knownRegexes {
    KnownRegex { "llama-bpe", true,
        R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)" },
    KnownRegex { "smaug-bpe", false,
        R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)" },
    KnownRegex { "qwen2", false,
        R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)" },
    KnownRegex { "tekken", true,
        R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)" },
};

[[noreturn]] void unknownSplitting(const char* key)
{
    throw Error(ErrorKind::Unsupported,
        BW_TR_NOOP("core",
            "the tokenizer splits or changes text (\"%1\") in a way for which this build knows no name of llama.cpp's, "
            "so the file would give other tokens. Move it out of the folder to write a file without a tokenizer, or "
            "convert the model with llama.cpp's convert_hf_to_gguf.py"),
        key);
}

/// The steps of a "normalizer" or "pre_tokenizer": itself, those of a sequence, or none.
std::vector<JsonEntries> stepsOf(const JsonEntries& document, const char* key, const char* listKey)
{
    const auto outer = document.object(key);
    if (!outer) {
        return {};
    }
    if (outer->text("type") != "Sequence") {
        return { *outer };
    }
    const auto* list = outer->find(listKey);
    if (list == nullptr || !list->is_array()) {
        outer->wrong(listKey, BW_TR_NOOP("core", "the JSON entry \"%1\" is no list"));
    }
    std::vector<JsonEntries> steps;
    for (const auto& step : *list) {
        steps.emplace_back(step, std::string(key) + "." + listKey + ".");
    }
    return steps;
}

bool isOf(const JsonEntries& step, const char* type)
{
    return step.text("type") == type;
}

bool isPlainBytes(const JsonEntries& step, bool hasRegex)
{
    return isOf(step, "ByteLevel") && step.flag("use_regex").value_or(true) == hasRegex
        && !step.flag("add_prefix_space").value_or(true);
}

/// The regular expression of a step that keeps all parts; empty if it does something else.
std::string regexOf(const JsonEntries& step)
{
    const auto pattern = step.object("pattern");
    const bool isPlain
        = isOf(step, "Split") && step.text("behavior") == "Isolated" && !step.flag("invert").value_or(false) && pattern;
    return isPlain ? pattern->text("Regex").value_or("") : std::string();
}

bool replacesSpaces(const JsonEntries& step)
{
    const auto pattern = step.object("pattern");
    return pattern && pattern->text("String") == " ";
}

std::string nameOfRegex(const std::string& regex, bool takesWholeWords)
{
    for (const auto& known : knownRegexes) {
        if (known.regex == regex && known.takesWholeWords == takesWholeWords) {
            return std::string(known.name);
        }
    }
    return {};
}
} // namespace

Splitting byteSplitting(const Json& tokenizer)
{
    const JsonEntries document(tokenizer);
    for (const auto& step : stepsOf(document, "normalizer", "normalizers")) {
        if (!isOf(step, "NFC")) { // llama.cpp leaves it out for all models, and most texts are so already
            unknownSplitting("normalizer");
        }
    }
    const bool takesWholeWords = document.object("model")->flag("ignore_merges").value_or(false);
    const auto steps = stepsOf(document, "pre_tokenizer", "pretokenizers");
    Splitting splitting;
    if (steps.size() == 1 && isPlainBytes(steps[0], true) && !takesWholeWords) {
        splitting.name = "gpt-2";
    } else if (steps.size() == 2 && isPlainBytes(steps[1], false)) {
        splitting.name = nameOfRegex(regexOf(steps[0]), takesWholeWords);
    } else if (steps.size() == 2 && isPlainBytes(steps[1], true) && isOf(steps[0], "Digits")
        && steps[0].flag("individual_digits").value_or(false) && !takesWholeWords) {
        splitting.name = "smollm";
    }
    if (splitting.name.empty()) {
        unknownSplitting("pre_tokenizer");
    }
    return splitting;
}

Splitting pieceSplitting(const Json& tokenizer)
{
    constexpr const char* mark = "\xe2\x96\x81"; // U+2581
    const JsonEntries document(tokenizer);
    Splitting splitting { "default", false };
    bool marksSpaces = false;
    for (const auto& step : stepsOf(document, "normalizer", "normalizers")) {
        if (isOf(step, "Prepend") && step.text("prepend") == mark) {
            splitting.addsSpace = true;
        } else if (isOf(step, "Replace") && step.text("content") == mark && replacesSpaces(step)) {
            marksSpaces = true;
        } else {
            unknownSplitting("normalizer");
        }
    }
    for (const auto& step : stepsOf(document, "pre_tokenizer", "pretokenizers")) {
        if (!isOf(step, "Metaspace") || step.text("replacement").value_or(mark) != mark) {
            unknownSplitting("pre_tokenizer");
        }
        marksSpaces = true;
        const auto scheme = step.text("prepend_scheme");
        splitting.addsSpace = scheme ? *scheme != "never" : step.flag("add_prefix_space").value_or(true);
    }
    if (!marksSpaces) {
        unknownSplitting("normalizer");
    }
    return splitting;
}

TextEnds textEnds(const Json& tokenizer)
{
    TextEnds ends;
    for (const auto& step : stepsOf(JsonEntries(tokenizer), "post_processor", "processors")) {
        const auto* single = isOf(step, "TemplateProcessing") ? step.find("single") : nullptr;
        if (single == nullptr) {
            continue;
        }
        if (!single->is_array() || single->empty()) {
            step.wrong("single", BW_TR_NOOP("core", "the JSON entry \"%1\" is no list"));
        }
        ends.hasFirst = single->front().is_object() && single->front().contains("SpecialToken");
        ends.hasLast = single->size() > 1 && single->back().is_object() && single->back().contains("SpecialToken");
    }
    return ends;
}

} // namespace bw::llama
