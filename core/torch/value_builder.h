#pragma once

#include "core/base/job_context.h"
#include "core/base/zip_archive.h"
#include "core/model/pickle_reader.h"

#include <functional>
#include <map>
#include <string>
#include <unordered_map>

#include <ATen/core/ivalue.h>
#include <ATen/core/jit_type.h>

namespace bw::torch_backend {

/// Makes LibTorch values of pickled ones, as the declared types of the model's attributes say. Runs nothing of the
/// model. (LibTorch's own unpickler runs __setstate__ methods and trusts the sizes, strides and offsets it reads.)
class ValueBuilder
{
public:
    /// The class of a qualified name; throws if the model has none.
    using ClassResolver = std::function<c10::ClassTypePtr(const std::string& name)>;

    /// Storages are read from the records `storagePrefix` + key.
    ValueBuilder(const ZipArchive& archive, std::string storagePrefix, ClassResolver resolver, const JobContext& ctx);

    /// Error{BadFile}: does not fit the type, or a tensor lies outside of its storage. Error{Refused}: the class has
    /// code that runs when it is read. Error{Unsupported}: a type Bitwright does not read.
    c10::IValue build(PicklePtr value, const c10::TypePtr& type);
    /// An object of whatever class the pickle names.
    c10::IValue buildObject(PicklePtr value);

private:
    c10::IValue buildNew(PicklePtr value, const c10::TypePtr& type);
    c10::IValue buildAny(PicklePtr value);
    c10::IValue buildList(const PickleValue& value, const c10::TypePtr& type);
    c10::IValue buildDict(const PickleValue& value, const c10::TypePtr& type);
    c10::IValue buildTuple(const PickleValue& value, const c10::TypePtr& type);
    at::Tensor buildTensor(const PickleValue& value);
    at::Storage storage(const PickleValue& id, at::ScalarType& type);

    const ZipArchive& m_archive;
    std::string m_prefix;
    ClassResolver m_resolver;
    const JobContext& m_ctx;
    std::unordered_map<const PickleValue*, c10::IValue> m_shared; ///< tensors and objects that occur more than once
    std::map<std::string, at::Storage> m_storages;
};

} // namespace bw::torch_backend
