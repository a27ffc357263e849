#include "core/base/error.h"
#include "core/calibrate/idx_file.h"
#include "core/calibrate/labelled_dataset.h"
#include "core/model/file_reader.h"

namespace bw {

DatasetPtr openIdxDataset(
    const std::filesystem::path& images, const std::filesystem::path& labels, const JobContext& ctx)
{
    const auto description = readDatasetDescription(images.parent_path());
    LabelledDataset::Facts facts;
    facts.path = images;
    withContext(filePlace(labels), [&] { facts.labels = labelsFrom(readIdxFile(labels, ctx)); });
    return withContext(filePlace(images), [&] {
        TensorView inputs = readIdxFile(images, ctx);
        describeSamples(inputs, true, description, facts);
        describeValues(inputs.dtype == DType::U8, description, facts);
        return makeArrayDataset(std::move(inputs), std::move(facts));
    });
}

} // namespace bw
