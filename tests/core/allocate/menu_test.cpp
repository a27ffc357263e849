#include "core/allocate/allocator.h"
#include "core/allocate/build_menu.h"
#include "core/allocate/candidates.h"
#include "core/allocate/damages.h"
#include "core/allocate/fit_to_file.h"
#include "core/engine/result_cache.h"
#include "core/export/exporter.h"
#include "core/model/loader.h"
#include "core/sensitivity/sensitivity.h"
#include "tests/support/model_builders.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace bw {

namespace {
/// A network with two blocks of q, k, v, so that there is something to tie; large enough for sizes to mean something.
ModelPtr blocksModel(const std::filesystem::path& path)
{
    std::vector<test::NamedView> tensors;
    std::uint64_t seed = 1;
    for (const char* block : { "blocks.0", "blocks.1" }) {
        for (const char* part : { "q", "k", "v" }) {
            tensors.push_back({ std::string(block) + ".attn." + part + ".weight",
                test::normalTensor({ 48, 64 }, seed, DType::F32, 0.02F * static_cast<float>(seed)) });
            ++seed;
        }
        tensors.push_back({ std::string(block) + ".norm.weight", test::normalTensor({ 64 }, ++seed) });
    }
    tensors.push_back({ "head.weight", test::normalTensor({ 40, 64 }, 99, DType::BF16) });
    test::writeModelFile(path, tensors);
    return openModel(path, {});
}

DamageTable tableOf(const ModelPtr& model, const std::vector<QuantFormat>& formats)
{
    SensitivityRequest request;
    request.layers = model->quantizableLayers();
    request.model = model;
    request.formats = formats;
    return sensitivities().find("weight-error")->measure(request, nullptr, {});
}

std::vector<QuantFormat> integers()
{
    std::vector<QuantFormat> formats;
    for (int bits = 2; bits <= 8; ++bits) {
        formats.push_back(parseFormat("int" + std::to_string(bits) + "/c"));
    }
    return formats;
}

const MenuLayer& layerOf(const AllocationMenu& menu, const std::string& name)
{
    for (const auto& layer : menu.layers) {
        if (layer.name == name) {
            return layer;
        }
    }
    throw std::runtime_error("no layer " + name);
}

AllocationRequest requestFor(AllocationMenu menu, const char* budget)
{
    AllocationRequest request;
    const Budget wanted = parseBudget(budget);
    request.problem = std::make_shared<const AllocationProblem>(std::move(menu), costKindOf(wanted));
    request.budget = budgetCost(wanted, request.problem->menu());
    return request;
}

DamagePoint pointOf(std::uint64_t bits, double damage, double error)
{
    DamagePoint point;
    point.bits = bits;
    point.damage = damage;
    point.standardError = error;
    return point;
}
} // namespace

TEST(Budget, ReadsWhatPeopleWrite)
{
    EXPECT_EQ(parseBudget("4.1bpw"), (Budget { Budget::Kind::BitsPerWeight, 4.1 }));
    EXPECT_EQ(parseBudget("3 bits"), (Budget { Budget::Kind::BitsPerWeight, 3 }));
    EXPECT_EQ(parseBudget("25%"), (Budget { Budget::Kind::Share, 0.25 }));
    EXPECT_EQ(parseBudget("3.5GiB"), (Budget { Budget::Kind::Bytes, 3.5 * 1024 * 1024 * 1024 }));
    EXPECT_EQ(parseBudget("900 kB"), (Budget { Budget::Kind::Bytes, 900e3 }));
    EXPECT_EQ(parseBudget("1e6"), (Budget { Budget::Kind::Bytes, 1e6 }));
    for (const char* wrong : { "", "x", "-3bpw", "0%", "3 apples", "bpw", "4.1.2bpw", "nan", "1e999" }) {
        EXPECT_THROW(parseBudget(wrong), Error) << wrong;
    }
    for (const char* text : { "4.1bpw", "25%", "12.5%", "3200000B" }) {
        EXPECT_EQ(budgetText(parseBudget(text)), text);
    }
}

TEST(SmoothDamages, PoolsNoiseAndKeepsWhatIsReallyWorse)
{
    std::vector<DamagePoint> points { pointOf(2, 10, 1), pointOf(3, 4, 1), pointOf(4, 5, 0.5), pointOf(5, 9, 0.1),
        pointOf(6, 1, 0.1), pointOf(7, -0.1, 0.2) };
    std::vector<const DamagePoint*> pointers;
    for (const auto& point : points) {
        pointers.push_back(&point);
    }
    const auto damages = smoothDamages(pointers);
    const double pooled = (4 / 1.0 + 5 / 0.25) / (1 + 4);
    const std::vector<double> expected { 10, pooled, pooled, 9, 1, 0 };
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(damages[i], expected[i], 1e-12) << i;
    }
    // Of averaged points, one with less error of the weights is better by next to nothing.
    points[1].error.squaredError = 3;
    points[2].error.squaredError = 2;
    const auto ranked = smoothDamages(pointers);
    EXPECT_NEAR(ranked[1], pooled, 1e-12);
    EXPECT_NEAR(ranked[2], pooled * (1 - 1e-6), 1e-12);
    EXPECT_EQ(ranked[3], damages[3]);
    // Exact damages stay, even if they rise.
    const std::vector<DamagePoint> exact { pointOf(2, 3, 0), pointOf(3, 3.001, 0) };
    EXPECT_EQ(smoothDamages({ &exact[0], &exact[1] }), (std::vector<double> { 3, 3.001 }));
}

