#include "core/report/damage_file.h"

#include "core/base/version.h"
#include "core/report/hdf5_reader.h"
#include "core/report/hdf5_writer.h"
#include "core/report/stored_text.h"

#include <cmath>

namespace bw {

namespace {
using hdf5::Column;

constexpr const char* schemaName = "bitwright-damage";
constexpr std::uint64_t schemaVersion = 1;

using Texts = std::vector<std::string>;
using Reals = std::vector<double>;
using Wholes = std::vector<std::uint64_t>;

[[noreturn]] void refuse(const char* what)
{
    throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the damage table is not consistent: %1"), what);
}

/// Values of one figure of all entries.
template <class T, class Entry, class Get>
std::vector<T> gathered(const std::vector<const Entry*>& entries, const Get& get)
{
    std::vector<T> values;
    values.reserve(entries.size());
    for (const Entry* entry : entries) {
        values.push_back(static_cast<T>(get(*entry)));
    }
    return values;
}

void writeLayers(const hdf5::Writer& writer, const DamageTable& table)
{
    std::vector<const LayerDamage*> all;
    for (const auto& layer : table.layers) {
        all.push_back(&layer);
    }
    using L = const LayerDamage&;
    writer.table(writer.root(), "layers",
        { { "name", gathered<std::string>(all, [](L l) { return l.layer; }), {} },
            { "count", gathered<std::uint64_t>(all, [](L l) { return l.count; }), "weights" },
            { "bits_kept", gathered<std::uint64_t>(all, [](L l) { return l.bitsKept; }), "bits" },
            { "rms", gathered<double>(all, [](L l) { return l.rms; }), "1" },
            { "value", gathered<double>(all, [](L l) { return l.value; }), "1" },
            { "standard_error", gathered<double>(all, [](L l) { return l.standardError; }), "1" },
            { "output_energy", gathered<double>(all, [](L l) { return l.outputEnergy; }), "1" },
            { "known", gathered<std::uint64_t>(all, [](L l) { return l.isKnown ? 1 : 0; }), {} },
            { "points", gathered<std::uint64_t>(all, [](L l) { return l.points.size(); }), {} },
            { "note", gathered<std::string>(all, [](L l) { return l.note.english(); }), {} },
            { "note_text", gathered<std::string>(all, [](L l) { return storedText(l.note); }), {} } });
}

void writePoints(const hdf5::Writer& writer, const DamageTable& table)
{
    std::vector<const DamagePoint*> all;
    Wholes layers;
    for (std::size_t l = 0; l < table.layers.size(); ++l) {
        for (const auto& point : table.layers[l].points) {
            all.push_back(&point);
            layers.push_back(l);
        }
    }
    using P = const DamagePoint&;
    writer.table(writer.root(), "points",
        { { "layer", std::move(layers), {} },
            { "format", gathered<std::string>(all, [](P p) { return formatText(p.format); }), {} },
            { "bits", gathered<std::uint64_t>(all, [](P p) { return p.bits; }), "bits" },
            { "damage", gathered<double>(all, [](P p) { return p.damage; }), table.unit },
            { "standard_error", gathered<double>(all, [](P p) { return p.standardError; }), table.unit },
            { "accuracy_drop", gathered<double>(all, [](P p) { return p.accuracyDrop; }), "1" },
            { "samples", gathered<std::uint64_t>(all, [](P p) { return p.samples; }), "samples" },
            { "usable", gathered<std::uint64_t>(all, [](P p) { return p.isUsable() ? 1 : 0; }), {} },
            { "squared_error", gathered<double>(all, [](P p) { return p.error.squaredError; }), "1" },
            { "squared_signal", gathered<double>(all, [](P p) { return p.error.squaredSignal; }), "1" },
            { "squared_quantized", gathered<double>(all, [](P p) { return p.error.squaredQuantized; }), "1" },
            { "product", gathered<double>(all, [](P p) { return p.error.product; }), "1" },
            { "max_abs_error", gathered<double>(all, [](P p) { return p.error.maxAbsError; }), "1" },
            { "error_count", gathered<std::uint64_t>(all, [](P p) { return p.error.count; }), "weights" },
            { "reason", gathered<std::string>(all, [](P p) { return p.reason.english(); }), {} },
            { "reason_text", gathered<std::string>(all, [](P p) { return storedText(p.reason); }), {} } });
}

void requireOurs(const hdf5::Reader& reader)
{
    if (!reader.exists("/layers") || reader.textAttribute("/", "schema") != schemaName) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the HDF5 file holds no damage table")));
    }
    const auto version = reader.wholeAttribute("/", "schema_version");
    if (version > schemaVersion) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core", "the damage table has schema version %1; this program knows versions up to %2"),
            toText(version), toText(schemaVersion));
    }
    if (reader.wholeAttribute("/", "complete") != 1) {
        refuse("complete");
    }
}

double checkedReal(double value, const char* what, bool isNegativeAllowed = false)
{
    if (!std::isfinite(value) || (value < 0 && !isNegativeAllowed)) {
        refuse(what);
    }
    return value;
}

QuantFormat storedFormat(const std::string& text)
{
    try {
        return parseFormat(text);
    } catch (const Error& error) {
        throw Error(ErrorKind::BadFile, error.message());
    }
}

