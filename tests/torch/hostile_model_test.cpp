#include "core/base/error.h"
#include "core/evaluate/inference_engine.h"
#include "core/model/loader.h"
#include "tests/support/damaged_files.h"
#include "tests/support/temp_dir.h"
#include "tests/torch/fixtures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <iostream>
#include <iterator>
#include <optional>
#include <thread>

namespace bw {
namespace {

using namespace std::chrono_literals;

/// make_hostile_models.py run once.
class HostileModels : public testing::Test
{
protected:
    static void SetUpTestSuite()
    {
        s_folder = std::make_unique<test::TempDir>();
        s_printed = test::runFixture("make_hostile_models.py", s_folder->path());
    }
    static void TearDownTestSuite() { s_folder.reset(); }

    static std::filesystem::path file(const std::string& name) { return s_folder->path() / name; }
    static bool hasActed() { return std::filesystem::exists(file("marker")); }

    static std::optional<Error> openingFails(const std::filesystem::path& path)
    {
        try {
            openModel(path);
            return std::nullopt;
        } catch (const Error& error) {
            return error;
        }
    }

    static std::optional<Error> openingSessionFails(const std::filesystem::path& path)
    {
        try {
            InferenceEngine::instance().run([&](InferenceBackend& backend) { backend.openSession(path, {}); });
            return std::nullopt;
        } catch (const Error& error) {
            return error;
        }
    }

