#!/usr/bin/env bash
# Installs what is missing, builds the ci preset, runs every test. Arguments go to ctest: packaging/test.sh -L core
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packaging/install-deps.sh --with-tests
# Machines that pin OpenBLAS to another processor's kernels would measure and compute something else.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE

cmake --preset ci
cmake --build --preset ci --parallel "$(nproc)"
ctest --preset ci "$@"
