#include "core/torch/script_program.h"

#include "core/base/error.h"
#include "core/base/zip_archive.h"
#include "core/model/pickled_tensors.h"
#include "core/torch/code_guard.h"
#include "core/torch/graph_scan.h"
#include "core/torch/torch_errors.h"
#include "core/torch/value_builder.h"

#include <caffe2/serialize/versions.h>
#include <torch/csrc/jit/serialization/import_source.h>

namespace bw::torch_backend {

namespace {

namespace jit = torch::jit;

constexpr std::uint64_t mostPickleBytes = 64 << 20;
constexpr std::uint64_t mostCodeBytes = 16 << 20;
constexpr std::uint64_t mostExtraBytes = 256 << 20;
constexpr std::string_view codeFolder = "code/";
constexpr std::string_view extraFolder = "extra/";

/// Names below the archive's one top folder ("model/data.pkl").
class Records
{
public:
    explicit Records(const ZipArchive& archive)
        : m_archive(archive)
        , m_root(archive.names().empty() ? std::string()
                                         : archive.names().front().substr(0, archive.names().front().find('/') + 1))
    {
    }

    std::string path(std::string_view name) const { return m_root + std::string(name); }
    bool has(std::string_view name) const { return m_archive.has(path(name)); }
    std::string text(std::string_view name, std::uint64_t limit) const { return m_archive.readText(path(name), limit); }
    /// All names that begin with `folder` and end with `suffix`, without the root.
    std::vector<std::string> list(std::string_view folder, std::string_view suffix) const
    {
        std::vector<std::string> out;
        for (const auto& name : m_archive.names()) {
            if (name.starts_with(path(folder)) && name.ends_with(suffix)) {
                out.push_back(name.substr(m_root.size()));
            }
        }
        return out;
    }

private:
    const ZipArchive& m_archive;
    std::string m_root;
};

void checkKind(const Records& records)
{
    if (records.has("model.json")) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core",
                "This TorchScript file was written by PyTorch 1.3 or older. Load and save it with a newer PyTorch "
                "first."));
    }
    if (records.has("data.pkl") && !records.has("constants.pkl")) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core",
                "This is a PyTorch checkpoint (weights without a program). Bitwright opens TorchScript: in Python, "
                "build the model, "
                "load the checkpoint and save torch.jit.script(model) or torch.jit.trace(model, example); or save the "
                "weights as safetensors."));
    }
    if (!records.has("data.pkl") || !records.has("constants.pkl")) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "This zip archive holds no TorchScript model."));
    }
}

std::uint64_t readVersion(const Records& records)
{
    const auto* name = records.has("version") ? "version" : ".data/version";
    auto text = records.text(name, 64);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
        text.pop_back();
    }
    const auto version = parseInt(text);
    if (!version.has_value() || *version < 1) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "The archive's version is no number."));
    }
    if (static_cast<std::uint64_t>(*version) > caffe2::serialize::kMaxSupportedFileFormatVersion) {
        throw Error(ErrorKind::Unsupported,
            BW_TR_NOOP("core",
                "The model was written in version %1 of the file format; this build of LibTorch reads versions up to "
                "%2."),
            toText(*version), toText(caffe2::serialize::kMaxSupportedFileFormatVersion));
    }
    return static_cast<std::uint64_t>(*version);
}

void checkAllCode(const Records& records, const JobContext& ctx)
{
    for (const auto& name : records.list(codeFolder, ".py")) {
        ctx.checkpoint();
        checkCode(name, records.text(name, mostCodeBytes));
    }
}

/// LibTorch's compiler, fed from the archive. It stays as long as types are looked up.
class Compiler
{
public:
    Compiler(const Records& records, const ScriptProgram& program, std::uint64_t version)
        : m_importer(
            program.unit, program.constants.get(),
            [&records](const std::string& qualifier) { return source(records, qualifier); }, version)
    {
    }

