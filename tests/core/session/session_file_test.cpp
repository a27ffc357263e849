#include "core/session/session.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace bw {

namespace {
Recipe recipeOf(const char* format, int rules)
{
    Recipe recipe = defaultRecipe();
    recipe.fallback.format = parseFormat(format);
    for (int i = 0; i < rules; ++i) {
        recipe
            = withLayerFormat(recipe, { "layer" + std::to_string(i) }, parseFormat(i % 2 == 0 ? "int3/c" : "int4/t"));
    }
    recipe.seed = 99;
    return recipe;
}

Session fullSession()
{
    Session session;
    session.modelPath = "/models/a b/ünï.safetensors";
    session.modelSha256 = std::string(64, 'a');
    session.dataLocation = "images.gz,labels.gz";
    session.recipe = std::make_shared<const Recipe>(recipeOf("int4s/b64", 3));
    session.snapshots = std::make_shared<const std::vector<Snapshot>>(
        std::vector<Snapshot> { { "first try", recipeOf("int8/c", 0) }, { "四比特", recipeOf("int4/c", 1) } });
    EvalResult result;
    result.runs = { { "float", { { "top1", 1.0 / 3, 0.1, std::nextafter(0.7, 1), 2000 } }, { { "cat", 10, 9 } }, 0.1,
                        "pets", {} },
        { "quantized",
            { { "top1", 0.25, 0.1, 0.7, 2000 }, { "kl_mean", 1e-300, 0, std::numeric_limits<double>::infinity(), 1 } },
            {}, 0.2, "pets", "{}" } };
    result.comparisons = { { "float", "quantized", "top1", -0.08, -0.1, -0.06, 1e-12 } };
    session.runs = std::make_shared<const std::vector<StoredRun>>(
        std::vector<StoredRun> { { recipeOf("int8/c", 2), result }, { recipeOf("int3/c", 0), {} } });
    AllocationSettings allocation;
    allocation.sensitivity = "weight-error";
    allocation.dataLocation = "/data/calib a.safetensors";
    allocation.formats = { parseFormat("int3/c"), parseFormat("pow4(a=0.5)/b64") };
    allocation.exporter = "safetensors";
    allocation.budget = Budget { Budget::Kind::Share, 0.25 };
    allocation.layers["conv1.weight"].lock = parseFormat("int8/c");
    allocation.layers["ünï"].isExcluded = true;
    allocation.layers["fc"] = { {}, false, 2.5, 6 };
    allocation.ties = { { "a", "b" }, { "c", "d", "e" } };
    session.allocation = std::make_shared<const AllocationSettings>(allocation);
    session.notes = "What I tried:\n\t- the first layer matters \"most\"\n😀 " + std::string(100'000, 'n');
    return session;
}

std::string kindOfLoading(const std::filesystem::path& path)
{
    try {
        loadSession(path);
        return "none";
    } catch (const Error& error) {
        EXPECT_NE(error.fullEnglish().find(path.filename().string()), std::string::npos) << error.fullEnglish();
        return errorKindName(error.kind());
    }
}
} // namespace

TEST(AllocationSettings, AreTolerantOfTheNewAndStrictAboutTheWrong)
{
    EXPECT_EQ(parseAllocation("{}"), AllocationSettings {});
    EXPECT_EQ(parseAllocation(R"({"of": "a later version", "budget": "4bpw"})").budget,
        (Budget { Budget::Kind::BitsPerWeight, 4 }));
    // A layer stays in the first of two lists.
    EXPECT_EQ(parseAllocation(R"({"ties": [["a", "b"], ["b", "c"]]})").ties,
        (std::vector<std::vector<std::string>> { { "a", "b" } }));
    for (const char* wrong : { "[]", R"({"formats": "int4/c"})", R"({"formats": ["int99/c"]})", R"({"budget": "much"})",
             R"({"ties": [[1, 2]]})", R"({"layers": {"a": {"min_bits": "two"}}})" }) {
        EXPECT_THROW(parseAllocation(wrong), Error) << wrong;
    }
}

TEST(SessionFile, ComesBackAsItWas)
{
    const test::TempDir dir;
    const std::vector<std::string> undo { "Exponent 0.64 on 3 layers", "", "位数 4" };
    saveSession(fullSession(), undo, dir / "a.bitw");
    const auto loaded = loadSession(dir / "a.bitw");
    EXPECT_TRUE(loaded.session == fullSession());
    EXPECT_EQ(loaded.undoNames, undo);
    EXPECT_EQ(*loaded.session.runs, *fullSession().runs);
}

TEST(SessionFile, AnEmptySessionToo)
{
    const test::TempDir dir;
    saveSession({}, {}, dir / "a.bitw");
    const auto loaded = loadSession(dir / "a.bitw");
    EXPECT_TRUE(loaded.session == Session {});
    EXPECT_TRUE(loaded.undoNames.empty());
}

TEST(SessionFile, SameSessionSameBytesAndOverwritesWhole)
{
    const test::TempDir dir;
    saveSession(fullSession(), { "x" }, dir / "a.bitw");
    saveSession({}, {}, dir / "b.bitw");
    saveSession(fullSession(), { "x" }, dir / "b.bitw");
    EXPECT_EQ(test::readFile(dir / "a.bitw"), test::readFile(dir / "b.bitw"));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir.path()), std::filesystem::directory_iterator()), 2);
}

