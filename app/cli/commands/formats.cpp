#include "app/cli/command.h"
#include "app/cli/json_documents.h"
#include "app/cli/text_table.h"
#include "app/cli/words.h"
#include "core/formats/format_family.h"

#include <memory>

namespace bw::cli {

CommandFunction declareFormats(Options& options);

namespace {
Json familyJson(const FormatFamily& family)
{
    return { { "id", family.id }, { "title", family.title.english() }, { "explanation", family.explanation.english() },
        { "parameters", schemaJson(family.schema) }, { "example", family.examples.front() },
        { "examples", family.examples } };
}

Json document(const std::vector<const FormatFamily*>& families)
{
    Json formats = Json::array();
    for (const FormatFamily* family : families) {
        formats.push_back(familyJson(*family));
    }
    Json rules = Json::array();
    for (const auto& rule : scaleRules()) {
        rules.push_back({ { "id", rule.id }, { "title", rule.title.english() }, { "help", rule.help.english() },
            { "has_value", rule.hasValue } });
    }
    Json stores = Json::array();
    for (const auto& store : scaleStores()) {
        stores.push_back({ { "id", store.id }, { "title", store.title.english() }, { "bits", store.bits } });
    }
    return { { "formats", std::move(formats) }, { "scale_rules", std::move(rules) },
        { "scale_stores", std::move(stores) } };
}

std::string tableText(const std::vector<const FormatFamily*>& families)
{
    TextTable table;
    table.column("format");
    table.column("example", Align::Left, Cut::Middle);
    table.column("what it is", Align::Left, Cut::End);
    for (const FormatFamily* family : families) {
        table.row({ family->id, family->examples.front(), family->title.english() });
    }
    std::string text = table.text()
        + "\nA format is ELEMENT/SCALING[:RULE[:STORE]], such as int4/b64:search:f16.\n"
          "  SCALING  /t one scale per tensor, /c per output channel, /b64 per block of 64 weights\n";
    std::string rules;
    for (const auto& rule : scaleRules()) {
        rules += "  :" + rule.id + (rule.hasValue ? "VALUE" : "");
    }
    std::string stores;
    for (const auto& store : scaleStores()) {
        stores += "  :" + store.id;
    }
    return text + "  RULE   " + rules + "\n  STORE  " + stores
        + "\n\n\"bitwright-cli formats NAME\" shows the parameters of one.\n";
}

std::string rangeText(const ParamSpec& spec)
{
    if (spec.type == ParamSpec::Type::Choice) {
        return listText(spec.choices);
    }
    return numberText(spec.min) + " … " + numberText(spec.max) + (spec.unit.empty() ? "" : " " + spec.unit);
}

std::string familyText(const FormatFamily& family)
{
    std::string text = wrapped(family.id + ": " + family.title.english() + ". " + family.explanation.english(), 0)
        + "\nParameters\n";
    for (const auto& spec : family.schema) {
        text += "  " + spec.id + ": " + rangeText(spec) + "; default " + paramText(spec.defaultValue) + "\n";
        text += wrapped(spec.help.empty() ? spec.title.english() : spec.help.english(), 6);
    }
    text += family.schema.empty() ? "  none\n\n" : "\n";
    std::string examples;
    for (const auto& example : family.examples) {
        examples += (examples.empty() ? "" : "  ") + example;
    }
    return text + "Examples\n" + wrapped(examples, 2);
}

std::vector<const FormatFamily*> chosenFamilies(const std::string& id)
{
    const auto all = formatFamilies().entries();
    if (id.empty()) {
        return { all.begin(), all.end() };
    }
    if (const FormatFamily* family = formatFamilies().find(id)) {
        return { family };
    }
    throw Error(ErrorKind::BadInput, "there is no kind of format \"%1\"%2", printable(id),
        didYouMean(id, idsOf(formatFamilies()), "; \"bitwright-cli formats\" lists them"));
}
} // namespace

CommandFunction declareFormats(Options& options)
{
    auto id = std::make_shared<std::string>();
    options.optionalPositional("NAME", *id, "Only this one, with its parameters");
    return [id](Run& run) -> Outcome {
        const auto families = chosenFamilies(*id);
        if (run.isJson()) {
            return { documentText(document(families), run) };
        }
        return { id->empty() ? tableText(families) : familyText(*families.front()) };
    };
}

} // namespace bw::cli