    c10::ClassTypePtr classNamed(const std::string& name) const
    {
        if (!name.starts_with("__torch__.") || name.starts_with("__torch__.torch.classes")) {
            throw Error(ErrorKind::Refused,
                BW_TR_NOOP("core", "The model uses the class %1: it could %2; Bitwright does not open it."),
                printable(name), dangerOfClass(name));
        }
        const auto type = m_importer.loadType(c10::QualifiedName(name));
        auto asClass = type == nullptr ? nullptr : type->cast<c10::ClassType>();
        if (asClass == nullptr) {
            throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "The model has no class %1."), printable(name));
        }
        return asClass;
    }

private:
    static std::shared_ptr<jit::Source> source(const Records& records, const std::string& qualifier)
    {
        auto path = qualifier;
        std::replace(path.begin(), path.end(), '.', '/');
        path = std::string(codeFolder) + path + ".py";
        return records.has(path) ? std::make_shared<jit::Source>(records.text(path, mostCodeBytes), path, 1) : nullptr;
    }

    jit::SourceImporter m_importer;
};

/// Tensors only: objects among the constants would be ones of C++ classes.
void readConstants(const Records& records, ValueBuilder& builder, std::vector<c10::IValue>& out)
{
    const auto text = records.text("constants.pkl", mostPickleBytes);
    const auto pickle = readPickle(text, allowsScriptGlobal);
    const auto* tuple = pickle.root;
    if (tuple->kind != PickleValue::Kind::Tuple) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "The model's constants are no tuple."));
    }
    for (const auto* item : tuple->items) {
        if (item->kind == PickleValue::Kind::Object) {
            throw Error(ErrorKind::Refused,
                BW_TR_NOOP("core", "The model uses the class %1: it could %2; Bitwright does not open it."),
                printable(item->items[0]->text), dangerOfClass(std::string(item->items[0]->text)));
        }
        out.push_back(builder.build(item, c10::TensorType::get()));
    }
}

/// What the compiler says about code it does not know, as an error of the file.
Error compileError(const std::exception& error)
{
    const auto words = engineWords(error);
    const auto kind
        = words.find("Unknown builtin op") != std::string::npos ? ErrorKind::Unsupported : ErrorKind::BadFile;
    return Error(kind, BW_TR_NOOP("core", "LibTorch cannot compile the model's code: %1."), words);
}

void compileAndBuild(const ZipArchive& archive, const Records& records, ScriptProgram& program, const JobContext& ctx)
{
    const Compiler compiler(records, program, readVersion(records));
    const auto resolve = [&](const std::string& name) { return compiler.classNamed(name); };
    ValueBuilder constants(archive, records.path("constants/"), resolve, ctx);
    readConstants(records, constants, *program.constants);
    ValueBuilder data(archive, records.path("data/"), resolve, ctx);
    const auto text = records.text("data.pkl", mostPickleBytes);
    const auto pickle = readPickle(text, allowsScriptGlobal);
    program.module = jit::Module(data.buildObject(pickle.root).toObject());
}

} // namespace

ScriptProgram openProgram(const std::filesystem::path& path, const JobContext& ctx)
{
    ctx.checkpoint();
    const ZipArchive archive(path);
    const Records records(archive);
    checkKind(records);
    ScriptProgram program;
    program.unit = std::make_shared<jit::CompilationUnit>();
    program.constants = std::make_unique<std::vector<c10::IValue>>();
    program.fileBytes = archive.fileBytes();
    try {
        checkAllCode(records, ctx);
        compileAndBuild(archive, records, program, ctx);
    } catch (const Error&) {
        throw;
    } catch (const std::bad_alloc& error) {
        throw translated(error);
    } catch (const std::exception& error) {
        throw compileError(error);
    }
    scanProgram(program, path.filename().string(), ctx);
    for (const auto& name : records.list(extraFolder, "")) {
        program.extraFiles.emplace(name.substr(extraFolder.size()), records.text(name, mostExtraBytes));
    }
    return program;
}

} // namespace bw::torch_backend
