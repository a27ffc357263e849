#pragma once

#include "core/exponent/exponent_search.h"

#include <functional>
#include <map>

namespace bw {

/// Errors by exponent, each computed once.
using ExponentErrors = std::map<double, double>;

/// Evaluates the 23 exponents 0.20, 0.25 … 1.30 and what the solver visits (methods-nonuniform 1.3), and returns the
/// best exponent with two decimals (its neighbours are evaluated too). For 2 bits: 1. `error` is called once per
/// exponent; `visited` receives all results.
double bestExponent(
    const std::function<double(double)>& error, int bits, ExponentSolver solver, ExponentErrors& visited);

} // namespace bw
