// Data sets in NumPy archives and HDF5 files, made by numpy and h5py: the same samples as from safetensors.

#include "core/base/error.h"
#include "core/calibrate/dataset.h"
#include "tests/support/byte_file_builder.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace bw {
namespace {

/// Pictures 2×3×2×2 of bytes 0…23, floats of the same, labels; each as .npz (packed or not) and .h5 (packed or not).
constexpr const char* makeFiles = R"(
import sys, h5py, numpy as np
folder = sys.argv[1] + "/"
pictures = np.arange(24, dtype=np.uint8).reshape(2, 3, 2, 2); labels = np.array([1, 0])
def both(name, **arrays):
    np.savez(folder + name + ".npz", **arrays)
    np.savez_compressed(folder + name + "_packed.npz", **arrays)
    for packed in "", "_packed":
        with h5py.File(folder + name + packed + ".h5", "w") as f:
            for key, value in arrays.items():
                f.create_dataset(key, data=value, **({"compression": "gzip", "chunks": True} if packed else {}))
both("bytes", images=pictures, labels=labels, other=np.zeros(3))
both("floats", inputs=pictures.astype(">f4") / 8, labels=labels.astype(np.uint8)[:, None])
both("last", inputs=np.asfortranarray(pictures.astype(np.float16)), labels=labels)
both("unlabelled", inputs=pictures)
both("short", inputs=pictures, labels=labels[:1])
both("real", inputs=pictures, labels=labels * 0.5)
both("flat", inputs=pictures.reshape(-1), labels=labels)
both("negative", inputs=pictures, labels=labels - 1)
)";

const std::vector<std::string> kinds { ".npz", "_packed.npz", ".h5", "_packed.h5" };

class ArrayDataset : public testing::Test
{
protected:
    test::TempDir m_dir;

    ArrayDataset() { test::runPython(makeFiles, { m_dir.path().string() }); }

    DatasetPtr open(const std::string& name) const { return openDataset((m_dir / name).string()); }
    static std::vector<float> samples(const Dataset& data)
    {
        std::vector<float> values(data.count() * elementCount(data.sampleShape()));
        data.read(0, values);
        return values;
    }
    void expectRefused(const std::string& name, const std::vector<std::string>& words) const
    {
        for (const auto& kind : kinds) {
            try {
                open(name + kind);
                ADD_FAILURE() << name << kind;
            } catch (const Error& error) {
                EXPECT_EQ(error.kind(), ErrorKind::BadFile) << error.fullEnglish();
                for (const auto& word : words) {
                    EXPECT_NE(error.fullEnglish().find(word), std::string::npos) << word << ": " << error.fullEnglish();
                }
                EXPECT_NE(error.fullEnglish().find(name + kind), std::string::npos) << error.fullEnglish();
            }
        }
    }
};

TEST_F(ArrayDataset, SameSamplesFromEveryKindOfFile)
{
    for (const auto& kind : kinds) {
        const auto bytes = open("bytes" + kind);
        EXPECT_EQ(bytes->sampleShape(), (Shape { 3, 2, 2 })) << kind;
        EXPECT_EQ(std::vector(bytes->labels().begin(), bytes->labels().end()), (std::vector<std::int64_t> { 1, 0 }));
        EXPECT_EQ(bytes->warnings().size(), 1U) << kind; // bytes are divided by 255
        const auto floats = open("floats" + kind);
        EXPECT_EQ(std::vector(floats->labels().begin(), floats->labels().end()), (std::vector<std::int64_t> { 1, 0 }));
        EXPECT_TRUE(floats->warnings().empty()) << kind;
        const auto last = open("last" + kind);
        for (std::size_t i = 0; i < 24; ++i) {
            EXPECT_EQ(samples(*bytes)[i], static_cast<float>(i) / 255.0F) << kind;
            EXPECT_EQ(samples(*floats)[i], static_cast<float>(i) / 8.0F) << kind;
            EXPECT_EQ(samples(*last)[i], static_cast<float>(i)) << kind;
        }
    }
    EXPECT_EQ(open("bytes.npz")->contentHash(), open("bytes_packed.h5")->contentHash());
}

TEST_F(ArrayDataset, DescriptionNamesArraysLayoutAndScale)
{
    test::writeFile(m_dir / "dataset.json",
        R"({"name": "Two", "images": {"tensor": "images", "layout": "NHWC"}, "classes": ["a", "b"],
        "preprocess": {"scale": "x/255", "mean": [0, 0], "std": [1, 2]}})");
    for (const auto& kind : kinds) {
        const auto data = open("bytes" + kind);
        EXPECT_EQ(data->name(), "Two");
        EXPECT_EQ(data->sampleShape(), (Shape { 2, 3, 2 })); // 3×2 pixels of two channels
        EXPECT_EQ(samples(*data)[6], 1.0F / 255.0F / 2.0F) << kind; // the second channel's first pixel
    }
    expectRefused("floats", { "dataset.json speaks of a tensor \"images\"" });
}

TEST_F(ArrayDataset, WhatIsWrongIsSaidWithTheArraysName)
{
    expectRefused("unlabelled", { "\"labels\"" });
    expectRefused("short", { "2 samples, but 1 labels" });
    expectRefused("real", { "tensor labels", "whole numbers" });
    expectRefused("flat", { "tensor inputs", "first dimension" });
    expectRefused("negative", { "label -1" });
}

TEST_F(ArrayDataset, TruncatedFilesAreRefused)
{
    for (const auto& kind : kinds) {
        const auto path = m_dir / ("bytes" + kind);
        std::filesystem::resize_file(path, std::filesystem::file_size(path) * 2 / 3);
        EXPECT_THROW(openDataset(path.string()), Error) << kind;
    }
}

} // namespace
} // namespace bw
