#include "core/report/capture_file.h"

#include "core/base/atomic_file.h"
#include "core/base/content_hash.h"
#include "core/base/version.h"
#include "core/report/hdf5_reader.h"
#include "core/report/hdf5_writer.h"
#include "core/report/stored_text.h"

#include <map>
#include <optional>

namespace bw {

namespace {
using hdf5::Handle;

constexpr const char* schemaName = "bitwright-capture";
constexpr std::uint64_t schemaVersion = 1;

struct Block
{
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    ContentHash hash;
};
/// By layer and array.
using ArrayKey = std::pair<std::uint64_t, std::string>;

std::string pathOf(std::size_t layer, const std::string& array)
{
    return "/data/" + toText(layer) + "/" + array;
}

template <class T>
hid_t memoryType()
{
    return sizeof(T) == sizeof(float) ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE;
}

template <class T>
hid_t fileType()
{
    return sizeof(T) == sizeof(float) ? H5T_IEEE_F32LE : H5T_IEEE_F64LE;
}

Handle simpleSpace(std::uint64_t count, ErrorKind kind)
{
    const hsize_t size = count;
    return hdf5::owned(H5Screate_simple(1, &size, nullptr), H5Sclose, kind, "making a data space");
}

/// The data space of a dataset with values first … first+count of it chosen.
Handle chosen(hid_t dataset, std::uint64_t first, std::uint64_t count, ErrorKind kind)
{
    Handle space = hdf5::owned(H5Dget_space(dataset), H5Sclose, kind, "reading the size of an array");
    const hsize_t start = first;
    const hsize_t size = count;
    hdf5::checked(H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, &start, nullptr, &size, nullptr), kind,
        "choosing a part of an array");
    return space;
}

[[noreturn]] void refuse(const char* what)
{
    throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "the capture is damaged: %1"), what);
}
} // namespace

std::string captureFileName(const CaptureKey& key)
{
    std::string all
        = key.modelSha256 + "|" + key.dataHash + "|" + toText(key.samples) + "|" + toText(key.seed) + "|" + key.engine;
    for (const auto& layer : key.layers) {
        all += "|" + toText(layer.size()) + ":" + layer;
    }
    return key.what + "-" + hexText(contentHash(std::string_view(all))) + ".h5";
}

struct CaptureWriter::Impl
{
    Impl(const std::filesystem::path& path, CaptureKey k)
        : file(path)
        , writer(std::in_place, file.temporaryPath())
        , key(std::move(k))
    {
    }
    AtomicFile file;
    std::optional<hdf5::Writer> writer; ///< gone once closed, before `file` is
    CaptureKey key;
    Handle data;
    std::map<std::uint64_t, Handle> groups;
    std::map<ArrayKey, Handle> arrays;
    std::map<ArrayKey, std::vector<Block>> blocks;

    template <class T>
    void make(std::size_t layer, const char* array, std::uint64_t count)
    {
        if (!groups.contains(layer)) {
            groups.emplace(layer, writer->group(data.get(), toText(layer)));
        }
        const Handle space = simpleSpace(count, ErrorKind::Io);
        const Handle list = hdf5::owned(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, ErrorKind::Io, "preparing a dataset");
        H5Pset_obj_track_times(list.get(), false);
        H5Pset_fill_time(list.get(), H5D_FILL_TIME_NEVER);
        arrays.emplace(ArrayKey { layer, array },
            hdf5::owned(H5Dcreate2(groups.at(layer).get(), array, fileType<T>(), space.get(), H5P_DEFAULT, list.get(),
                            H5P_DEFAULT),
                H5Dclose, ErrorKind::Io, "making an array"));
        blocks[{ layer, array }];
    }

    template <class T>
    void append(std::size_t layer, const char* array, std::span<const T> values)
    {
        const ArrayKey where { layer, array };
        auto& list = blocks.at(where);
        const auto first = list.empty() ? 0 : list.back().first + list.back().count;
        list.push_back({ first, values.size(), contentHash(std::as_bytes(values)) });
        if (values.empty()) {
            return;
        }
        const hid_t dataset = arrays.at(where).get();
        const Handle part = chosen(dataset, first, values.size(), ErrorKind::Io);
        const Handle memory = simpleSpace(values.size(), ErrorKind::Io);
        hdf5::checked(H5Dwrite(dataset, memoryType<T>(), memory.get(), part.get(), H5P_DEFAULT, values.data()),
            ErrorKind::Io, "writing an array");
    }

