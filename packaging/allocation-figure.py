#!/usr/bin/python3
"""Draws sweep.csv of `bitwright-cli sweep` as SVG: KL to the float model against bits per weight, a panel per model and
list of formats; one format everywhere against formats chosen layer by layer, each with its 95 % interval.
    packaging/allocation-figure.py sweep.csv front.svg
"""
import csv
import math
import sys
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, TOP, GAP = 330, 250, 52, 34, 26
COLUMNS = 3
COLOURS = {"uniform": "#5b6b7f", "auto": "#d55e00"}
OTHER = "#9fb4c7"


def panels(rows):
    found = {}
    for row in rows:
        if row["problem"] or not row["calibration_kl"]:
            continue
        families = {f.split("/")[0].rstrip("0123456789") for f in row["formats"].split()}
        kind = "mixed families" if len(families) > 1 else families.pop()
        found.setdefault((row["model"].removesuffix("_traced.pt").removesuffix(".pt"), kind), []).append(row)
    return found


def number(row, column):
    return float(row[column])


class Panel:
    def __init__(self, x, y, rows):
        self.x, self.y = x, y
        bits = [number(r, "bits_per_weight") for r in rows]
        low = min(max(number(r, "calibration_kl_low"), number(r, "calibration_kl") / 3) for r in rows)
        high = max(number(r, "calibration_kl_high") for r in rows)
        pad = max(0.1, 0.06 * (max(bits) - min(bits)))
        self.bits = (min(bits) - pad, max(bits) + pad)
        self.nats = (math.log10(low) - 0.08, math.log10(high) + 0.12)

    def px(self, bits):
        return self.x + LEFT + (bits - self.bits[0]) / (self.bits[1] - self.bits[0]) * (WIDTH - LEFT - 10)

    def py(self, nats):
        log = math.log10(max(nats, 10 ** self.nats[0]))
        return self.y + HEIGHT - 36 - (log - self.nats[0]) / (self.nats[1] - self.nats[0]) * (HEIGHT - TOP - 36)

    def text(self, x, y, words, anchor="middle", size=11, colour="#333", extra=""):
        return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"{extra}>'
                f"{escape(words)}</text>")

    def axes(self, title):
        left, right, top, bottom = self.px(self.bits[0]), self.px(self.bits[1]), self.y + TOP, self.y + HEIGHT - 36
        out = [self.text(left, self.y + 20, title, "start", 13, "#111")]
        for power in range(math.ceil(self.nats[0] - 1), math.floor(self.nats[1]) + 1):
            for digit in (1, 2, 5):
                value = digit * 10.0 ** power
                if self.nats[0] <= math.log10(value) <= self.nats[1]:
                    y = self.py(value)
                    out.append(f'<path d="M{left:.1f} {y:.1f}H{right:.1f}" stroke="#e3e7ec"/>')
                    out.append(self.text(left - 5, y + 4, f"{value:g}", "end", 10))
        step = 0.5 if self.bits[1] - self.bits[0] > 0.6 else 0.25
        tick = math.ceil(self.bits[0] / step) * step
        while tick <= self.bits[1]:
            out.append(f'<path d="M{self.px(tick):.1f} {top:.1f}V{bottom:.1f}" stroke="#eef1f4"/>')
            out.append(self.text(self.px(tick), bottom + 14, f"{tick:g}", size=10))
            tick += step
        out.append(f'<path d="M{left:.1f} {top:.1f}V{bottom:.1f}H{right:.1f}" stroke="#8a94a0" fill="none"/>')
        out.append(self.text((left + right) / 2, bottom + 29, "bits per weight, scales and tables counted", size=10))
        middle = (top + bottom) / 2
        turn = f' transform="rotate(-90 {self.x + 12:.1f} {middle:.1f})"'
        out.append(self.text(self.x + 12, middle, "KL to float, nats", size=10, extra=turn))
        return out

    def mark(self, row):
        colour = COLOURS.get(row["way"], OTHER)
        x, y = self.px(number(row, "bits_per_weight")), self.py(number(row, "calibration_kl"))
        if row["way"] not in COLOURS:
            return [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="{colour}"/>']
        low, high = self.py(number(row, "calibration_kl_low")), self.py(number(row, "calibration_kl_high"))
        shape = (f'<rect x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" width="7" height="7" fill="#fff" stroke="{colour}" stroke-width="1.6"/>'
                 if row["way"] == "uniform" else f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.8" fill="{colour}"/>')
        return [f'<path d="M{x:.1f} {low:.1f}V{high:.1f}" stroke="{colour}" stroke-width="1.4"/>', shape]

    def line(self, rows, way):
        points = sorted((self.px(number(r, "bits_per_weight")), self.py(number(r, "calibration_kl"))) for r in rows
                        if r["way"] == way)
        if way == "uniform":  # nothing lies between two formats: within a size, the smaller one is what fits
            points = [p for a, b in zip(points, points[1:]) for p in (a, (b[0], a[1]))] + points[-1:]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        return [f'<polyline points="{path}" fill="none" stroke="{COLOURS[way]}" stroke-opacity="0.5"/>']

    def draw(self, title, rows):
        out = self.axes(title) + self.line(rows, "uniform") + self.line(rows, "auto")
        for way in ("other", "uniform", "auto"):
            for row in rows:
                if row["way"] == way or (way == "other" and row["way"] not in COLOURS):
                    out += self.mark(row)
        return out


def main(source, target):
    with open(source, newline="", encoding="utf-8") as file:
        found = panels(list(csv.DictReader(file)))
    rows_of_panels = (len(found) + COLUMNS - 1) // COLUMNS
    width = COLUMNS * WIDTH + (COLUMNS - 1) * GAP + 20
    height = rows_of_panels * HEIGHT + 34
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="DejaVu Sans, sans-serif">',
           f'<rect width="{width}" height="{height}" fill="#fff"/>']
    legend = [("uniform", "one format everywhere"), ("auto", "chosen layer by layer: auto"),
              ("other", "by fisher, projected-fisher, measured")]
    for i, (way, words) in enumerate(legend):
        x, y = 20 + 260 * i, 18
        colour = COLOURS.get(way, OTHER)
        out.append(f'<circle cx="{x}" cy="{y}" r="4" fill="{"#fff" if way == "uniform" else colour}" stroke="{colour}" stroke-width="1.6"/>')
        out.append(f'<text x="{x + 10}" y="{y + 4}" font-size="12" fill="#333">{escape(words)}</text>')
    for i, ((model, kind), rows) in enumerate(found.items()):
        panel = Panel(10 + (i % COLUMNS) * (WIDTH + GAP), 34 + (i // COLUMNS) * HEIGHT, rows)
        out += panel.draw(f"{model}, {kind}", rows)
    out.append("</svg>")
    with open(target, "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
