#!/usr/bin/env bash
# Builds the fuzzers of file formats with clang and sanitizers and runs all of them, or those named, one after the other, for an equal share of
# MINUTES each. Usage: packaging/fuzz.sh MINUTES [TARGET…]   (a target for each tests/fuzz/TARGET_fuzz.cpp)
# FUZZ_RUNS=N: a target ends earlier when it has N runs, counting those of earlier calls. New inputs go to build/fuzz/found/<target>. A crash, a
# leak, 10 s or 2 GB is a finding: its input goes to build/fuzz/crashes, and the target goes on in what is left of its time. Exit code 1 if there were any.
# Where there is a TARGET_confirm (libraries that may break, as the program reads with them in another process), only what breaks that too is a finding.
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
cmake --build --preset fuzz --target fuzzers

targets=("$@")
if [[ ${#targets[@]} -eq 0 ]]; then
    for source in tests/fuzz/*_fuzz.cpp; do
        targets+=("$(basename "$source" _fuzz.cpp)")
    done
fi
seconds=$((minutes * 60 / ${#targets[@]}))
mkdir -p build/fuzz/crashes build/fuzz/runs
runs_of() { # of the last run of a target, by its log
    local runs
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz/$1.log" | tail -1)
    echo "${runs:-$(sed -n 's/^#\([0-9]*\): .*/\1/p' "build/fuzz/$1.log" | tail -1)}"
}
confirmed() { # of the inputs that broke a target: what breaks its confirmation too, one a line
    for input in build/fuzz/crashes/"$1"-*; do
        if [[ -f $input ]] && ! build/fuzz/bin/"$1_confirm" -timeout=70 "$input" >"build/fuzz/$1.confirm.log" 2>&1; then
            echo "$input"
        fi
    done
}
findings=0
printf '%-14s %12s %12s %8s %10s %9s\n' target "runs now" "runs in all" "runs/s" coverage findings
for target in "${targets[@]}"; do
    found=build/fuzz/found/$target
    total=build/fuzz/runs/$target
    mkdir -p "$found"
    [[ -f $total ]] || echo 0 >"$total"
    seeds=()
    [[ ! -d tests/fuzz/corpus/$target ]] || seeds=("tests/fuzz/corpus/$target")
    options=(-max_len=16384 -entropic=0 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="build/fuzz/crashes/$target-")
    dictionary=tests/fuzz/dictionaries/$target.dict
    [[ ! -f $dictionary ]] || options+=(-dict="$dictionary")
    here=0
    now=0
    start=$SECONDS
    while ((SECONDS - start < seconds)); do
        limits=(-max_total_time=$((seconds - (SECONDS - start))))
        if [[ -n ${FUZZ_RUNS:-} ]]; then
            left=$((FUZZ_RUNS - $(<"$total")))
            ((left > 0)) || break
            limits+=(-runs="$left")
        fi
        isClean=1
        asan=malloc_context_size=4:quarantine_size_mb=16
        if [[ -x build/fuzz/bin/${target}_confirm ]]; then
            limits+=(-fork=1 -ignore_crashes=1 -ignore_ooms=1 -ignore_timeouts=1 -detect_leaks=0 -malloc_limit_mb=99999999)
            asan+=:detect_leaks=0:allocator_may_return_null=1:max_allocation_size_mb=2048
        fi
        ASAN_OPTIONS=$asan UBSAN_OPTIONS=halt_on_error=1 build/fuzz/bin/"${target}_fuzz" "${options[@]}" "${limits[@]}" "$found" "${seeds[@]}" \
            >"build/fuzz/$target.log" 2>&1 || isClean=0
        runs=$(runs_of "$target")
        now=$((now + ${runs:-0}))
        echo $(($(<"$total") + ${runs:-0})) >"$total"
        if [[ -x build/fuzz/bin/${target}_confirm ]]; then
            open=$(confirmed "$target")
            [[ -z $open ]] || { here=$(wc -l <<<"$open") && echo "$open" >&2; }
            break
        fi
        if ((isClean)); then
            break
        fi
        here=$((here + 1))
        cp "build/fuzz/$target.log" "build/fuzz/$target.finding$here.log"
        echo "$target: a finding, see build/fuzz/$target.finding$here.log" >&2
        grep -E "ERROR|runtime error|SUMMARY" "build/fuzz/$target.log" | head -3 >&2 || true
    done
    findings=$((findings + here))
    took=$((SECONDS - start))
    coverage=$(grep -o 'cov: [0-9]*' "build/fuzz/$target.log" 2>/dev/null | tail -1 || true)
    printf '%-14s %12s %12s %8s %10s %9s\n' "$target" "$now" "$(<"$total")" $((now / (took > 0 ? took : 1))) "${coverage#cov: }" "$here"
done
((findings == 0))
