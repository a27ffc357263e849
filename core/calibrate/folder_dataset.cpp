#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/calibrate/labelled_dataset.h"
#include "core/calibrate/picture.h"
#include "core/model/file_reader.h"

#include <algorithm>
#include <set>

namespace bw {

namespace {
namespace fs = std::filesystem;

constexpr std::uint64_t largestPicture = std::uint64_t { 1 } << 28; // of the file
constexpr std::uint64_t checkedAtOnce = std::uint64_t { 1 } << 30; // decoded bytes
constexpr std::size_t headBytes = std::size_t { 1 } << 16;

bool isPicture(const fs::path& path)
{
    static const std::set<std::string> suffixes { ".jpg", ".jpeg", ".png" };
    std::string suffix = path.extension().string();
    std::transform(suffix.begin(), suffix.end(), suffix.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return suffixes.contains(suffix);
}

/// What a folder holds, sorted by name; hidden entries are left out.
std::vector<fs::path> entriesOf(const fs::path& folder)
{
    std::vector<fs::path> entries;
    std::error_code failed;
    for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
        if (!at->path().filename().string().starts_with('.')) {
            entries.push_back(at->path());
        }
    }
    if (failed) {
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the folder cannot be read: %1"), failed.message())
            .in(filePlace(folder));
    }
    std::sort(entries.begin(), entries.end());
    return entries;
}

std::string readWhole(const FileReader& file)
{
    if (file.size() > largestPicture) {
        throw Error(
            ErrorKind::BadFile, BW_TR_NOOP("core", "the file has %1, too much for one picture"), sizeText(file.size()));
    }
    return file.read(0, static_cast<std::size_t>(file.size()));
}

PictureInfo infoOf(const fs::path& path)
{
    return withContext(filePlace(path), [&] {
        const FileReader file(path);
        if (file.size() > headBytes) {
            try {
                const std::string head = file.head(headBytes);
                return pictureInfo(std::as_bytes(std::span(head)));
            } catch (const Error&) {
                // The header may be longer, for instance by a preview picture: the whole file decides.
            }
        }
        const std::string bytes = readWhole(file);
        return pictureInfo(std::as_bytes(std::span(bytes)));
    });
}

class FolderDataset : public LabelledDataset
{
public:
    FolderDataset(Facts facts, std::vector<fs::path> files, PictureInfo info, bool isBgr)
        : LabelledDataset(std::move(facts))
        , m_files(std::move(files))
        , m_info(info)
        , m_channels(sampleShape().front() == 1 ? 1 : 3)
        , m_isBgr(isBgr)
    {
    }
    /// Decodes all pictures once, so that a broken one is found before hours of work depend on it.
    void check(const JobContext& ctx) const
    {
        parallelBlocks(m_files.size(), 1, ctx, [&](std::uint64_t first, std::uint64_t) { pixelsOf(first); });
    }

private:
    void readSample(std::uint64_t index, std::span<float> out) const override
    {
        auto pixels = pixelsOf(index);
        for (std::size_t i = 0; m_isBgr && i + 2 < pixels.size(); i += 3) {
            std::swap(pixels[i], pixels[i + 2]);
        }
        normalizer().apply(std::span<const std::uint8_t>(pixels), out);
    }
    std::vector<std::uint8_t> pixelsOf(std::uint64_t index) const
    {
        const fs::path& path = m_files[static_cast<std::size_t>(index)];
        return withContext(filePlace(path), [&] {
            const std::string bytes = readWhole(FileReader(path));
            std::vector<std::uint8_t> pixels(static_cast<std::size_t>(normalizer().sampleSize()));
            decodePicture(std::as_bytes(std::span(bytes)), m_info, m_channels, pixels);
            return pixels;
        });
    }
    ContentHash samplesHash() const override
    {
        ContentHash hash = contentHashOf(m_isBgr ? "BGR" : "RGB");
        for (const fs::path& path : m_files) {
            withContext(filePlace(path), [&] { hash = combine(hash, contentHashOf(readWhole(FileReader(path)))); });
        }
        return hash;
    }
    static ContentHash contentHashOf(std::string_view bytes) { return bw::contentHash(bytes); }

