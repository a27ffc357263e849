#include "core/model/loader.h"

#include "core/base/error.h"
#include "core/model/file_reader.h"
#include "core/model/foreign_formats.h"
#include "core/model/model_folder.h"

namespace bw {

#define BW_LOADER(name) extern const ModelLoader name;
#include "core/model/loaders.inc"
#undef BW_LOADER

const Registry<ModelLoader>& modelLoaders()
{
#define BW_LOADER(name) &name,
    static const Registry<ModelLoader> registry({
#include "core/model/loaders.inc"
    });
#undef BW_LOADER
    return registry;
}

namespace {
constexpr std::size_t headBytes = 4096;

std::string loaderTitles()
{
    std::string titles;
    for (const ModelLoader* loader : modelLoaders().entries()) {
        titles += (titles.empty() ? "" : ", ") + loader->title.english();
    }
    return titles;
}

const ModelLoader& loaderFor(const std::filesystem::path& path)
{
    const std::string text = FileReader(path).head(headBytes);
    const auto head = std::as_bytes(std::span(text));
    for (const ModelLoader* loader : modelLoaders().entries()) {
        if (loader->sniff(path, head)) {
            return *loader;
        }
    }
    if (const auto title = foreignFormat(path, head)) {
        throw Error(ErrorKind::Unsupported, BW_TR_NOOP("core", "this is %1; this build opens only: %2"),
            title->english(), loaderTitles());
    }
    if (text.empty()) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "the file is empty")));
    }
    throw Error(ErrorKind::BadFile,
        BW_TR_NOOP("core", "this is not a model file of a known kind; this build opens: %1"), loaderTitles());
}
} // namespace

ModelPtr openModel(const std::filesystem::path& path, const JobContext& ctx)
{
    return withContext(filePlace(path), [&] {
        const auto file = modelFileOf(path);
        return loaderFor(file).open(file, ctx);
    });
}

} // namespace bw