TEST(Menu, HoldsLocksTiesAndExclusions)
{
    const test::TempDir folder;
    const auto model = blocksModel(folder.path() / "blocks.safetensors");
    const auto table = tableOf(model, integers());
    AllocationLimits limits;
    limits.locks = { { "head.weight", parseFormat("nf4/b64") } };
    limits.excluded = { "blocks.0.attn.v.weight" };
    limits.ties = tiesMatching(table, "blocks\\.(\\d)\\.attn\\.[qk]");
    ASSERT_EQ(limits.ties.size(), 2u);
    EXPECT_EQ(limits.ties[1], (std::vector<std::string> { "blocks.1.attn.q.weight", "blocks.1.attn.k.weight" }));
    EXPECT_EQ(tiesMatching(table, "attn").front().size(), 6u);
    const auto menu = buildMenu(table, *model, limits, "safetensors", {});
    EXPECT_EQ(menu.groups.size(), 5u);
    for (const char* budget : { "3.9bpw", "5.2bpw", "8bpw", "30%", "60%" }) {
        const auto request = requestFor(menu, budget);
        if (request.budget < request.problem->leastCost()) {
            continue;
        }
        for (const auto* allocator : allocators().entries()) {
            if (!allocator->needsBudget || allocator->needsRecipe) {
                continue;
            }
            const auto answer = allocate(*allocator, request, {});
            const auto formatOf = [&](const std::string& name) {
                for (const auto& layer : answer.layers) {
                    if (layer.layer == name) {
                        return formatText(layer.format);
                    }
                }
                return std::string();
            };
            EXPECT_EQ(formatOf("head.weight"), "nf4/b64") << allocator->id;
            EXPECT_EQ(formatOf("blocks.0.attn.v.weight"), "f32") << allocator->id;
            EXPECT_EQ(formatOf("blocks.0.attn.q.weight"), formatOf("blocks.0.attn.k.weight")) << allocator->id;
            EXPECT_EQ(formatOf("blocks.1.attn.q.weight"), formatOf("blocks.1.attn.k.weight")) << allocator->id;
        }
    }
    // A tied group costs and does what its layers do together.
    const auto& group = menu.groups[layerOf(menu, "blocks.1.attn.q.weight").group];
    for (const auto& option : group.options) {
        std::uint64_t bytes = 0;
        double damage = 0;
        for (std::size_t i = 0; i < group.layers.size(); ++i) {
            const auto& own = menu.layers[group.layers[i]].options[option.layerOptions[i]];
            EXPECT_EQ(own.format, option.format);
            bytes += own.bytes;
            damage += own.damage;
        }
        EXPECT_EQ(option.bytes, bytes);
        EXPECT_DOUBLE_EQ(option.damage, damage);
    }
}

TEST(Menu, HoldsBitsAndAllowedFormats)
{
    const test::TempDir folder;
    const auto model = blocksModel(folder.path() / "blocks.safetensors");
    const auto table = tableOf(model, integers());
    AllocationLimits limits;
    limits.minBits = 3;
    limits.maxBits = 6.5;
    limits.allowed = { { "head.weight", { parseFormat("int4/c"), parseFormat("int5/c"), parseFormat("int8/c") } } };
    const auto menu = buildMenu(table, *model, limits, "safetensors", {});
    for (const auto& layer : menu.layers) {
        for (const auto& option : layer.options) {
            const double bits = static_cast<double>(option.bits) / static_cast<double>(layer.count);
            EXPECT_GE(bits, 3);
            EXPECT_LE(bits, 6.5);
        }
    }
    EXPECT_EQ(layerOf(menu, "head.weight").options.size(), 2u);
    limits.minBits = 7;
    EXPECT_THROW(buildMenu(table, *model, limits, "safetensors", {}), Error);
    limits = {};
    limits.locks = { { "hed.weight", parseFormat("int4/c") } };
    try {
        buildMenu(table, *model, limits, "safetensors", {});
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(error.message().english().find("head.weight"), std::string::npos);
    }
    limits = {};
    limits.ties = { { "blocks.0.attn.q.weight", "head.weight" } };
    limits.locks = { { "head.weight", parseFormat("int4/c") }, { "blocks.0.attn.q.weight", parseFormat("int5/c") } };
    EXPECT_THROW(buildMenu(table, *model, limits, "safetensors", {}), Error);
    EXPECT_THROW(buildMenu(table, *model, {}, "torchscript", {}), Error);
    EXPECT_THROW(buildMenu(table, *model, {}, "floppy", {}), Error);
}

