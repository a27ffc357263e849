// Finds the weights among all that a checkpoint holds.

#include "core/base/error.h"
#include "core/model/pickled_tensors.h"

#include <algorithm>
#include <array>

namespace bw {

namespace {

using Kind = PickleValue::Kind;

// Values may be part of many others, and these again: a small pickle can stand for endlessly many names.
constexpr std::size_t stepsPerValue = 8;
constexpr std::size_t namesPerTensor = 16;
constexpr std::size_t moreNames = 1000;
constexpr std::size_t mostNameBytes = 4096;
constexpr int mostWrappers = 4;

/// What trainers call the model's state_dict, the likeliest first.
constexpr auto modelKeys = std::to_array<std::string_view>({ "state_dict", "model_state_dict", "model_state", "model",
    "module", "net", "network", "weights", "params" });
constexpr auto optimizerKeys = std::to_array<std::string_view>({ "optimizer", "optimizer_state_dict",
    "optimizer_states", "optimizer_state", "optim", "opt", "scheduler", "lr_scheduler", "lr_schedulers" });

bool isOptimizer(const PickleValue& key, const PickleValue& value)
{
    return !isPickledTensor(value) && std::any_of(optimizerKeys.begin(), optimizerKeys.end(), [&](auto name) { return key.isText(name); });
}

std::string keyText(const PickleValue& key)
{
    if (key.kind == Kind::String) {
        if (key.text.size() > mostNameBytes) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "a tensor's name has %1 bytes; at most %2 are allowed"),
                toText(key.text.size()), toText(mostNameBytes));
        }
        return std::string(key.text);
    }
    return key.kind == Kind::Int ? std::to_string(key.number) : std::string("?");
}

class Finder
{
public:
    explicit Finder(const Pickle& pickle)
        : m_mostSteps(stepsPerValue * pickle.valueCount + moreNames)
        , m_mostNames(namesPerTensor * pickle.persistent.size() + moreNames)
    {
    }

    void find(const PickleValue& value, const std::string& name)
    {
        if (++m_steps > m_mostSteps || tensors.size() > m_mostNames || name.size() > mostNameBytes) {
            throw Error(ErrorKind::BadFile,
                Text(BW_TR_NOOP("core", "the pickled data has more parts than that of any real model of its size")));
        }
        if (isPickledTensor(value)) {
            tensors.push_back({ name.empty() ? "tensor" : name, &value });
        } else if (value.kind == Kind::Dict) {
            for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
                findIn(*value.items[i + 1], name, keyText(*value.items[i]));
            }
        } else if (value.kind == Kind::List || value.kind == Kind::Tuple) {
            for (std::size_t i = 0; i < value.items.size(); ++i) {
                findIn(*value.items[i], name, std::to_string(i));
            }
        } else if (value.kind == Kind::Object && value.items.size() == 2) {
            find(*value.items[1], name);
        } else if (value.kind == Kind::Call && value.items[0]->text.starts_with("torch.jit._pickle.")
            && !value.items[1]->items.empty()) {
            find(*value.items[1]->items[0], name);
        }
    }

    std::vector<PickledName> tensors;

private:
    void findIn(const PickleValue& value, const std::string& name, const std::string& key)
    {
        if (value.items.empty()) {
            return; // numbers, texts and the like hold no tensors
        }
        find(value, name.empty() ? key : name + "." + key);
    }

    std::size_t m_mostSteps;
    std::size_t m_mostNames;
    std::size_t m_steps = 0;
};

std::vector<PickledName> tensorsOf(const Pickle& pickle, const PickleValue& value)
{
    Finder finder(pickle);
    finder.find(value, {});
    return std::move(finder.tensors);
}

struct Choice
{
    PicklePtr value;
    PicklePtr key; ///< of the entry chosen
};

/// The entry of a checkpoint that is the model's state_dict; nothing if `dict` is one itself.
std::optional<Choice> chosenEntry(const Pickle& pickle, const PickleValue& dict)
{
    for (const auto name : modelKeys) {
        for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
            const auto* value = dict.items[i + 1];
            if (dict.items[i]->isText(name) && value->kind == Kind::Dict && !tensorsOf(pickle, *value).empty()) {
                return Choice { value, dict.items[i] };
            }
        }
    }
    return std::nullopt;
}

void countLeftOut(const Pickle& pickle, const PickleValue& dict, PicklePtr kept, FoundTensors& found)
{
    for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
        const bool isLeftOut = kept != nullptr ? dict.items[i] != kept : isOptimizer(*dict.items[i], *dict.items[i + 1]);
        const auto count = isLeftOut ? tensorsOf(pickle, *dict.items[i + 1]).size() : 0;
        if (count > 0) {
            found.leftOut.emplace_back(keyText(*dict.items[i]), count);
        }
    }
}

/// All but what an optimizer keeps.
std::vector<PickledName> withoutOptimizer(const Pickle& pickle, const PickleValue& dict)
{
    Finder finder(pickle);
    for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
        if (!isOptimizer(*dict.items[i], *dict.items[i + 1])) {
            const auto key = keyText(*dict.items[i]);
            if (!dict.items[i + 1]->items.empty()) {
                finder.find(*dict.items[i + 1], key);
            }
        }
    }
    return std::move(finder.tensors);
}

} // namespace

std::vector<PickledName> findTensors(const Pickle& pickle)
{
    return tensorsOf(pickle, *pickle.root);
}

FoundTensors findStateDict(const Pickle& pickle)
{
    FoundTensors found;
    const auto* value = pickle.root;
    for (int i = 0; i < mostWrappers && value->kind == Kind::Dict; ++i) {
        const auto entry = chosenEntry(pickle, *value);
        if (!entry) {
            break;
        }
        countLeftOut(pickle, *value, entry->key, found);
        value = entry->value;
    }
    if (value->kind == Kind::Dict) {
        found.tensors = withoutOptimizer(pickle, *value);
        if (!found.tensors.empty()) {
            countLeftOut(pickle, *value, nullptr, found);
            return found;
        }
    }
    found.tensors = tensorsOf(pickle, *value);
    return found;
}

} // namespace bw
