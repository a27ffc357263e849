#pragma once

#include "core/formats/quant_format.h"

#include <string>
#include <vector>

namespace bw {

/// The part of a format that an edit touched, so that the rest of mixed formats stays as it is.
struct FormatEdit
{
    enum class Part
    {
        Family,
        Parameter,
        Granularity,
        BlockSize,
        Rule,
        RuleValue,
        Store,
        Extra
    };
    Part part = Part::Family;
    std::string parameter; ///< for Part::Parameter; the extra's id for Part::Extra
    std::vector<std::string> gone; ///< extras that the edited one excludes
    QuantFormat format; ///< the whole format as the editor shows it after the edit
    bool hasScaling = true; ///< of its family
    bool hasScale = true;
    bool takesExtras = true;

    /// `base` with only the edited part taken over. A parameter of another family takes over the family with it.
    QuantFormat appliedTo(QuantFormat base) const;
};

/// Values of another family's parameters as far as `schema` has them too, within its limits; defaults for the rest.
ParamValues carriedOver(const ParamValues& from, const ParamSchema& schema);
/// Without what a family does not take.
Scaling fittingScaling(Scaling scaling, bool hasScaling, bool hasScale);

} // namespace bw
