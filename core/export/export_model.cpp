#include "core/base/atomic_file.h"
#include "core/base/content_hash.h"
#include "core/base/parallel.h"
#include "core/export/exporter.h"
#include "core/model/file_reader.h"

#include <algorithm>
#include <future>

namespace bw {

#define BW_EXPORTER(name) extern const Exporter name;
#include "core/export/exporters.inc"
#undef BW_EXPORTER

const Registry<Exporter>& exporters()
{
    static const Registry<Exporter> registry({
#define BW_EXPORTER(name) &name,
#include "core/export/exporters.inc"
#undef BW_EXPORTER
    });
    return registry;
}

namespace {
std::string listed(std::string Exporter::*field)
{
    std::string out;
    for (const auto* exporter : exporters().entries()) {
        out += (out.empty() ? "" : ", ") + exporter->*field;
    }
    return out;
}

std::string lowerCase(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

void requireOther(const std::filesystem::path& file, const std::filesystem::path& target)
{
    if (isSameFile(file, target)) {
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core", "the output \"%1\" is a file of the model itself; choose another name"),
            printable(target.string()));
    }
}

void requireExportable(const QuantizedModel& model, const std::filesystem::path& target, const Exporter& exporter,
    const ExportOptions& options)
{
    requireTarget(*model.model, target);
    requireComplete(model);
    const auto problems = exporter.canExport(model, options);
    if (!problems.empty()) {
        throw Error(ErrorKind::Unsupported, problems.front().message).in(filePlace(target));
    }
}
} // namespace

const Exporter& exporterFor(const std::filesystem::path& path, const std::string& id)
{
    if (!id.empty()) {
        if (const auto* exporter = exporters().find(id)) {
            return *exporter;
        }
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core", "there is no file format \"%1\" to write; valid ones are %2"), printable(id),
            listed(&Exporter::id));
    }
    const auto suffix = lowerCase(path.extension().string());
    for (const auto* exporter : exporters().entries()) {
        const auto& more = exporter->moreSuffixes;
        if (exporter->suffix == suffix || std::find(more.begin(), more.end(), suffix) != more.end()) {
            return *exporter;
        }
    }
    throw Error(ErrorKind::BadInput,
        BW_TR_NOOP("core", "the ending of \"%1\" does not say which file format to write; known endings are %2"),
        printable(path.filename().string()), listed(&Exporter::suffix));
}

void requireTarget(const Model& model, const std::filesystem::path& target)
{
    for (const auto& file : model.files()) {
        requireOther(file, target);
    }
    std::error_code ignored;
    if (std::filesystem::is_directory(target, ignored)) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "the output \"%1\" is a folder; a file name is needed"),
            printable(target.string()));
    }
}

ExportReceipt exportModel(const QuantizedModel& model, const std::filesystem::path& target, const Exporter& exporter,
    const ExportOptions& options, const JobContext& ctx)
{
    requireExportable(model, target, exporter, options);
    ExportReceipt receipt;
    receipt.path = target;
    const auto beside
        = exporter.sideFiles == nullptr ? std::vector<SideFile>() : exporter.sideFiles(model, target, ctx);
    for (const auto& side : beside) {
        requireTarget(*model.model, side.path);
    }
    if (exporter.reading != nullptr) {
        auto reading = exporter.reading(*model.model, ctx);
        for (const auto& used : reading.files) {
            requireOther(used, target);
        }
        receipt.notes = std::move(reading.notes);
    }
    AtomicFile file(target);
    withContext(filePlace(target), [&] {
        exporter.write(model, file.temporaryPath(), options, ctx.sub(0, 0.6));
        ctx.checkpoint();
        file.commit([&] {
            const bool isAlone = threadCount() < 2;
            auto hash = std::async(isAlone ? std::launch::deferred : std::launch::async, [&] {
                return sha256OfFile(file.temporaryPath(), isAlone ? ctx.sub(0.95, 1) : JobContext(ctx.stopToken()));
            });
            exporter.check(model, file.temporaryPath(), options, ctx.sub(0.6, 0.95));
            receipt.bytes = std::filesystem::file_size(file.temporaryPath());
            receipt.sha256 = hash.get();
            receipt.isVerified = true;
            ctx.checkpoint();
        });
    });
    for (const auto& side : beside) {
        withContext(filePlace(side.path), [&] {
            AtomicFile text(side.path);
            text.write(std::as_bytes(std::span(side.text)));
            text.commit();
        });
        receipt.beside.push_back(side.path);
    }
    return receipt;
}

} // namespace bw