TEST(Menu, SaysWhatLocksCost)
{
    const test::TempDir folder;
    const auto model = blocksModel(folder.path() / "blocks.safetensors");
    const auto table = tableOf(model, integers());
    AllocationLimits limits;
    limits.locks = { { "blocks.0.attn.q.weight", parseFormat("int8/c") } };
    auto request = requestFor(buildMenu(table, *model, limits, "safetensors", {}), "1bpw");
    const auto& menu = request.problem->menu();
    EXPECT_LT(menu.unconstrainedBits, request.problem->leastCost());
    try {
        allocate(defaultAllocator(), request, {});
        FAIL();
    } catch (const Error& error) {
        const auto difference = static_cast<double>(request.problem->leastCost() - menu.unconstrainedBits)
            / static_cast<double>(menu.weightCount);
        EXPECT_NE(error.message().english().find(toTextRounded(difference, 4) + " bpw"), std::string::npos)
            << error.message().english();
    }
}

TEST(Menu, OfUnknownLayersCountsThemAsTypical)
{
    const test::TempDir folder;
    const auto model = blocksModel(folder.path() / "blocks.safetensors");
    auto table = tableOf(model, integers());
    for (auto& layer : table.layers) {
        for (auto& point : layer.points) {
            point.damage = 5 * point.error.squaredError;
        }
    }
    table.layers[2].isKnown = false;
    for (auto& point : table.layers[2].points) {
        point.damage = 1e30;
    }
    const auto menu = buildMenu(table, *model, {}, "safetensors", {});
    for (std::size_t i = 0; i < menu.layers[2].options.size(); ++i) {
        EXPECT_NEAR(menu.layers[2].options[i].damage, 5 * table.layers[2].points[i].error.squaredError, 1e-12);
    }
    EXPECT_FALSE(menu.layers[2].note.empty());
}

TEST(Menu, OfAnotherModelIsRefused)
{
    const test::TempDir folder;
    const auto model = blocksModel(folder.path() / "blocks.safetensors");
    const auto other = test::smallModel(folder.path() / "small.safetensors");
    EXPECT_THROW(buildMenu(tableOf(model, integers()), *other, {}, "safetensors", {}), Error);
}

TEST(FileSizes, ArePredictedCloselyAndMetFromBelow)
{
    const test::TempDir folder;
    const auto model = blocksModel(folder.path() / "blocks.safetensors");
    const auto formats = usualAllocationFormats();
    const auto menu = buildMenu(tableOf(model, formats), *model, {}, "safetensors", {});
    const auto cache = std::make_shared<ResultCache>(std::uint64_t { 1 } << 28);
    const auto measure = quantizedSize(model, defaultRecipe(), "safetensors", cache);
    for (const char* budget : { "20%", "26%", "4.4bpw", "22kB" }) {
        const auto request = requestFor(menu, budget);
        const auto predicted = allocate(defaultAllocator(), request, {});
        const auto real = measure(predicted, {});
        // Half a percent, or what the recipe's rules take in so small a file.
        EXPECT_NEAR(static_cast<double>(predicted.bytes), static_cast<double>(real.bytes),
            0.005 * static_cast<double>(real.bytes) + 400)
            << budget;
        EXPECT_EQ(predicted.bits, real.bits);
        const auto fitted = allocateToSize(defaultAllocator(), request, measure, {});
        EXPECT_LE(fitted.cost(), request.budget) << budget;
        EXPECT_GE(static_cast<double>(fitted.cost()), 0.97 * static_cast<double>(request.budget)) << budget;
        // The file itself.
        const auto plan = resolve(withAllocation(defaultRecipe(), fitted), *model);
        const auto quantized = quantizeModel(model, plan, cache.get(), {});
        const auto receipt
            = exportModel(*quantized, folder.path() / "out.safetensors", exporterFor({}, "safetensors"), {}, {});
        EXPECT_EQ(receipt.bytes, fitted.bytes);
    }
}

TEST(FileSizes, OfARecipeGivenAreOnlyChecked)
{
    const test::TempDir folder;
    const auto model = blocksModel(folder.path() / "blocks.safetensors");
    const auto menu = buildMenu(tableOf(model, integers()), *model, {}, "safetensors", {});
    const auto measure = quantizedSize(model, defaultRecipe(), "safetensors", nullptr);
    auto request = requestFor(menu, "5bpw");
    request.byHand.assign(menu.layers.size(), parseFormat("int4/c"));
    const auto* byHand = allocators().find("by-hand");
    EXPECT_LT(allocateToSize(*byHand, request, measure, {}).bitsPerWeight(), 5);
    request.byHand.assign(menu.layers.size(), parseFormat("int5/c"));
    EXPECT_THROW(allocateToSize(*byHand, request, measure, {}), Error);
}

} // namespace bw
