#include "core/report/sweep_file.h"

#include "core/base/version.h"
#include "core/report/eval_tables.h"
#include "core/report/hdf5_writer.h"

namespace bw {

namespace {
using hdf5::Column;
using Texts = std::vector<std::string>;
using Reals = std::vector<double>;
using Wholes = std::vector<std::uint64_t>;

std::string joined(const Texts& words)
{
    std::string text;
    for (const auto& word : words) {
        text += (text.empty() ? "" : " ") + word;
    }
    return text;
}

void writeRows(const hdf5::Writer& writer, const std::vector<SweepResult>& results)
{
    Wholes units, bits, bytes;
    Texts models, formats, budgets, ways, details;
    Reals bitsPerWeight, damages;
    for (std::size_t i = 0; i < results.size(); ++i) {
        for (const auto& row : results[i].rows) {
            units.push_back(i);
            models.push_back(results[i].model);
            formats.push_back(joined(results[i].formats));
            budgets.push_back(results[i].budget);
            ways.push_back(row.way);
            details.push_back(row.detail);
            bitsPerWeight.push_back(row.bitsPerWeight);
            bits.push_back(row.bits);
            bytes.push_back(row.bytes);
            damages.push_back(row.predictedDamage);
        }
    }
    writer.table(writer.root(), "rows",
        { { "unit", units, {} }, { "model", models, {} }, { "formats", formats, {} }, { "budget", budgets, {} },
            { "way", ways, {} }, { "detail", details, {} }, { "bits_per_weight", bitsPerWeight, "bits" },
            { "bits", bits, "bits" }, { "bytes", bytes, "bytes" }, { "predicted_damage", damages, "nats" } });
}

void writeUnit(const hdf5::Writer& writer, hid_t group, const SweepResult& result)
{
    writer.attribute(group, "id", result.id);
    writer.attribute(group, "model", result.model);
    writer.attribute(group, "formats", std::span<const std::string>(result.formats));
    writer.attribute(group, "budget", result.budget);
    writer.attribute(group, "budget_bits", result.budgetBits);
    writer.attribute(group, "problem", result.problem);
    Texts ways, layers, formats;
    for (const auto& row : result.rows) {
        for (const auto& [layer, format] : row.formats) {
            ways.push_back(row.way);
            layers.push_back(layer);
            formats.push_back(format);
        }
    }
    writer.table(group, "layers", { { "way", ways, {} }, { "layer", layers, {} }, { "format", formats, {} } });
    Wholes bytes;
    Reals nats;
    for (const auto& point : result.front) {
        bytes.push_back(point.cost);
        nats.push_back(point.damage);
    }
    writer.dataset(group, "front_bytes", bytes, "bytes");
    writer.dataset(group, "front_nats", nats, "nats");
    hdf5::writeEvaluation(writer, writer.group(group, "calibration").get(), result.calibration);
    hdf5::writeEvaluation(writer, writer.group(group, "test").get(), result.test);
}
} // namespace

void writeSweep(const std::vector<SweepResult>& results, const std::filesystem::path& target, const JobContext& ctx)
{
    hdf5::Writer file;
    const auto root = file.root();
    file.attribute(root, "schema", "bitwright-sweep");
    file.attribute(root, "schema_version", std::uint64_t { 1 });
    file.attribute(root, "tool_version", toolVersion());
    file.attribute(root, "units", static_cast<std::uint64_t>(results.size()));
    writeRows(file, results);
    for (std::size_t i = 0; i < results.size(); ++i) {
        ctx.checkpoint();
        writeUnit(file, file.group(root, toText(i)).get(), results[i]);
    }
    file.attribute(root, "complete", std::uint64_t { 1 });
    file.commit(target, ctx);
}

} // namespace bw
