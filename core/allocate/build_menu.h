#pragma once

#include "core/allocate/menu.h"
#include "core/base/job_context.h"
#include "core/model/model.h"
#include "core/sensitivity/damage_table.h"

#include <limits>
#include <string>
#include <vector>

namespace bw {

/// What the user holds fast.
struct AllocationLimits
{
    struct Lock
    {
        std::string layer; ///< exact name
        QuantFormat format;
        friend bool operator==(const Lock&, const Lock&) = default;
    };
    struct Allowed
    {
        std::string layer; ///< exact name
        std::vector<QuantFormat> formats; ///< only these
        friend bool operator==(const Allowed&, const Allowed&) = default;
    };
    std::vector<Lock> locks; ///< of two for one layer the last
    std::vector<std::string> excluded; ///< stay in their own type
    std::vector<std::vector<std::string>> ties; ///< each list gets one format
    std::vector<Allowed> allowed;
    double minBits = 0; ///< per weight, of each layer that is not locked or excluded
    double maxBits = std::numeric_limits<double>::infinity();
    friend bool operator==(const AllocationLimits&, const AllocationLimits&) = default;
};

/// The menu of a damage table: candidates with their bytes in a file of `exporter` (id), damages freed from noise,
/// locks and ties applied. Excluded layers, and layers whose damage is unknown, stay in their own type. Locks may name
/// formats that were not candidates: their damage is then counted as that of the nearest candidate in bits. What the
/// file cannot hold of a layer is no candidate there, as a note of the menu says.
/// Error{BadInput}: no layer; a name that is not in the table; ties that have no format in common, or two locks; a lock
/// to a format that the file cannot hold; no candidate that it can hold; {Unsupported}: the file format cannot hold
/// quantized layers, or not this model.
AllocationMenu buildMenu(const DamageTable& table, const Model& model, const AllocationLimits& limits,
    const std::string& exporter, const JobContext& ctx);

/// Names that `pattern` (a regular expression found anywhere) matches among the table's layers, as lists to tie: one
/// list, or as many as the captured texts differ if it has groups ("blocks\.(\d+)\.attn").
std::vector<std::vector<std::string>> tiesMatching(const DamageTable& table, const std::string& pattern);

} // namespace bw