    void writeBlocks()
    {
        std::vector<std::uint64_t> layers, firsts, counts, highs, lows;
        std::vector<std::string> names;
        for (const auto& [where, list] : blocks) {
            for (const auto& block : list) {
                layers.push_back(where.first);
                names.push_back(where.second);
                firsts.push_back(block.first);
                counts.push_back(block.count);
                highs.push_back(block.hash.high);
                lows.push_back(block.hash.low);
            }
        }
        writer->table(writer->root(), "blocks",
            { { "layer", layers, {} }, { "array", names, {} }, { "first", firsts, {} }, { "count", counts, {} },
                { "hash_high", highs, {} }, { "hash_low", lows, {} } });
    }
};

CaptureWriter::CaptureWriter(const std::filesystem::path& path, CaptureKey key, const std::vector<CaptureLayer>& layers)
    : m_impl(std::make_unique<Impl>(path, std::move(key)))
{
    auto& writer = *m_impl->writer;
    const auto& k = m_impl->key;
    const auto root = writer.root();
    writer.attribute(root, "schema", schemaName);
    writer.attribute(root, "schema_version", schemaVersion);
    writer.attribute(root, "tool_version", toolVersion());
    writer.attribute(root, "what", k.what);
    writer.attribute(root, "model_sha256", k.modelSha256);
    writer.attribute(root, "data_hash", k.dataHash);
    writer.attribute(root, "samples", k.samples);
    writer.attribute(root, "seed", k.seed);
    writer.attribute(root, "engine", k.engine);
    std::vector<std::uint64_t> weights;
    std::vector<std::string> noInputs, noGradients;
    for (const auto& layer : layers) {
        weights.push_back(layer.weights);
        noInputs.push_back(storedText(layer.noInputs));
        noGradients.push_back(storedText(layer.noGradients));
    }
    writer.table(root, "layers",
        { { "name", k.layers, {} }, { "weights", weights, {} }, { "no_inputs", noInputs, {} },
            { "no_gradients", noGradients, {} } });
    m_impl->data = writer.group(root, "data");
}

CaptureWriter::~CaptureWriter() = default;

void CaptureWriter::makeFloats(std::size_t layer, const char* array, std::uint64_t count)
{
    m_impl->make<float>(layer, array, count);
}

void CaptureWriter::makeDoubles(std::size_t layer, const char* array, std::uint64_t count)
{
    m_impl->make<double>(layer, array, count);
}

void CaptureWriter::append(std::size_t layer, const char* array, std::span<const float> values)
{
    m_impl->append(layer, array, values);
}

void CaptureWriter::append(std::size_t layer, const char* array, std::span<const double> values)
{
    m_impl->append(layer, array, values);
}

void CaptureWriter::commit()
{
    m_impl->writeBlocks();
    m_impl->writer->attribute(m_impl->writer->root(), "complete", std::uint64_t { 1 });
    m_impl->arrays.clear();
    m_impl->groups.clear();
    m_impl->data = Handle();
    m_impl->writer->close();
    m_impl->file.commit();
}

struct CaptureReader::Impl
{
    explicit Impl(const std::filesystem::path& path)
        : reader(path)
    {
        const Handle access
            = hdf5::owned(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, ErrorKind::BadFile, "preparing to read");
        H5Pset_file_locking(access.get(), false, true);
        file = hdf5::owned(
            H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose, ErrorKind::BadFile, "opening the file");
    }
    hdf5::Reader reader;
    Handle file;
    std::vector<CaptureLayer> layers;
    std::map<ArrayKey, std::vector<Block>> blocks;

    CaptureKey storedKey() const
    {
        CaptureKey key;
        key.what = reader.textAttribute("/", "what");
        key.modelSha256 = reader.textAttribute("/", "model_sha256");
        key.dataHash = reader.textAttribute("/", "data_hash");
        key.samples = reader.wholeAttribute("/", "samples");
        key.seed = reader.wholeAttribute("/", "seed");
        key.engine = reader.textAttribute("/", "engine");
        key.layers = reader.textColumn("/layers", "name");
        return key;
    }

