#pragma once

#include "core/calibrate/dataset.h"
#include "core/calibrate/normalizer.h"

#include <mutex>

namespace bw {

/// What all kinds of data sets have in common; the kinds add where the samples come from.
class LabelledDataset : public Dataset
{
public:
    struct Facts
    {
        std::filesystem::path path;
        std::string name;
        Shape sampleShape; ///< channels first
        SampleLayout stored = SampleLayout::ChannelsFirst;
        Normalization normalization;
        std::vector<std::int64_t> labels;
        std::vector<std::string> classes;
        std::vector<Text> warnings;
    };
    /// Error{BadFile} if there are no samples, samples without values, or labels that no class has.
    explicit LabelledDataset(Facts facts);

    std::string name() const override { return m_facts.name; }
    std::filesystem::path path() const override { return m_facts.path; }
    std::uint64_t count() const override { return m_facts.labels.size(); }
    Shape sampleShape() const override { return m_facts.sampleShape; }
    void read(std::uint64_t first, std::span<float> out) const override;
    std::span<const std::int64_t> labels() const override { return m_facts.labels; }
    const std::vector<std::string>& classes() const override { return m_facts.classes; }
    ContentHash contentHash() const override;
    const std::vector<Text>& warnings() const override { return m_facts.warnings; }

protected:
    const Normalizer& normalizer() const { return m_normalizer; }
    /// `out` has room for one sample.
    virtual void readSample(std::uint64_t index, std::span<float> out) const = 0;
    virtual ContentHash samplesHash() const = 0;

private:
    Facts m_facts;
    Normalizer m_normalizer;
    mutable std::once_flag m_hashOnce;
    mutable ContentHash m_hash;
};

/// Samples that are one tensor [N, …].
DatasetPtr makeArrayDataset(TensorView inputs, LabelledDataset::Facts facts);

/// Of a tensor of whole numbers, of shape [N] or [N, 1]. Error{BadFile} otherwise.
std::vector<std::int64_t> labelsFrom(const TensorView& labels);
/// Sample shape and layout of a tensor [N, …] that holds pictures (`isImages`: [N, H, W] has one channel) or anything.
/// Error{BadFile} if it has no samples. Sets facts.sampleShape, facts.stored.
void describeSamples(const TensorView& inputs, bool isImages, const std::optional<DatasetDescription>& description,
    LabelledDataset::Facts& facts);
/// Takes normalisation, classes and name from the description; without a scale, bytes are divided by 255 with a
/// warning.
void describeValues(bool isBytes, const std::optional<DatasetDescription>& description, LabelledDataset::Facts& facts);

/// The kinds of data sets. Each adds the names of the files to errors.
DatasetPtr openSafetensorsDataset(const std::filesystem::path& file, const JobContext& ctx);
DatasetPtr openNumpyDataset(const std::filesystem::path& file, const JobContext& ctx);
DatasetPtr openHdf5Dataset(const std::filesystem::path& file, const JobContext& ctx);
DatasetPtr openIdxDataset(
    const std::filesystem::path& images, const std::filesystem::path& labels, const JobContext& ctx);
DatasetPtr openFolderDataset(const std::filesystem::path& folder, const JobContext& ctx);

} // namespace bw
