#include "core/base/error.h"
#include "core/calibrate/dataset.h"
#include "tests/support/paths.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace bw {
namespace {

std::vector<float> allValues(const Dataset& data)
{
    std::vector<float> values(elementCount(data.sampleShape()) * data.count());
    data.read(0, values);
    return values;
}

TEST(RealData, PicturesEqualTheirCopiesInTheTensorBitForBit)
{
    BW_NEED_SHARED_DATA();
    const auto tensor = openDataset((test::sharedData() / "cifar10/cifar10_test2000.safetensors").string());
    const auto folder = openDataset((test::sharedData() / "cifar10/imagefolder").string());
    EXPECT_EQ(tensor->count(), 2000U);
    EXPECT_EQ(folder->count(), 300U);
    EXPECT_EQ(tensor->classes(), folder->classes());
    EXPECT_TRUE(tensor->warnings().empty());
    const auto size = elementCount(tensor->sampleShape());
    const auto values = allValues(*tensor);
    std::set<std::vector<float>> known;
    for (std::size_t i = 0; i < tensor->count(); ++i) {
        std::vector<float> keyed(values.begin() + static_cast<std::ptrdiff_t>(i * size),
            values.begin() + static_cast<std::ptrdiff_t>((i + 1) * size));
        keyed.push_back(static_cast<float>(tensor->labels()[i]));
        known.insert(std::move(keyed));
    }
    for (std::size_t i = 0; i < folder->count(); ++i) {
        std::vector<float> picture(size);
        folder->read(i, picture);
        picture.push_back(static_cast<float>(folder->labels()[i]));
        EXPECT_TRUE(known.contains(picture)) << "picture " << i;
    }
}

TEST(RealData, CifarIsNormalisedAsItsDescriptionSays)
{
    BW_NEED_SHARED_DATA();
    const auto data = openDataset((test::sharedData() / "cifar10/cifar10_test2000.safetensors").string());
    const auto values = allValues(*data);
    // (0/255 - 0.485) / 0.229 and (255/255 - 0.406) / 0.225 are the extremes that pictures reach.
    EXPECT_EQ(*std::min_element(values.begin(), values.end()), (0.0F - 0.485F) / 0.229F);
    EXPECT_EQ(*std::max_element(values.begin(), values.end()), (1.0F - 0.406F) / 0.225F);
    for (std::int64_t label = 0; label < 10; ++label) {
        EXPECT_EQ(std::count(data->labels().begin(), data->labels().end(), label), 200);
    }
}

TEST(RealData, MnistFolderGivesTheTestSet)
{
    BW_NEED_SHARED_DATA();
    const auto data = openDataset((test::sharedData() / "mnist").string());
    EXPECT_EQ(data->count(), 10000U);
    EXPECT_EQ(data->sampleShape(), (Shape { 1, 28, 28 }));
    EXPECT_EQ(data->labels()[0], 7);
    const auto train = openDataset((test::sharedData() / "mnist/train-images-idx3-ubyte.gz").string());
    EXPECT_EQ(train->count(), 60000U);
    EXPECT_EQ(train->labels()[0], 5);
}

} // namespace
} // namespace bw
