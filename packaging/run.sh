#!/usr/bin/env bash
# Installs what is missing, builds the release preset and starts Bitwright on the bundled sample model (or on the files given).
# Without a display it does the main job head-less: quantizes and evaluates the sample and writes the results to ./bitwright-demo/.
set -euo pipefail
project="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
here="$PWD"
cd "$project"

packaging/install-deps.sh
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
cmake --preset release >/dev/null
cmake --build --preset release --parallel "$(nproc)"

bin="$project/build/release/bin"
samples="$project/resources/samples"
cd "$here"
if [[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]]; then
    if [[ $# -eq 0 ]]; then
        exec "$bin/bitwright" "$samples/shapes.pt"
    fi
    exec "$bin/bitwright" "$@"
fi

demo="$here/bitwright-demo"
mkdir -p "$demo/screenshots"
echo "No display: doing the main job head-less in $demo"
echo
echo "1. Quantizing the bundled sample to a 4-bit power grid, and evaluating it against the float model"
"$bin/bitwright-cli" quantize "$samples/shapes.pt" --format pow4/c -o "$demo/shapes-pow4.safetensors" >"$demo/quantize.txt"
"$bin/bitwright-cli" evaluate "$samples/shapes.pt" --format pow4/c --data "$samples/shapes_test2000.safetensors" \
    --report "$demo/report.h5" | tee "$demo/evaluate.txt"
echo
echo "2. Checking what was written"
"$bin/bitwright-cli" verify "$demo/shapes-pow4.safetensors" --source "$samples/shapes.pt"
"$bin/bitwright-cli" verify "$demo/report.h5"
echo
echo "3. Rendering the window"
"$bin/bitwright" --screenshot "$demo/screenshots"
echo
echo "Done:"
echo "  quantized model  $demo/shapes-pow4.safetensors"
echo "  HDF5 report      $demo/report.h5"
echo "  screenshots      $demo/screenshots/"
