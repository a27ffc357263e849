#include "core/torch/swap_table.h"

#include "core/base/error.h"

#include <ATen/ATen.h>

namespace bw::torch_backend {

namespace {
void overwrite(const ModuleTensor& where, const at::Tensor& values)
{
    const at::NoGradGuard noGrad;
    where.tensor.detach().copy_(values);
}
} // namespace

SwapTable::SwapTable(const ScriptProgram& program, StoredTypes stored)
    : m_stored(std::move(stored))
{
    for (auto& entry : collectTensors(program)) {
        if (!at::isFloatingType(entry.tensor.scalar_type())) {
            continue;
        }
        for (const auto& name : entry.names) {
            m_byName.emplace(name, m_entries.size());
        }
        m_entries.push_back({ std::move(entry), {} });
    }
}

std::vector<std::string> SwapTable::names() const
{
    std::vector<std::string> out;
    for (const auto& entry : m_entries) {
        out.push_back(entry.where.names.front());
    }
    return out;
}

std::size_t SwapTable::indexOf(const std::string& name) const
{
    const auto found = m_byName.find(name);
    if (found == m_byName.end()) {
        throw Error(ErrorKind::BadInput, BW_TR_NOOP("core", "The model has no weight %1 that could be replaced."),
            printable(name));
    }
    return found->second;
}

const at::Tensor& SwapTable::find(const std::string& name) const
{
    return m_entries[indexOf(name)].where.tensor;
}

void SwapTable::set(const std::string& name, const TensorView& values)
{
    auto& entry = m_entries[indexOf(name)];
    const Shape shape = entry.where.tensor.sizes().vec();
    if (values.shape != shape) {
        throw Error(ErrorKind::BadInput,
            BW_TR_NOOP("core", "The weight %1 has shape %2, the values to replace it have %3."), printable(name),
            shapeText(shape), shapeText(values.shape));
    }
    if (!entry.original.defined()) {
        entry.original = entry.where.tensor.detach().clone();
    }
    auto floats = toFloats(values);
    const auto storedType = m_stored.find(entry.where.tensor.data_ptr());
    const auto replacement = at::from_blob(floats.data(), shape, at::kFloat);
    overwrite(entry.where, storedType == m_stored.end() ? replacement : replacement.to(storedType->second));
}

void SwapTable::restore()
{
    for (auto& entry : m_entries) {
        if (entry.original.defined()) {
            overwrite(entry.where, entry.original);
            entry.original.reset();
        }
    }
}

} // namespace bw::torch_backend