    void readTables()
    {
        const auto weights = reader.wholeColumn("/layers", "weights");
        const auto noInputs = reader.textColumn("/layers", "no_inputs");
        const auto noGradients = reader.textColumn("/layers", "no_gradients");
        for (std::size_t i = 0; i < weights.size(); ++i) {
            layers.push_back({ weights[i], restoredText(noInputs[i]), restoredText(noGradients[i]) });
        }
        const auto owners = reader.wholeColumn("/blocks", "layer");
        const auto arrays = reader.textColumn("/blocks", "array");
        const auto firsts = reader.wholeColumn("/blocks", "first");
        const auto counts = reader.wholeColumn("/blocks", "count");
        const auto highs = reader.wholeColumn("/blocks", "hash_high");
        const auto lows = reader.wholeColumn("/blocks", "hash_low");
        for (std::size_t i = 0; i < owners.size(); ++i) {
            blocks[{ owners[i], arrays[i] }].push_back({ firsts[i], counts[i], { highs[i], lows[i] } });
        }
    }

    template <class T>
    void read(std::size_t layer, const char* array, const std::function<void(std::span<const T>)>& take) const
    {
        const auto found = blocks.find({ layer, array });
        if (found == blocks.end()) {
            refuse("an array is missing");
        }
        const Handle dataset = hdf5::owned(H5Dopen2(file.get(), pathOf(layer, array).c_str(), H5P_DEFAULT), H5Dclose,
            ErrorKind::BadFile, "opening an array");
        const Handle space
            = hdf5::owned(H5Dget_space(dataset.get()), H5Sclose, ErrorKind::BadFile, "reading the size of an array");
        const auto size = static_cast<std::uint64_t>(std::max<hssize_t>(0, H5Sget_simple_extent_npoints(space.get())));
        std::uint64_t next = 0;
        std::vector<T> values;
        for (const auto& block : found->second) {
            if (block.first != next || block.count > size - next) {
                refuse("its list of pieces is wrong");
            }
            next += block.count;
            values.resize(static_cast<std::size_t>(block.count));
            if (block.count > 0) {
                const Handle part = chosen(dataset.get(), block.first, block.count, ErrorKind::BadFile);
                const Handle memory = simpleSpace(block.count, ErrorKind::BadFile);
                hdf5::checked(
                    H5Dread(dataset.get(), memoryType<T>(), memory.get(), part.get(), H5P_DEFAULT, values.data()),
                    ErrorKind::BadFile, "reading an array");
            }
            if (contentHash(std::as_bytes(std::span<const T>(values))) != block.hash) {
                refuse("its values do not have the hash they had");
            }
            take(values);
        }
        if (next != size) {
            refuse("its list of pieces is wrong");
        }
    }
};

CaptureReader::CaptureReader(const std::filesystem::path& path, const CaptureKey& key)
    : m_impl(std::make_unique<Impl>(path))
{
    const auto& reader = m_impl->reader;
    if (reader.textAttribute("/", "schema") != schemaName
        || reader.wholeAttribute("/", "schema_version") != schemaVersion
        || reader.wholeAttribute("/", "complete") != 1) {
        refuse("it is of another kind or version, or not complete");
    }
    if (m_impl->storedKey() != key) {
        refuse("it is of another model, or other data");
    }
    m_impl->readTables();
}

CaptureReader::~CaptureReader() = default;

const std::vector<CaptureLayer>& CaptureReader::layers() const
{
    return m_impl->layers;
}

void CaptureReader::floats(
    std::size_t layer, const char* array, const std::function<void(std::span<const float>)>& take) const
{
    m_impl->read<float>(layer, array, take);
}

std::vector<float> CaptureReader::floats(std::size_t layer, const char* array) const
{
    std::vector<float> all;
    m_impl->read<float>(
        layer, array, [&](std::span<const float> values) { all.insert(all.end(), values.begin(), values.end()); });
    return all;
}

std::vector<double> CaptureReader::doubles(std::size_t layer, const char* array) const
{
    std::vector<double> all;
    m_impl->read<double>(
        layer, array, [&](std::span<const double> values) { all.insert(all.end(), values.begin(), values.end()); });
    return all;
}

} // namespace bw