    static inline std::unique_ptr<test::TempDir> s_folder;
    static inline std::string s_printed;
};

struct Refusal
{
    const char* file;
    ErrorKind kind;
    const char* words; ///< in the message
};

const Refusal refusals[] {
    { "from_file.pt", ErrorKind::Refused,
        "from_file.pt runs aten::from_file in forward of __torch__.Net: it could read files; Bitwright does not open "
        "it." },
    { "save.pt", ErrorKind::Refused,
        "save.pt runs aten::save in forward of __torch__.Net: it could write files; Bitwright does not open it." },
    { "print.pt", ErrorKind::Refused, "runs prim::Print in forward of __torch__.Net: it could print to your terminal" },
    { "in_loop.pt", ErrorKind::Refused, "runs aten::save in forward of __torch__.Net" },
    { "fork.pt", ErrorKind::Refused, "runs prim::fork in forward of __torch__.Net" },
    { "function.pt", ErrorKind::Refused, "runs aten::save in helper of __torch__" },
    { "unused_method.pt", ErrorKind::Refused, "runs aten::save in never_called of __torch__.Hidden" },
    { "submodule.pt", ErrorKind::Refused, "runs aten::save in never_called of __torch__.Hidden" },
    { "seed.pt", ErrorKind::Refused,
        "runs aten::manual_seed in forward of __torch__.Net: it could do what Bitwright has not checked" },
    { "method_call.pt", ErrorKind::BadFile, "no attribute or method 'save'" },
    { "getattr.pt", ErrorKind::Refused, "runs aten::save in forward of __torch__.Net" },
    { "alias.pt", ErrorKind::Refused, "runs aten::save in forward of __torch__.Net" },
    { "default.pt", ErrorKind::Refused, "computes the default of y" },
    { "constant.pt", ErrorKind::Refused, "computes the default of Net" },
    { "setstate.pt", ErrorKind::Refused, "runs code of its own while it is opened (__setstate__ of __torch__.State)" },
    { "packed.pt", ErrorKind::Refused, "" },
    { "unknown_operator.pt", ErrorKind::Unsupported, "elsewhere::act" },
    { "recursive.pt", ErrorKind::BadFile, "recursive" },
    { "unfolding.pt", ErrorKind::Unsupported, "unfolds to more than" },
    { "deep_brackets.pt", ErrorKind::BadFile, "nested deeper" },
    { "long_sum.pt", ErrorKind::BadFile, "nested deeper" },
    { "deep_type.pt", ErrorKind::BadFile, "nested deeper" },
    { "deep_blocks.pt", ErrorKind::BadFile, "nested deeper" },
    { "many_branches.pt", ErrorKind::BadFile, "nested deeper" },
    { "syntax.pt", ErrorKind::BadFile, "cannot compile the model's code: expected ident but found" },
    { "unclosed_text.pt", ErrorKind::BadFile, "expected a valid token" },
    { "undefined.pt", ErrorKind::BadFile, "undefined value y: File \"code/__torch__.py\", line 10." },
    { "wrong_return.pt", ErrorKind::BadFile, "having type Tensor but is actually of type int" },
    { "too_many_arguments.pt", ErrorKind::BadFile, "Expected at most 2 arguments but found 3" },
    { "missing_method.pt", ErrorKind::BadFile, "modules.linear.Linear' object has no attribute or method 'backward'." },
    { "missing_attribute.pt", ErrorKind::BadFile, "'__torch__.Net' object has no attribute or method 'fd'." },
    { "missing_constant.pt", ErrorKind::BadFile, "constant index 7 is out of bounds" },
    { "wrong_operands.pt", ErrorKind::BadFile, "Arguments for call are not valid." },
    { "no_indent.pt", ErrorKind::Unsupported, "code/__torch__.py is of a form that only PyTorch before 1.4 wrote" },
    { "class_unknown.pt", ErrorKind::BadFile,
        "Unknown type name '__torch__.torch.nn.modules.linear.Liner': File \"code/__torch__.py\", line 6." },
    { "attribute_unknown_type.pt", ErrorKind::BadFile,
        "Unknown type name 'Bool': File \"code/__torch__.py\", line 4." },
    { "parameter_missing.pt", ErrorKind::BadFile, "attribute fc: The model's data has no more of" },
    { "parameter_number.pt", ErrorKind::BadFile, "but got: int." },
    { "version_text.pt", ErrorKind::BadFile, "The archive's version is no number." },
    { "no_pickle.pt", ErrorKind::BadFile, "holds no TorchScript model" },
    { "no_constants.pt", ErrorKind::Unsupported, "PyTorch checkpoint (weights without a program)" },
    { "bad_constants.pt", ErrorKind::BadFile, "The model's constants are no tuple." },
    { "short_data.pt", ErrorKind::BadFile, "attribute weight: The model's data does not fit its code" },
    { "code_no_text.pt", ErrorKind::BadFile, "expected a valid token but found" },
    { "class_untyped.pt", ErrorKind::BadFile, "that no class has" },
    { "class_no_list.pt", ErrorKind::BadFile, "that no class has" },
    { "class_list_of_numbers.pt", ErrorKind::BadFile, "that no class has" },
    { "class_annotation.pt", ErrorKind::BadFile, "that no class has" },
    { "pickle_system.pt", ErrorKind::Refused, "refers to os.system" },
    { "pickle_deep.pt", ErrorKind::BadFile, "pickled data" },
    { "pickle_deep_lists.pt", ErrorKind::BadFile, "pickled data" },
    { "pickle_cycle.pt", ErrorKind::BadFile, "pickled data" },
    { "pickle_empty.pt", ErrorKind::BadFile, "pickled data" },
    { "pickle_pops.pt", ErrorKind::BadFile, "pickled data" },
    { "pickle_python.pt", ErrorKind::Refused, "__main__.Net" },
    { "pickle_no_state.pt", ErrorKind::BadFile, "" },
    { "pickle_missing.pt", ErrorKind::BadFile, "has no training of __torch__.Net" },
    { "pickle_number.pt", ErrorKind::BadFile, "module" },
    { "tensor_beyond.pt", ErrorKind::BadFile, "attribute weight" },
    { "tensor_offset.pt", ErrorKind::BadFile, "attribute weight" },
    { "tensor_stride.pt", ErrorKind::BadFile, "attribute weight" },
    { "tensor_storage.pt", ErrorKind::BadFile, "attribute weight" },
    { "bomb.pt", ErrorKind::BadFile, "" },
    { "bomb_claim.pt", ErrorKind::BadFile, "unpack" },
    { "truncated.pt", ErrorKind::BadFile, "truncated or damaged" },
    { "no_end.pt", ErrorKind::BadFile, "truncated or damaged" },
    { "empty.pt", ErrorKind::BadFile, "empty" },
    { "random.pt", ErrorKind::BadFile, "" },
    { "random_zip.pt", ErrorKind::BadFile, "truncated or damaged" },
    { "flipped_bit.pt", ErrorKind::BadFile, "checksum" },
    { "twice.pt", ErrorKind::BadFile, "twice" },
    { "no_data.pt", ErrorKind::BadFile, "data/0" },
    { "no_code.pt", ErrorKind::BadFile, "" },
    { "no_version.pt", ErrorKind::BadFile, "version" },
    { "future.pt", ErrorKind::Unsupported, "version 99" },
    { "other.zip.pt", ErrorKind::BadFile, "holds no data.pkl" },
    { "folder.pt", ErrorKind::BadFile, "" },
    { "absent.pt", ErrorKind::NotFound, "" },
};

TEST_F(HostileModels, TheFixturesDoActWhenTheyAreOpenedCarelessly)
{
    EXPECT_EQ(s_printed, "proof default.pt True\nproof constant.pt True\nproof setstate.pt True\n");
    EXPECT_FALSE(hasActed());
}

TEST_F(HostileModels, AreRefusedWithASentenceAndDoNothing)
{
    for (const auto& refusal : refusals) {
        const auto error = openingFails(file(refusal.file));
        ASSERT_TRUE(error.has_value()) << refusal.file << " was opened";
        EXPECT_EQ(errorKindName(error->kind()), std::string(errorKindName(refusal.kind)))
            << refusal.file << ": " << error->what();
        EXPECT_NE(std::string(error->what()).find(refusal.words), std::string::npos)
            << refusal.file << ": " << error->what();
        EXPECT_NE(std::string(error->what()).find(refusal.file), std::string::npos) << error->what();
        EXPECT_LT(std::string(error->what()).size(), 900U) << error->what();
        EXPECT_FALSE(hasActed()) << refusal.file;
        // Sessions open the file anew and must be as careful.
        EXPECT_TRUE(openingSessionFails(file(refusal.file)).has_value()) << refusal.file;
        EXPECT_FALSE(hasActed()) << refusal.file;
    }
    std::cout << std::size(refusals) << " TorchScript files refused, each with its sentence\n";
}

TEST_F(HostileModels, SmallOnesAreRefusedAtLittleCost)
{
    openModel(file("good.pt")); // what LibTorch needs once
    double slowest = 0;
    long largest = 0;
    std::size_t tried = 0;
    for (const auto& refusal : refusals) {
        std::error_code none; // one is a folder
        if (std::filesystem::file_size(file(refusal.file), none) > 1'000'000) {
            continue;
        }
        const auto begin = std::clock(); // of all threads: LibTorch has its own
        const long kilobytes = test::peakKilobytes([&] { openingFails(file(refusal.file)); });
        const double milliseconds = 1e3 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
        EXPECT_LT(milliseconds, 100) << refusal.file;
        EXPECT_LT(kilobytes, 16 << 10) << refusal.file;
        slowest = std::max(slowest, milliseconds);
        largest = std::max(largest, kilobytes);
        ++tried;
    }
    std::cout << tried << " TorchScript files of at most 1 MB refused; at most " << slowest << " ms, " << largest
              << " kB\n";
}

TEST_F(HostileModels, TheHarmlessOneOpens)
{
    const auto model = openModel(file("good.pt"));
    EXPECT_EQ(model->layers().size(), 2U);
    EXPECT_EQ(openingSessionFails(file("good.pt")), std::nullopt);
}

// The compiler recurses with the nesting of the code; what is let through must fit the engine thread's stack.
TEST_F(HostileModels, CodeJustWithinTheLimitsOfNestingIsCompiled)
{
    for (const char* name :
        { "limit_brackets.pt", "limit_sum.pt", "limit_blocks.pt", "limit_branches.pt", "limit_types.pt" }) {
        const auto error = openingFails(file(name));
        EXPECT_FALSE(error.has_value()) << name << ": " << error->what();
    }
}

TEST_F(HostileModels, RandomDamageIsAnErrorOrHarmless)
{
    int opened = 0;
    int failed = 0;
    for (const auto& entry : std::filesystem::directory_iterator(file("fuzz"))) {
        if (openingFails(entry.path())) {
            ++failed;
            continue;
        }
        ++opened;
        openingSessionFails(entry.path());
    }
    EXPECT_EQ(opened + failed, 400);
    EXPECT_GT(failed, 100);
    EXPECT_FALSE(hasActed());
}

TEST_F(HostileModels, EveryTruncationIsAnError)
{
    const auto whole = test::readFile(file("good.pt"));
    for (std::size_t length = 4; length < whole.size(); length += 1 + length / 40) {
        test::writeFile(file("cut.pt"), std::string_view(whole).substr(0, length));
        const auto error = openingFails(file("cut.pt"));
        ASSERT_TRUE(error.has_value()) << length;
        EXPECT_EQ(errorKindName(error->kind()), std::string("bad_file")) << error->what();
    }
}

TEST_F(HostileModels, AnyChangedByteIsAnErrorOrHarmless)
{
    const auto whole = test::readFile(file("good.pt"));
    const auto original = openModel(file("good.pt"));
    for (std::size_t i = 0; i < 1500; ++i) {
        auto bytes = whole;
        bytes[i * 7919 % bytes.size()] ^= static_cast<char>(1U << (i % 8));
        test::writeFile(file("flip.pt"), bytes);
        if (openingFails(file("flip.pt"))) {
            continue;
        }
        const auto model = openModel(file("flip.pt")); // a byte that nobody reads
        ASSERT_EQ(model->layers().size(), original->layers().size());
        for (const auto& layer : original->layers()) {
            EXPECT_EQ(toFloats(model->layer(layer.id).view), toFloats(layer.view));
        }
    }
}

// openModel never runs a model, so an endless one can be looked at; a run of it ends when it is canceled.
TEST_F(HostileModels, AnEndlessModelOpensAndItsRunCanBeCanceled)
{
    EXPECT_TRUE(openModel(file("endless.pt"))->hasGraph());
    std::shared_ptr<InferenceSession> session;
    auto& engine = InferenceEngine::instance();
    engine.run([&](InferenceBackend& backend) { session = backend.openSession(file("endless.pt"), {}); });
    std::stop_source stop;
    std::chrono::steady_clock::time_point asked;
    std::jthread canceler([&] {
        std::this_thread::sleep_for(300ms);
        asked = std::chrono::steady_clock::now();
        stop.request_stop();
    });
    const JobContext ctx(stop.get_token());
    EXPECT_THROW(engine.run(
                     [session, ctx](InferenceBackend&) {
                         session->run({ { 1, 4 }, std::vector<float>(4) }, ctx);
                     },
                     ctx),
        Canceled);
    EXPECT_LT(std::chrono::steady_clock::now() - asked, 600ms);
    EXPECT_FALSE(engine.isStuck());
    engine.run([](InferenceBackend&) {});
}

} // namespace
} // namespace bw
