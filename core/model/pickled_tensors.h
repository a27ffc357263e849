#pragma once

#include "core/base/job_context.h"
#include "core/model/pickle_reader.h"
#include "core/tensor/tensor_view.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace bw {

/// The globals that weights need: how torch rebuilds tensors, its storages, dtypes and sizes, OrderedDict and NumPy
/// numbers. All of them are only ever read as names.
bool allowsWeightGlobal(std::string_view name);
/// The same and the classes that a TorchScript archive defines itself (__torch__.…).
bool allowsScriptGlobal(std::string_view name);

/// ("storage", type, key, place, number of elements[, view]): torch.save's stand-in for a block of memory.
struct StorageId
{
    std::string key;
    std::optional<DType> dtype; ///< nothing for a block of bytes without a type
    std::uint64_t count = 0; ///< elements of the whole block; bytes if it has no type
    std::uint64_t viewFirst = 0; ///< legacy files: the storage is these elements of the block
    std::uint64_t viewCount = 0;

    std::uint64_t elementBytes() const { return dtype ? info(*dtype).size : 1; }
};
/// Error{BadFile|Unsupported}: not of that form; of quantized or complex numbers.
StorageId storageId(const PickleValue& persistent);

struct StorageBytes
{
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> owner;
};

/// Makes tensors of what torch pickles for them, without copying those that lie densely in their storage.
class PickledTensors
{
public:
    /// The bytes of a whole block, by its key. Must be exactly `bytes` long or throw.
    using Source = std::function<StorageBytes(const std::string& key, std::uint64_t bytes)>;

    /// All copies together may take `mostCopied` bytes.
    PickledTensors(Source source, std::uint64_t mostCopied, const JobContext& ctx);

    /// Two tensors of the same key are the same memory.
    using Identity = std::tuple<std::string, DType, std::uint64_t, Shape, std::vector<std::int64_t>>;
    struct Made
    {
        TensorView view;
        Identity identity;
    };
    /// Error{BadFile}: lies outside of its storage or is malformed; Error{Unsupported}: quantized, sparse, complex.
    Made make(const PickleValue& value);

private:
    Made makePlain(std::span<const PicklePtr> arguments, std::optional<DType> dtype);
    const StorageBytes& storage(const StorageId& id);
    TensorView unfolded(
        DType dtype, const Shape& shape, const std::vector<std::int64_t>& strides, std::span<const std::byte> bytes);

    Source m_source;
    std::uint64_t m_mostCopied;
    const JobContext& m_ctx;
    std::map<std::string, StorageBytes, std::less<>> m_storages;
};

/// True for calls that rebuild a tensor or parameter, of whatever kind.
bool isPickledTensor(const PickleValue& value);

/// A tensor by its path in dictionaries, lists and modules: "layer1.0.weight".
struct PickledName
{
    std::string name;
    PicklePtr tensor = nullptr;
};

struct FoundTensors
{
    std::vector<PickledName> tensors; ///< in file order
    std::vector<std::pair<std::string, std::size_t>> leftOut; ///< other parts of a checkpoint and their tensors
};

/// All tensors of a state_dict, or of the one that a checkpoint holds beside an optimizer's state and the like.
FoundTensors findStateDict(const Pickle& pickle);
/// All tensors of a pickle.
std::vector<PickledName> findTensors(const Pickle& pickle);

} // namespace bw
