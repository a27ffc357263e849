#include "core/torch/module_tensors.h"

#include "core/base/error.h"

#include <set>
#include <tuple>

#include <ATen/ATen.h>
#include <ATen/core/class_type.h>

namespace bw::torch_backend {

namespace {

constexpr std::size_t mostNames = 1'000'000;

using MemoryKey = std::tuple<const void*, at::ScalarType, std::vector<std::int64_t>, std::vector<std::int64_t>>;

MemoryKey keyOf(const at::Tensor& tensor)
{
    return { tensor.data_ptr(), tensor.scalar_type(), tensor.sizes().vec(), tensor.strides().vec() };
}

class Collector
{
public:
    void addObject(const std::string& prefix, const c10::ivalue::Object& object)
    {
        const auto& type = *object.type();
        for (std::size_t slot = 0; slot < type.numAttributes(); ++slot) {
            add(prefix + type.getAttributeName(slot), object.getSlot(slot), type.is_parameter(slot));
        }
    }

    void addConstant(const std::string& name, const at::Tensor& tensor)
    {
        if (auto* entry = addTensor(name, tensor)) {
            entry->isConstant = true;
        }
    }

    std::vector<ModuleTensor> take() { return std::move(m_tensors); }

private:
    /// The new entry, or nullptr if there is one for this memory.
    ModuleTensor* addTensor(const std::string& name, const at::Tensor& tensor)
    {
        if (++m_names > mostNames) {
            throw Error(
                ErrorKind::Unsupported, BW_TR_NOOP("core", "The model has more than %1 tensors."), toText(mostNames));
        }
        // An empty tensor has no memory to share.
        const auto known = tensor.numel() == 0 ? m_byMemory.end() : m_byMemory.find(keyOf(tensor));
        if (known != m_byMemory.end()) {
            m_tensors[known->second].names.push_back(name);
            return nullptr;
        }
        m_byMemory.emplace(keyOf(tensor), m_tensors.size());
        m_tensors.push_back({ { name }, tensor });
        return &m_tensors.back();
    }

    void add(const std::string& name, const c10::IValue& value, bool isParameter = false)
    {
        if (value.isTensor() && value.toTensor().defined()) {
            if (auto* entry = addTensor(name, value.toTensor())) {
                entry->isParameter = isParameter;
            }
        } else if (value.isObject()) {
            addObject(name + ".", *value.toObject());
        } else if (value.isList()) {
            addItems(name, value.toListRef());
        } else if (value.isTuple()) {
            const auto& elements = value.toTupleRef().elements();
            addItems(name, c10::ArrayRef<c10::IValue>(elements.begin(), elements.end()));
        } else if (value.isGenericDict()) {
            for (const auto& item : value.toGenericDict()) {
                if (item.key().isString()) {
                    add(name + "." + item.key().toStringRef(), item.value());
                }
            }
        }
    }

    void addItems(const std::string& name, c10::ArrayRef<c10::IValue> items)
    {
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (items[i].isTensor() || items[i].isObject()) {
                add(name + "." + std::to_string(i), items[i]);
            }
        }
    }

    std::vector<ModuleTensor> m_tensors;
    std::map<MemoryKey, std::size_t> m_byMemory;
    std::size_t m_names = 0;
};

class Widener
{
public:
    void widenObject(c10::ivalue::Object& object)
    {
        if (!m_visited.insert(&object).second) {
            return;
        }
        for (std::size_t slot = 0; slot < object.type()->numAttributes(); ++slot) {
            const auto& value = object.getSlot(slot);
            if (value.isTensor() && isHalf(value.toTensor())) {
                object.setSlot(slot, widened(value.toTensor()));
            } else if (value.isTensorList()) {
                auto list = value.toTensorList();
                for (std::size_t i = 0; i < list.size(); ++i) {
                    list.set(i, isHalf(list.get(i)) ? widened(list.get(i)) : list.get(i));
                }
            } else if (value.isObject()) {
                widenObject(*value.toObject());
            }
        }
    }

    StoredTypes take() { return std::move(m_types); }

private:
    static bool isHalf(const at::Tensor& tensor)
    {
        return tensor.defined() && (tensor.scalar_type() == at::kHalf || tensor.scalar_type() == at::kBFloat16);
    }

    at::Tensor widened(const at::Tensor& tensor)
    {
        auto& made = m_made[keyOf(tensor)];
        if (!made.defined()) {
            made = tensor.detach().to(at::kFloat);
            m_types.emplace(made.data_ptr(), tensor.scalar_type());
        }
        return made;
    }

    std::map<MemoryKey, at::Tensor> m_made;
    std::set<const void*> m_visited;
    StoredTypes m_types;
};

} // namespace

StoredTypes widenHalves(const torch::jit::Module& module)
{
    Widener widener;
    widener.widenObject(*module._ivalue());
    return widener.take();
}

bool isSameMemory(const at::Tensor& a, const at::Tensor& b)
{
    return a.numel() > 0 && a.data_ptr() == b.data_ptr() && keyOf(a) == keyOf(b);
}

std::vector<ModuleTensor> collectTensors(const ScriptProgram& program)
{
    Collector collector;
    collector.addObject("", *program.module._ivalue());
    for (std::size_t i = 0; i < program.constants->size(); ++i) {
        collector.addConstant("CONSTANTS.c" + std::to_string(i), (*program.constants)[i].toTensor());
    }
    return collector.take();
}

} // namespace bw::torch_backend
