#pragma once

#include <qnamespace.h>

namespace bw {

/// Custom item roles, in one place.
enum ItemRole : int
{
    SortRole = Qt::UserRole + 1, ///< number or text to order by; invalid: unknown, sorted last
    LayerIdRole, ///< uint, LayerId::value
    SparklineRole, ///< QVector<float>
    FilterRole, ///< text a filter looks in
    IsKeptRole, ///< bool
    IsFixedRole, ///< bool: cannot be quantized at all
    HasFailedRole, ///< bool
    IsStaleRole, ///< bool: greyed
    FormatDetailRole, ///< text: a sentence about a format, or why it cannot be used
    FormatSpellingRole, ///< text
    FormatLevelsRole, ///< QVector<double>, ascending, weight units
    IsCurrentRole, ///< bool: in use
    NameEndingRole, ///< int: characters at the end of a layer's name that its neighbours have, too; invalid: no name
};

} // namespace bw
