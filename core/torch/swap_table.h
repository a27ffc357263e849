#pragma once

#include "core/tensor/tensor_view.h"
#include "core/torch/module_tensors.h"

#include <map>
#include <string>
#include <vector>

namespace bw::torch_backend {

/// The floating-point tensors of a program by name, to be overwritten in place and restored.
class SwapTable
{
public:
    /// `stored`: types to round to, where they are not the tensor's own.
    explicit SwapTable(const ScriptProgram& program, StoredTypes stored = {});

    /// First names, in the model's order.
    std::vector<std::string> names() const;
    /// Rounds to the type the model stores. All ties follow. Error{BadInput}: unknown name, another shape.
    void set(const std::string& name, const TensorView& values);
    void restore();
    /// The tensor itself, by any of its names. Error{BadInput}: unknown name.
    const at::Tensor& find(const std::string& name) const;

private:
    struct Entry
    {
        ModuleTensor where;
        at::Tensor original; ///< undefined while nothing was replaced
    };
    std::size_t indexOf(const std::string& name) const;

    StoredTypes m_stored;
    std::vector<Entry> m_entries;
    std::map<std::string, std::size_t> m_byName;
};

} // namespace bw::torch_backend