    std::vector<fs::path> m_files;
    PictureInfo m_info;
    int m_channels;
    bool m_isBgr;
};

/// The pictures of all classes, in order, with their labels.
struct Listing
{
    std::vector<fs::path> files;
    std::vector<std::int64_t> labels;
    std::vector<std::string> classes;
    std::uint64_t others = 0; ///< files that are no pictures
};

std::int64_t classNumber(Listing& listing, const fs::path& folder, bool areClassesGiven)
{
    const std::string name = folder.filename().string();
    const auto found = std::find(listing.classes.begin(), listing.classes.end(), name);
    if (found == listing.classes.end() && areClassesGiven) {
        throw Error(ErrorKind::BadFile, Text(BW_TR_NOOP("core", "dataset.json does not list this folder as a class")))
            .in(filePlace(folder));
    }
    const auto number = found - listing.classes.begin();
    if (found == listing.classes.end()) {
        listing.classes.push_back(name);
    }
    return number;
}

Listing listPictures(const fs::path& folder, const std::vector<std::string>& classes, const JobContext& ctx)
{
    Listing listing;
    listing.classes = classes;
    for (const fs::path& entry : entriesOf(folder)) {
        if (!fs::is_directory(entry)) {
            continue;
        }
        const std::int64_t label = classNumber(listing, entry, !classes.empty());
        for (const fs::path& file : entriesOf(entry)) {
            ctx.checkpoint();
            if (isPicture(file)) {
                listing.files.push_back(file);
                listing.labels.push_back(label);
            } else {
                ++listing.others;
            }
        }
    }
    if (listing.files.empty()) {
        throw Error(ErrorKind::BadFile,
            Text(BW_TR_NOOP(
                "core", "the folder holds no data set: neither IDX files nor sub-folders with JPEG or PNG pictures")));
    }
    return listing;
}

struct Pictures
{
    PictureInfo first;
    bool areAllGray = true;
};

Pictures checkSizes(const std::vector<fs::path>& files, const JobContext& ctx)
{
    Pictures result;
    result.first = infoOf(files.front());
    for (const fs::path& file : files) {
        ctx.checkpoint();
        const PictureInfo info = infoOf(file);
        if (info.width != result.first.width || info.height != result.first.height) {
            throw Error(ErrorKind::BadFile,
                BW_TR_NOOP("core", "the picture has %1 by %2 pixels, but %3 has %4 by %5; all must have one size"),
                toText(info.width), toText(info.height), printable(files.front().string(), 4096),
                toText(result.first.width), toText(result.first.height))
                .in(filePlace(file));
        }
        result.areAllGray = result.areAllGray && info.isGray;
    }
    return result;
}

std::optional<DatasetDescription> descriptionOf(const fs::path& folder)
{
    auto description = readDatasetDescription(folder);
    return description ? description : readDatasetDescription(fs::absolute(folder / "..").lexically_normal());
}
} // namespace

DatasetPtr openFolderDataset(const fs::path& folder, const JobContext& ctx)
{
    const auto description = descriptionOf(folder);
    return withContext(filePlace(folder), [&] {
        LabelledDataset::Facts facts;
        facts.path = folder;
        facts.stored = SampleLayout::ChannelsLast;
        describeValues(true, description, facts);
        Listing listing = listPictures(folder, facts.classes, ctx);
        if (listing.others > 0) {
            facts.warnings.push_back(Text(BW_TR_NOOP("core", "%1 files that are no JPEG or PNG pictures are left out."),
                { toText(listing.others) }));
        }
        const Pictures pictures = checkSizes(listing.files, ctx);
        const bool isGray = description && description->isGray ? *description->isGray : pictures.areAllGray;
        facts.sampleShape = { isGray ? 1 : 3, pictures.first.height, pictures.first.width };
        facts.labels = std::move(listing.labels);
        facts.classes = std::move(listing.classes);
        const std::uint64_t decodedBytes = elementCount(facts.sampleShape) * listing.files.size();
        const auto dataset = std::make_shared<const FolderDataset>(
            std::move(facts), std::move(listing.files), pictures.first, description && description->isBgr);
        if (decodedBytes <= checkedAtOnce) {
            dataset->check(ctx);
        }
        return DatasetPtr(dataset);
    });
}

} // namespace bw
