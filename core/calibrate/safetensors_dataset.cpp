#include "core/base/error.h"
#include "core/calibrate/labelled_dataset.h"
#include "core/model/file_reader.h"
#include "core/model/safetensors_file.h"

namespace bw {

namespace {
struct Found
{
    std::string name;
    const TensorView* view = nullptr;
};

Found findTensor(const SafetensorsFile& file, const std::string& described, std::initializer_list<const char*> usual)
{
    if (!described.empty()) {
        if (const auto* view = file.find(described)) {
            return { described, view };
        }
        throw Error(ErrorKind::BadFile, BW_TR_NOOP("core", "dataset.json speaks of a tensor \"%1\", but there is none"),
            printable(described));
    }
    std::string names;
    for (const char* name : usual) {
        if (const auto* view = file.find(name)) {
            return { name, view };
        }
        names += (names.empty() ? "\"" : ", \"") + std::string(name) + "\"";
    }
    throw Error(
        ErrorKind::BadFile, BW_TR_NOOP("core", "a data set needs a tensor called %1, but there is none"), names);
}
} // namespace

DatasetPtr openSafetensorsDataset(const std::filesystem::path& path, const JobContext& ctx)
{
    const auto description = readDatasetDescription(path.parent_path());
    return withContext(filePlace(path), [&] {
        const auto file = openSafetensorsFile(path, ctx);
        const Found inputs = findTensor(file, description ? description->inputsTensor : "", { "inputs", "images" });
        const Found labels = findTensor(file, description ? description->labelsTensor : "", { "labels" });
        LabelledDataset::Facts facts;
        facts.path = path;
        withContext(Text(BW_TR_NOOP("core", "tensor %1"), { printable(inputs.name) }),
            [&] { describeSamples(*inputs.view, inputs.name == "images", description, facts); });
        withContext(Text(BW_TR_NOOP("core", "tensor %1"), { printable(labels.name) }),
            [&] { facts.labels = labelsFrom(*labels.view); });
        describeValues(inputs.view->dtype == DType::U8, description, facts);
        return makeArrayDataset(*inputs.view, std::move(facts));
    });
}

} // namespace bw
