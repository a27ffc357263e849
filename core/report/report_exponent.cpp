#include "core/exponent/exponent_search.h"
#include "core/formats/format_family.h"
#include "core/report/report_layers.h"

namespace bw {

void writeExponentCurve(const hdf5::Writer& writer, hid_t layerGroup, const QuantizedLayer& layer,
    const TensorView& matrix, const JobContext& ctx)
{
    const auto& format = layer.tensor.format;
    const auto& family = familyOf(format);
    if (family.exponentParam.empty()) {
        return;
    }
    const int bits = family.codeBits(format.params);
    const SortedMagnitudes magnitudes(matrix, format.scaling, bits, ctx);
    const SortedMagnitudes* const all[] = { &magnitudes };
    const auto curve = searchExponent(all, bits, ExponentSolver::NelderMead, ctx);
    std::vector<double> exponents;
    std::vector<double> errors;
    for (const auto& [a, error] : curve.points) {
        exponents.push_back(a);
        errors.push_back(error);
    }
    const hdf5::Handle group = writer.group(layerGroup, "exponent_curve");
    writer.dataset(group.get(), "a", exponents, "1");
    writer.dataset(group.get(), "error", errors, "1");
    writer.attribute(group.get(), "optimum", curve.optimum);
    writer.attribute(group.get(), "error_at_optimum", curve.error);
    writer.attribute(group.get(), "error_uniform", curve.errorUniform);
}

} // namespace bw