/// Adds the layers, and returns how many points each has.
Wholes readLayers(const hdf5::Reader& reader, DamageTable& table)
{
    const std::string path = "/layers";
    const auto names = reader.textColumn(path, "name");
    const auto counts = reader.wholeColumn(path, "count");
    const auto bitsKept = reader.wholeColumn(path, "bits_kept");
    const auto rms = reader.realColumn(path, "rms");
    const auto values = reader.realColumn(path, "value");
    const auto errors = reader.realColumn(path, "standard_error");
    const auto energies = reader.realColumn(path, "output_energy");
    const auto known = reader.wholeColumn(path, "known");
    const auto notes = reader.textColumn(path, "note_text");
    for (std::size_t i = 0; i < names.size(); ++i) {
        LayerDamage layer;
        layer.layer = names[i];
        layer.count = counts[i];
        layer.bitsKept = bitsKept[i];
        layer.rms = checkedReal(rms[i], "rms");
        layer.value = checkedReal(values[i], "value", true);
        layer.standardError = checkedReal(errors[i], "standard_error");
        layer.outputEnergy = checkedReal(energies[i], "output_energy");
        layer.isKnown = known[i] != 0;
        layer.note = restoredText(notes[i]);
        table.layers.push_back(std::move(layer));
    }
    return reader.wholeColumn(path, "points");
}

void readPoints(const hdf5::Reader& reader, const Wholes& counts, DamageTable& table, const JobContext& ctx)
{
    const std::string path = "/points";
    const auto layers = reader.wholeColumn(path, "layer");
    const auto formats = reader.textColumn(path, "format");
    const auto bits = reader.wholeColumn(path, "bits");
    const auto damages = reader.realColumn(path, "damage");
    const auto errors = reader.realColumn(path, "standard_error");
    const auto drops = reader.realColumn(path, "accuracy_drop");
    const auto samples = reader.wholeColumn(path, "samples");
    const auto usable = reader.wholeColumn(path, "usable");
    const auto squaredErrors = reader.realColumn(path, "squared_error");
    const auto signals = reader.realColumn(path, "squared_signal");
    const auto quantized = reader.realColumn(path, "squared_quantized");
    const auto products = reader.realColumn(path, "product");
    const auto largest = reader.realColumn(path, "max_abs_error");
    const auto errorCounts = reader.wholeColumn(path, "error_count");
    const auto reasons = reader.textColumn(path, "reason_text");
    std::size_t row = 0;
    for (std::size_t l = 0; l < table.layers.size(); ++l) {
        for (std::uint64_t k = 0; k < counts[l]; ++k, ++row) {
            ctx.checkpoint();
            if (row >= layers.size() || layers[row] != l) {
                refuse("points");
            }
            DamagePoint point;
            point.format = storedFormat(formats[row]);
            point.bits = bits[row];
            point.damage = checkedReal(damages[row], "damage");
            point.standardError = checkedReal(errors[row], "standard_error");
            point.accuracyDrop = checkedReal(drops[row], "accuracy_drop", true);
            point.samples = samples[row];
            point.error = { errorCounts[row], checkedReal(squaredErrors[row], "squared_error"),
                checkedReal(signals[row], "squared_signal"), checkedReal(quantized[row], "squared_quantized"),
                checkedReal(products[row], "product", true), checkedReal(largest[row], "max_abs_error") };
            point.reason = restoredText(reasons[row]);
            if ((usable[row] != 0) != point.isUsable()) {
                refuse("usable");
            }
            table.layers[l].points.push_back(std::move(point));
        }
    }
    if (row != layers.size()) {
        refuse("points");
    }
}
} // namespace

void writeDamageTable(const DamageTable& table, const std::filesystem::path& path, const JobContext& ctx)
{
    hdf5::Writer writer;
    const auto root = writer.root();
    writer.attribute(root, "schema", schemaName);
    writer.attribute(root, "schema_version", schemaVersion);
    writer.attribute(root, "tool_version", toolVersion());
    writer.attribute(root, "kind", table.kind);
    writer.attribute(root, "unit", table.unit);
    writer.attribute(root, "model_sha256", table.modelSha256);
    writer.attribute(root, "data_name", table.dataName);
    writer.attribute(root, "data_hash", table.dataHash);
    writer.attribute(root, "samples", table.samples);
    writer.attribute(root, "seed", table.seed);
    writeLayers(writer, table);
    writePoints(writer, table);
    writer.attribute(root, "complete", std::uint64_t { 1 });
    writer.commit(path, ctx);
}

DamageTable readDamageTable(const std::filesystem::path& path, const JobContext& ctx)
{
    return withContext(Text(BW_TR_NOOP("core", "file %1"), { printable(path.string()) }), [&] {
        const hdf5::Reader reader(path);
        requireOurs(reader);
        DamageTable table;
        table.kind = reader.textAttribute("/", "kind");
        table.unit = reader.textAttribute("/", "unit");
        table.modelSha256 = reader.textAttribute("/", "model_sha256");
        table.dataName = reader.textAttribute("/", "data_name");
        table.dataHash = reader.textAttribute("/", "data_hash");
        table.samples = reader.wholeAttribute("/", "samples");
        table.seed = reader.wholeAttribute("/", "seed");
        const auto counts = readLayers(reader, table);
        readPoints(reader, counts, table, ctx);
        return table;
    });
}

} // namespace bw
