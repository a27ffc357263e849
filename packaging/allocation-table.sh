#!/usr/bin/env bash
# Makes the README's table of allocations against uniform formats, and the fronts as CSV:
#   packaging/allocation-table.sh [FOLDER] [PLAN.json]
# What is finished is kept in FOLDER (default: build/allocation), so the command can be stopped and run again.
# Needs a built bitwright-cli (BITWRIGHT_CLI, default: build/release/bin/bitwright-cli) and ../shared/data.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=${1:-$root/build/allocation}
plan=${2:-$root/packaging/allocation-table.json}
cli=${BITWRIGHT_CLI:-$root/build/release/bin/bitwright-cli}
mkdir -p "$folder"
"$cli" sweep --plan "$plan" -o "$folder" --cache "$folder/cache" >"$folder/sweep.txt"
/usr/bin/python3 - "$folder/sweep.csv" >"$folder/table.md" <<'PYTHON'
import csv, sys

print("| model | budget | way | bits/weight | KL, held-out calibration | less than uniform by [95 %] | test top-1 % | p |")
print("|---|---|---|---|---|---|---|---|")
for row in csv.DictReader(open(sys.argv[1], newline="")):
    if not row["way"]:
        print(f"| {row['model']} | `{row['budget']}` | {row['problem']} | | | | | |")
        continue
    kl = row["calibration_kl"] and f"{float(row['calibration_kl']):.3g}"
    less = row["calibration_kl_minus_first"]
    if less:
        low, high = -float(row["calibration_kl_minus_first_high"]), -float(row["calibration_kl_minus_first_low"])
        less = f"{-float(less):.3g} [{low:.3g}, {high:.3g}]"
    top1 = row["test_top1"] and f"{100 * float(row['test_top1']):.1f}"
    p = row["test_top1_mcnemar_p"] and f"{float(row['test_top1_mcnemar_p']):.2g}"
    print(f"| {row['model'].removesuffix('.pt')} | `{row['budget']}` | {row['way']} | {float(row['bits_per_weight']):.2f} | {kl} | {less} | {top1} | {p} |")
PYTHON
cat "$folder/table.md"