TEST(SessionFile, DamageIsFoundWhereverItIs)
{
    const test::TempDir dir;
    Session session = fullSession();
    session.notes = "short";
    saveSession(session, { "x" }, dir / "a.bitw");
    const auto whole = test::readFile(dir / "a.bitw");
    for (std::size_t at = 0; at + 83 < whole.size(); at += 61) {
        auto bytes = whole;
        bytes[at] = static_cast<char>(bytes[at] ^ 4);
        test::writeFile(dir / "x.bitw", bytes);
        EXPECT_EQ(kindOfLoading(dir / "x.bitw"), "bad_file") << at;
    }
    for (const std::size_t size : { std::size_t { 0 }, std::size_t { 7 }, std::size_t { 8 }, std::size_t { 50 },
             std::size_t { 500 }, whole.size() / 2, whole.size() - 84 }) {
        test::writeFile(dir / "x.bitw", whole.substr(0, size));
        EXPECT_EQ(kindOfLoading(dir / "x.bitw"), "bad_file") << size;
    }
    EXPECT_EQ(kindOfLoading(dir / "absent.bitw"), "not_found");
    test::writeFile(dir / "x.bitw", "not HDF5 at all, but long enough to hold a signature");
    EXPECT_EQ(kindOfLoading(dir / "x.bitw"), "bad_file");
}

TEST(SessionFile, ChangedByOthers)
{
    const test::TempDir dir;
    saveSession(fullSession(), { "x" }, dir / "a.bitw");
    const std::vector<std::pair<std::string, std::string>> changes { { "f.attrs['schema_version'] = 2", "unsupported" },
        { "f.attrs['schema'] = 'bitwright-report'", "bad_file" }, { "f.attrs['complete'] = 0", "bad_file" },
        { "del f['document/notes']", "bad_file" }, { "f['document/recipe_json'][0] = b'{}'", "bad_file" },
        { "f['runs/9'] = h5py.SoftLink('/source')", "bad_file" },
        { "f['runs/9'] = h5py.ExternalLink('/etc/passwd', '/')", "bad_file" },
        { "del f['snapshots/names']; f['snapshots/names'] = np.array([b'one'], 'S3')", "bad_file" },
        { "del f['snapshots/names']; f['snapshots/names'] = np.zeros(2)", "bad_file" },
        { "f['runs/0/0000-float'].attrs['seconds'] = 'long'", "bad_file" },
        { "del f['runs/0/0000-float/metrics']; f['runs/0/0000-float/metrics'] = np.zeros(1, [('name', 'S3'), ('value', "
          "'f8')])",
            "bad_file" },
        { "del f['undo_names']; f.create_dataset('undo_names', (1 << 40,), 'S8', chunks=(1024,))", "bad_file" },
        { "pass", "none" } };
    std::vector<std::string> arguments { dir.path().string() };
    for (const auto& change : changes) {
        arguments.push_back(change.first);
    }
    test::runPython(R"(
import h5py, numpy as np, shutil, sys
for i, change in enumerate(sys.argv[2:]):
    path = f"{sys.argv[1]}/c{i}.bitw"
    shutil.copy(sys.argv[1] + "/a.bitw", path)
    with h5py.File(path, "a") as f:
        exec(change)
)",
        arguments);
    for (std::size_t i = 0; i < changes.size(); ++i) {
        EXPECT_EQ(kindOfLoading(dir / ("c" + toText(i) + ".bitw")), changes[i].second) << changes[i].first;
    }
}

TEST(SessionFile, WhereNothingCanBeWritten)
{
    const test::TempDir dir;
    try {
        saveSession({}, {}, dir / "absent/a.bitw");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Io);
        EXPECT_NE(error.fullEnglish().find("a.bitw"), std::string::npos);
    }
}

} // namespace bw
