#include "core/report/damage_file.h"

#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace bw {

namespace {
DamagePoint point(const char* format, double damage)
{
    DamagePoint made;
    made.format = parseFormat(format);
    made.bits = 1234;
    made.error = { 300, 0.5, 20, 19.5, 19.75, 0.25 };
    made.damage = damage;
    made.standardError = damage / 8;
    made.accuracyDrop = -0.03125;
    made.samples = 96;
    return made;
}

DamageTable someTable()
{
    DamageTable table;
    table.kind = "projected-fisher";
    table.unit = "nats";
    table.modelSha256 = std::string(64, 'a');
    table.dataName = "pets é";
    table.dataHash = std::string(32, '0');
    table.samples = 256;
    table.seed = 18446744073709551615u;
    LayerDamage first;
    first.layer = "conv1.weight";
    first.count = 300;
    first.bitsKept = 9600;
    first.rms = 0.25;
    first.value = 1e-7;
    first.standardError = 3e-9;
    first.outputEnergy = 12.5;
    first.points = { point("int4/c", 0.125), point("crd4(normal)/b64", 1e-300) };
    LayerDamage second;
    second.layer = "lstm/w";
    second.isKnown = false;
    second.note = Text("weights only: %1", { "a \"reason\"\nof two lines" });
    DamagePoint unusable;
    unusable.format = parseFormat("q4_k");
    unusable.reason = Text("It has fewer than %1 of %2.", { "256", "%1" });
    second.points = { unusable, point("f16", 0) };
    LayerDamage third;
    third.layer = "no points";
    table.layers = { first, second, third };
    return table;
}
} // namespace

TEST(DamageFile, IsReadAsItWasWritten)
{
    const test::TempDir folder;
    const auto path = folder / "damage.h5";
    for (const auto& table : { someTable(), DamageTable {} }) {
        writeDamageTable(table, path, {});
        EXPECT_EQ(readDamageTable(path, {}), table);
        const auto bytes = test::readFile(path);
        writeDamageTable(table, path, {});
        EXPECT_EQ(test::readFile(path), bytes);
    }
}

TEST(DamageFile, IsReadableWithH5py)
{
    const test::TempDir folder;
    writeDamageTable(someTable(), folder / "damage.h5", {});
    const auto out = test::runPython(R"(
import h5py, sys
f = h5py.File(sys.argv[1])
l, p = f["layers"], f["points"]
print(f.attrs["kind"], f.attrs["unit"], f.attrs["samples"], l["name"][0].decode(), l["value"][0], list(l["points"]))
print([x.decode() for x in p["format"]], list(p["layer"]), list(p["damage"]), list(p["usable"]))
print(p["reason"][2].decode())
)",
        { (folder / "damage.h5").string() });
    EXPECT_EQ(out,
        "projected-fisher nats 256 conv1.weight 1e-07 [2, 2, 0]\n"
        "['int4/c', 'crd4(normal)/b64', 'q4_k', 'f16'] [0, 0, 1, 1] [0.125, 1e-300, 0.0, 0.0] [1, 1, 0, 1]\n"
        "It has fewer than 256 of %1.\n");
}

TEST(DamageFile, AFileFromAStrangerIsCheckedBeforeItIsBelieved)
{
    const test::TempDir folder;
    const auto good = folder / "good.h5";
    writeDamageTable(someTable(), good, {});
    // Each change is made with h5py in a copy without the hash line, which is what a stranger's file would be.
    const std::vector<std::string> changes {
        "p = f['points'][:]; p['damage'][1] = float('nan'); f['points'][:] = p",
        "p = f['points'][:]; p['damage'][1] = -1; f['points'][:] = p",
        "p = f['points'][:]; p['standard_error'][0] = float('inf'); f['points'][:] = p",
        "p = f['points'][:]; p['layer'][3] = 2; f['points'][:] = p",
        "p = f['points'][:]; p['layer'][0] = 2**63; f['points'][:] = p",
        "p = f['points'][:]; p['format'][0] = b'int99/c'; f['points'][:] = p",
        "p = f['points'][:]; p['usable'][2] = 1; f['points'][:] = p",
        "p = f['points'][:]; p['reason_text'][2] = b'[1,2]'; f['points'][:] = p",
        "p = f['points'][:]; p['reason_text'][2] = b'{'; f['points'][:] = p",
        "l = f['layers'][:]; l['points'][0] = 2**62; f['layers'][:] = l",
        "l = f['layers'][:]; l['points'][2] = 1; f['layers'][:] = l",
        "l = f['layers'][:]; l['rms'][0] = float('nan'); f['layers'][:] = l",
        "del f['points']",
        "del f['layers']",
        "del f.attrs['kind']",
        "f.attrs['schema'] = 'other'",
        "f.attrs['schema_version'] = 9",
        "f.attrs['complete'] = 0",
        "del f['points']; f['points'] = h5py.SoftLink('/layers')",
    };
    for (const auto& change : changes) {
        const auto bad = folder / "bad.h5";
        auto bytes = test::readFile(good);
        test::writeFile(bad, bytes.substr(0, bytes.size() - 83));
        EXPECT_EQ(readDamageTable(bad, {}), someTable());
        test::runPython(
            "import h5py, sys\nf = h5py.File(sys.argv[1], 'a')\n" + change + "\nf.close()", { bad.string() });
        EXPECT_THROW(readDamageTable(bad, {}), Error) << change;
    }
    auto bytes = test::readFile(good);
    for (std::size_t at = 0; at + 83 < bytes.size(); at += 331) {
        auto damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
        test::writeFile(folder / "damaged.h5", damaged);
        EXPECT_THROW(readDamageTable(folder / "damaged.h5", {}), Error) << at;
        test::writeFile(folder / "damaged.h5", bytes.substr(0, at));
        EXPECT_THROW(readDamageTable(folder / "damaged.h5", {}), Error) << at;
    }
    EXPECT_THROW(readDamageTable(folder / "absent.h5", {}), Error);
}

} // namespace bw
