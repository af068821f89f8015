"""One HTML page of a document of results, with plots as SVG inside of it: it needs nothing else."""

import html

from . import report

COLORS = {"penstock": "#2563eb", "native": "#9ca3af", "peer": "#c2a878", "ceiling": "#10b981"}
LEGEND = {"penstock": "penstock", "native": "native replication", "peer": "mysqlbinlog", "ceiling": "ceiling"}
BAR, GAP, LABEL, PLOT, VALUE = 20, 8, 190, 480, 150
STYLE = """
:root { color-scheme: light dark; --text: #1f2937; --quiet: #6b7280; --line: #e5e7eb; --page: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --text: #e5e7eb; --quiet: #9ca3af; --line: #374151; --page: #111827; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page); }
body { max-width: 88rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .25rem; }
p, dl { color: var(--quiet); } .scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; margin: .75rem 0; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th { font-weight: 600; } th:first-child, td:first-child { text-align: left; }
svg { max-width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: var(--text); }
svg .quiet { fill: var(--quiet); } svg .axis { stroke: var(--line); } svg .spread { stroke: var(--text); stroke-width: 1.5; }
.key { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin: 0 .35em 0 1em; }
"""


def render(document: dict) -> str:
    groups = document["groups"]
    used = {result["kind"] for group in groups for result in group["results"]}
    keys = "".join(f'<span class="key" style="background:{COLORS[kind]}"></span>{LEGEND[kind]}' for kind in COLORS if kind in used)
    about = (f"{document.get('penstock', '')}, {document.get('server', '')}; {document['cpus']} CPUs, {document['machine']}, "
             f"load {document['load_1min']:.1f} at the beginning; {document['at']}")
    quick = "<p><strong>A quick run: that it works, not how fast.</strong></p>" if document["quick"] else ""
    body = "\n".join(_group(group) for group in groups) or "<p>Nothing was measured.</p>"
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>penstock bench</title><style>{STYLE}</style></head><body>
<h1>penstock bench</h1>
<p>{html.escape(about)}<br><code>{html.escape(' '.join(document['command']))}</code></p>
{quick}<p>Bars are medians, lines reach from the least to the greatest of the runs.{keys}</p>
{body}
</body></html>
"""


def _group(group: dict) -> str:
    columns = report.COLUMNS[group["subject"]]
    head = "".join(f"<th>{html.escape(name)}</th>" for name in ["way", *(name for name, _ in columns)])
    rows = "\n".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in
                                      [result["way"], *(text(result) for _, text in columns)]) + "</tr>"
                     for result in group["results"])
    return (f"<h2>{html.escape(report.title(group))}</h2>\n{_plots(group)}\n"
            f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table></div>')


def _plots(group: dict) -> str:
    results = group["results"]
    if group["subject"] == "latency":
        return "\n".join(_bars(f"{name} of commit to visible, ms (less is better)",
                               [(r | {"ratio": r[ratio]}, r[key]["median"], r[key]["min"], r[key]["max"]) for r in results],
                               "{:,.2f}")
                         for name, key, ratio in (("median", "p50_ms", "ratio"), ("99th percentile", "p99_ms", "ratio_p99")))
    amount, unit = ((group["transactions"], "transactions/s") if group["subject"] == "apply"
                    else (group["megabytes"], "MB/s"))
    return _bars(f"{unit} (more is better)", [(r, amount / r["seconds"]["median"], amount / r["seconds"]["max"],
                                              amount / r["seconds"]["min"]) for r in results], "{:,.0f}")


def _bars(title: str, bars: list[tuple], shown: str) -> str:
    """Each bar: its result, median, least and greatest."""
    top = max(greatest for *_, greatest in bars) or 1
    height = 24 + len(bars) * (BAR + GAP)
    parts = [f'<svg viewBox="0 0 {LABEL + PLOT + VALUE} {height}" width="{LABEL + PLOT + VALUE}" role="img" '
             f'aria-label="{html.escape(title)}"><text class="quiet" x="{LABEL}" y="12">{html.escape(title)}</text>',
             f'<line class="axis" x1="{LABEL}" x2="{LABEL}" y1="20" y2="{height}"/>']
    for number, (result, median, least, greatest) in enumerate(bars):
        y = 24 + number * (BAR + GAP)
        middle, low, high, width = y + BAR / 2, LABEL + least / top * PLOT, LABEL + greatest / top * PLOT, median / top * PLOT
        ratio = f"  ({result['ratio']:.2f} x)" if result["ratio"] else ""
        parts.append(
            f'<text x="{LABEL - 8}" y="{middle + 4}" text-anchor="end">{html.escape(result["way"])}</text>'
            f'<rect x="{LABEL}" y="{y}" width="{width:.1f}" height="{BAR}" rx="2" fill="{COLORS[result["kind"]]}"/>'
            f'<line class="spread" x1="{low:.1f}" x2="{high:.1f}" y1="{middle}" y2="{middle}"/>'
            f'<text x="{max(high, LABEL + width) + 6:.1f}" y="{middle + 4}">{shown.format(median)}{ratio}</text>')
    return "\n".join(parts) + "</svg>"
