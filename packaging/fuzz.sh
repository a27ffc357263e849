#!/usr/bin/env bash
# Builds the fuzzers of file formats with clang and sanitizers and runs each for a share of MINUTES.
# Usage: packaging/fuzz.sh MINUTES [TARGET…]   (TARGET: gguf onnx ply llama2c zip pickle pytorch numpy hdf5 safetensors …)
# New inputs go to build/fuzz/found/<target>; a crash stops that target and leaves its input in build/fuzz/crashes.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
minutes=${1:?Usage: packaging/fuzz.sh MINUTES [TARGET…]}
shift
if ! command -v clang++ >/dev/null; then
    echo "Fuzzing needs clang with libFuzzer (Debian 12: apt-get install clang)." >&2
    exit 1
fi
cd "$root"
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz

targets=("$@")
if [[ ${#targets[@]} -eq 0 ]]; then
    for source in tests/fuzz/*_fuzz.cpp; do
        name=$(basename "$source" _fuzz.cpp)
        targets+=("$name")
    done
fi
seconds=$((minutes * 60 / ${#targets[@]}))
mkdir -p build/fuzz/crashes
failed=0
for target in "${targets[@]}"; do
    found=build/fuzz/found/$target
    mkdir -p "$found"
    options=(-max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
        -artifact_prefix=build/fuzz/crashes/"$target"-)
    dictionary=tests/fuzz/dictionaries/$target.dict
    if [[ -f $dictionary ]]; then
        options+=(-dict="$dictionary")
    fi
    seeds=()
    if [[ -d tests/fuzz/corpus/$target ]]; then
        seeds+=("tests/fuzz/corpus/$target")
    fi
    echo "== $target, $seconds s"
    if ! UBSAN_OPTIONS=halt_on_error=1 build/fuzz/bin/"${target}_fuzz" "${options[@]}" "$found" "${seeds[@]}" \
        >build/fuzz/"$target".log 2>&1; then
        failed=1
        grep -E "ERROR|runtime error|SUMMARY" build/fuzz/"$target".log | head -5 || true
        echo "   a finding: build/fuzz/$target.log"
    fi
    grep -E "stat::number_of_executed_units|stat::peak_rss_mb" build/fuzz/"$target".log || true
done
exit $failed
