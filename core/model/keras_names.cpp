#include "core/model/keras_names.h"

#include <algorithm>
#include <array>
#include <set>

namespace bw {

namespace {

using Parts = std::vector<std::string>;

bool isNumber(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Keras 2.12 joined names by backslashes.
Parts partsOf(const std::string& path)
{
    Parts parts;
    for (std::size_t start = 0; start <= path.size();) {
        const auto end = std::min(path.find_first_of("/\\", start), path.size());
        if (end > start) {
            parts.push_back(path.substr(start, end - start));
        }
        start = end + 1;
    }
    return parts;
}

std::string joined(const Parts& parts)
{
    std::string out;
    for (const auto& part : parts) {
        out += (out.empty() ? "" : "/") + part;
    }
    return out;
}

bool isVersion3(const Parts& parts)
{
    return parts.size() >= 2 && parts[parts.size() - 2] == "vars" && isNumber(parts.back());
}

/// "conv2d_1" of "conv2d_1", or with a number of its own: "conv2d_1_2".
bool repeats(const std::string& part, const std::string& before)
{
    return part == before
        || (part.size() > before.size() + 1 && part.starts_with(before) && part[before.size()] == '_'
            && isNumber(std::string_view(part).substr(before.size() + 1)));
}

/// "lstm/lstm/lstm_cell/kernel:0" → "lstm/lstm_cell/kernel".
std::string nameOfVersion2(Parts parts)
{
    if (parts.size() > 1 && parts.front() == "model_weights") {
        parts.erase(parts.begin());
    }
    auto& last = parts.back();
    last = last.substr(0, last.find(':'));
    Parts out;
    for (auto& part : parts) {
        if (out.empty() || !repeats(part, out.back())) {
            out.push_back(std::move(part));
        }
    }
    return joined(out);
}

struct VariableNames
{
    std::string_view layer; ///< as the layer's folder begins
    std::size_t count; ///< of variables; 0 for any
    std::vector<std::string_view> names;
};

const std::vector<VariableNames>& variableNames()
{
    static const std::vector<VariableNames> table {
        { "batch_normalization", 4, { "gamma", "beta", "moving_mean", "moving_variance" } },
        { "batch_normalization", 3, { "gamma", "moving_mean", "moving_variance" } },
        { "batch_normalization", 2, { "moving_mean", "moving_variance" } },
        { "layer_normalization", 0, { "gamma", "beta" } },
        { "group_normalization", 0, { "gamma", "beta" } },
        { "embedding", 1, { "embeddings" } },
        { "depthwise_conv", 0, { "depthwise_kernel", "bias" } },
        { "separable_conv", 0, { "depthwise_kernel", "pointwise_kernel", "bias" } },
        { "cell", 0, { "kernel", "recurrent_kernel", "bias" } },
        { "lstm_cell", 0, { "kernel", "recurrent_kernel", "bias" } },
        { "gru_cell", 0, { "kernel", "recurrent_kernel", "bias" } },
        { "simple_rnn_cell", 0, { "kernel", "recurrent_kernel", "bias" } },
        { "p_re_lu", 0, { "alpha" } },
        { "seed_generator", 0, { "seed" } },
    };
    return table;
}

/// What a layer's variable number `index` is, by the layer's folder; of others, matrices are kernels and vectors
/// biases.
std::string variableName(const std::string& layer, std::size_t index, std::size_t count, std::size_t rank)
{
    for (const auto& rule : variableNames()) {
        if (layer.starts_with(rule.layer) && (rule.count == 0 || rule.count == count) && index < rule.names.size()) {
            return std::string(rule.names[index]);
        }
    }
    if (index == 0 && rank >= 2) {
        return "kernel";
    }
    return index == 1 && rank <= 2 && count == 2 ? "bias" : "vars/" + std::to_string(index);
}

/// "layers/functional/layers/dense/vars/0" → "functional/dense/kernel".
std::string nameOfVersion3(
    const Parts& parts, const Shape& shape, std::size_t count, const std::map<std::string, std::string>& groupNames)
{
    const Parts group(parts.begin(), parts.end() - 1);
    Parts out;
    for (auto part = group.begin(); part + 1 != group.end(); ++part) {
        if (*part != "layers" && *part != "_layer_checkpoint_dependencies") {
            out.push_back(*part);
        }
    }
    const std::string folder = out.empty() ? std::string() : out.back();
    const auto index = static_cast<std::size_t>(parseInt(parts.back()).value_or(-1));
    const auto own = groupNames.find(joined(group));
    if (own != groupNames.end() && !out.empty() && own->second.find('/') == std::string::npos) {
        out.back() = own->second;
    }
    out.push_back(variableName(folder, index, count, shape.size()));
    return joined(out);
}

bool isOptimizer(const Parts& parts)
{
    return parts.size() > 1 && (parts.front() == "optimizer_weights" || parts.front() == "optimizer");
}

/// Numbers entries as Keras' lists of layers and weights say; those that are in no list come last.
std::map<std::string, std::size_t> listedOrder(const KerasNameLists& lists)
{
    std::map<std::string, std::size_t> order;
    for (const auto& [key, layers] : lists) {
        const auto& [group, attribute] = key;
        if (attribute != "layer_names") {
            continue;
        }
        const std::string prefix = group.empty() ? "" : group + "/";
        for (const auto& layer : layers) {
            const auto weights = lists.find({ prefix + layer, "weight_names" });
            for (const auto& weight : weights != lists.end() ? weights->second : Parts {}) {
                order.emplace(prefix + layer + "/" + weight, order.size());
            }
        }
    }
    return order;
}

void leaveOut(KerasNaming& naming, const std::string& group)
{
    const auto known = std::find_if(
        naming.leftOut.begin(), naming.leftOut.end(), [&](const auto& entry) { return entry.first == group; });
    if (known == naming.leftOut.end()) {
        naming.leftOut.emplace_back(group, 1);
    } else {
        ++known->second;
    }
}

bool areDistinct(const KerasNaming& naming)
{
    std::set<std::string> names;
    return std::all_of(
        naming.kept.begin(), naming.kept.end(), [&](const auto& entry) { return names.insert(entry.second).second; });
}

} // namespace

KerasNaming kerasNaming(const std::vector<KerasEntry>& entries, const KerasNameLists& lists,
    const std::map<std::string, std::string>& groupNames)
{
    std::vector<Parts> parts;
    std::map<std::string, std::size_t> variables; // in each folder "vars"
    bool hasVersion3 = false;
    bool hasVersion2 = !lists.empty();
    for (const auto& entry : entries) {
        parts.push_back(partsOf(entry.path));
        hasVersion2 = hasVersion2 || entry.path.ends_with(":0");
        if (isVersion3(parts.back())) {
            hasVersion3 = true;
            ++variables[joined(Parts(parts.back().begin(), parts.back().end() - 1))];
        }
    }
    KerasNaming naming;
    naming.isKeras = hasVersion2 || hasVersion3;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (naming.isKeras && isOptimizer(parts[i])) {
            leaveOut(naming, parts[i].front());
        } else if (isVersion3(parts[i])) {
            const auto count = variables[joined(Parts(parts[i].begin(), parts[i].end() - 1))];
            naming.kept.emplace_back(i, nameOfVersion3(parts[i], entries[i].shape, count, groupNames));
        } else {
            naming.kept.emplace_back(i, hasVersion2 ? nameOfVersion2(parts[i]) : entries[i].path);
        }
    }
    if (!areDistinct(naming)) {
        for (auto& [index, name] : naming.kept) {
            name = entries[index].path;
        }
    }
    const auto order = listedOrder(lists);
    std::stable_sort(naming.kept.begin(), naming.kept.end(), [&](const auto& a, const auto& b) {
        const auto place = [&](std::size_t index) {
            const auto found = order.find(entries[index].path);
            return found == order.end() ? order.size() : found->second;
        };
        return place(a.first) < place(b.first);
    });
    return naming;
}

} // namespace bw
