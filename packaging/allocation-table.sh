#!/usr/bin/env bash
# Makes the README's table and picture (front.svg) of allocations against uniform formats, and the fronts as CSV:
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

rows = list(csv.DictReader(open(sys.argv[1], newline="")))
units = []  # rows of one model, candidates and budget, the uniform format first
for row in rows:
    if not units or row["way"] in ("", rows[0]["way"]):
        units.append([])
    units[-1].append(row)


def number(row, column, factor=1.0, form=".3g"):
    return f"{factor * float(row[column]):{form}}" if row[column] else ""


def pair(row):
    return f"{number(row, 'calibration_kl')} / {number(row, 'test_top1', 100, '.1f')}"


ways = [row["way"] for row in units[0]]
print("| model | size of | bits | " + f"uniform: format, KL / top-1 % | " + " | ".join(f"`{w}`" for w in ways[1:])
      + " | KL saved by the last way [95 %] | p |")
print("|---" * (len(ways) + 5) + "|")
for unit in units:
    first, last = unit[0], unit[-1]
    families = {f.split("/")[0].rstrip("0123456789") for f in first["formats"].split()}
    model = first["model"].removesuffix(".pt") + (", mixed families" if len(families) > 1 else "")
    size = f"`{first['budget']}`".replace("~", "` ~ `")
    if first["problem"]:
        print(f"| {model} | {size} | {first['problem']} |" + " |" * (len(ways) + 3))
        continue
    saved = -float(last["calibration_kl_minus_first"])
    low, high = -float(last["calibration_kl_minus_first_high"]), -float(last["calibration_kl_minus_first_low"])
    print(f"| {model} | {size} | {number(last, 'bits_per_weight', 1, '.3f')} | `{first['detail']}` {pair(first)} | "
          + " | ".join(pair(row) for row in unit[1:])
          + f" | {saved:.3g} [{low:.3g}, {high:.3g}] | {number(last, 'test_top1_mcnemar_p', 1, '.1g')} |")
PYTHON
/usr/bin/python3 "$root/packaging/allocation-figure.py" "$folder/sweep.csv" "$folder/front.svg"
cat "$folder/table.md"
