"""Medians, spreads and ratios of samples, and tables of them.

A result (one way in one preset, over all runs) has

    way, kind          kind: penstock, native, peer, ceiling
    seconds            {"median", "min", "max"}; of latency `p50_ms` and `p99_ms` in its place
    ratio              the best native replica's median (of capture: its receiver thread's) by this one's: how many
                       times as fast. None of natives, and where none was run
    ratios             the same to each other way that is not penstock's
    ratio_server_cpu   the server's CPU time for a row with the fastest native replica by that with this way: what is left
                       of a ratio where other work takes the processors
    ...                rates, CPU, commits and fsyncs, as the medians of the samples
    samples            all that was measured, run by run
"""

import statistics


def spread(values: list[float]) -> dict:
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def median(samples: list[dict], key: str) -> float | None:
    """Of the samples that have it."""
    values = [sample[key] for sample in samples if sample.get(key) is not None]
    return statistics.median(values) if values else None


def ratios(results: list[dict], value) -> None:
    """Adds `ratio` and `ratios` to each result; `value` answers its median."""
    others = {result["way"]: value(result) for result in results if result["kind"] != "penstock"}
    natives = [value(result) for result in results if result["kind"] == "native"]
    best = min(natives, default=None)
    for result in results:
        own = value(result)
        result["ratio"] = best / own if best and result["kind"] != "native" else None
        result["ratios"] = {way: other / own for way, other in others.items() if way != result["way"]}


def applied(samples: dict, transactions: int, rows: int) -> list[dict]:
    """`samples`: a list for each way."""
    results = []
    for way, taken in samples.items():
        seconds = spread([sample["seconds"] for sample in taken])
        result = {"way": way.name, "kind": way.kind, "settings": way.settings, "seconds": seconds,
                  "transactions_per_second": transactions / seconds["median"], "rows_per_second": rows / seconds["median"]}
        for name, key, scale in (("server_cpu_us_per_row", "server_cpu_s", 1e6),
                                 ("client_cpu_us_per_row", "client_cpu_s", 1e6),
                                 ("commits_per_transaction", "commits", rows / transactions if transactions else 0)):
            total = median(taken, key)
            result[name] = total * scale / rows if total is not None and rows else None
        for key in ("commits", "engine_fsyncs", "binlog_syncs", "statement_bytes", "commit_ms_mean", "in_flight_mean",
                    "coalescing_ratio"):
            result[key] = median(taken, key)
        bounds = [sample["bound_by"] for sample in taken if "bound_by" in sample]
        result["bound_by"] = statistics.mode(bounds) if bounds else None
        results.append(result | {"samples": taken})
    ratios(results, lambda result: result["seconds"]["median"])
    fastest = min((result for result in results if result["kind"] == "native"),
                  key=lambda result: result["seconds"]["median"], default=None)
    for result in results:
        own = result["server_cpu_us_per_row"]
        compared = fastest and result["kind"] != "native" and own
        result["ratio_server_cpu"] = fastest["server_cpu_us_per_row"] / own if compared else None
    ceiling = next((result for result in results if result["kind"] == "ceiling"), None)
    for result in results if ceiling else []:
        result["ceiling_share_of_rate"] = ceiling["seconds"]["median"] / result["seconds"]["median"]
        if result["server_cpu_us_per_row"]:
            result["ceiling_share_of_server_cpu"] = ceiling["server_cpu_us_per_row"] / result["server_cpu_us_per_row"]
    return results


COLUMNS = {
    "apply": [("seconds", lambda r: _with_spread(r["seconds"])), ("trx/s", lambda r: f"{r['transactions_per_second']:,.0f}"),
              ("rows/s", lambda r: f"{r['rows_per_second']:,.0f}"), ("x native", lambda r: _number(r["ratio"], 2)),
              ("x native, CPU", lambda r: _number(r["ratio_server_cpu"], 1)),
              ("x mysqlbinlog", lambda r: _number(r["ratios"].get("mysqlbinlog | mysql"), 2)),
              ("of ceiling, rate", lambda r: _percent(r.get("ceiling_share_of_rate"))),
              ("server us/row", lambda r: _number(r["server_cpu_us_per_row"], 1)),
              ("of ceiling, CPU", lambda r: _percent(r.get("ceiling_share_of_server_cpu"))),
              ("client us/row", lambda r: _number(r["client_cpu_us_per_row"], 2)),
              ("commits", lambda r: _number(r["commits"], 0)), ("fsyncs", lambda r: _fsyncs(r)),
              ("bound by", lambda r: r["bound_by"] or "")],
    "capture": [("seconds", lambda r: _with_spread(r["seconds"])), ("MB/s", lambda r: f"{r['bytes_per_second'] / 1e6:,.0f}"),
                ("x native", lambda r: _number(r["ratio"], 2)),
                ("x --raw", lambda r: _number(r["ratios"].get("mysqlbinlog --raw"), 2)),
                ("of null", lambda r: _percent(r["ratios"].get("null reader"))),
                ("CPU s/GB", lambda r: _number(r["client_cpu_s_per_gb"], 2))],
    "latency": [("p50 ms", lambda r: _with_spread(r["p50_ms"])), ("p99 ms", lambda r: _with_spread(r["p99_ms"])),
                ("x native, p50", lambda r: _number(r["ratio"], 2)), ("x native, p99", lambda r: _number(r["ratio_p99"], 2)),
                ("commit ms", lambda r: _number(r["commit_ms_p50"], 2)),
                ("relay durable ms", lambda r: _number(r["relay_group_ms_p50"], 2)),
                ("probes", lambda r: _number(r["probes"], 0)),
                ("trx/s meanwhile", lambda r: f"{r['transactions_per_second']:,.0f}")],
}


def table(group: dict) -> str:
    """Of one group, in Markdown that is readable as text."""
    columns = COLUMNS[group["subject"]]
    rows = [["way", *(name for name, _ in columns)]]
    rows += [[result["way"], *(text(result) for _, text in columns)] for result in group["results"]]
    return f"{title(group)}\n\n{_markdown(rows)}\n"


def digest(groups: list[dict]) -> str:
    """Of all groups of apply: how many times as fast as the best native replica each mode is, by the faster of its ways, and
    how many times less of the server's CPU it takes for a row."""
    applied_groups = [group for group in groups if group["subject"] == "apply"]
    modes = sorted({result["settings"]["mode"] for group in applied_groups for result in group["results"] if result["settings"]})
    rows = [["workload", "preset", "best native, trx/s", *modes, "of ceiling, rate", "of ceiling, CPU"]]
    for group in applied_groups:
        natives = [result["transactions_per_second"] for result in group["results"] if result["kind"] == "native"]
        own = [result for result in group["results"] if result["settings"]]
        fastest = min(own, key=lambda result: result["seconds"]["median"])
        best = {mode: min((result for result in own if result["settings"]["mode"] == mode), default=None,
                          key=lambda result: result["seconds"]["median"]) for mode in modes}
        rows.append([group["workload"], group["preset"], _number(max(natives, default=None), 0),
                     *(_both_ratios(best[mode]) for mode in modes), _percent(fastest.get("ceiling_share_of_rate")),
                     _percent(fastest.get("ceiling_share_of_server_cpu"))])
    return ("times as fast as the best native replica (times less CPU of the server for a row); of the fastest way its share "
            f"of the ceiling\n\n{_markdown(rows)}\n")


def _both_ratios(result: dict | None) -> str:
    return f"{_number(result['ratio'], 2)} ({_number(result['ratio_server_cpu'], 1)})" if result else ""


def _markdown(rows: list[list[str]]) -> str:
    """The first row is the head."""
    rows = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                               for i, (cell, width) in enumerate(zip(row, widths))) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) if i == 0 else "-" * (width + 1) + ":"
                                   for i, width in enumerate(widths)) + "|")
    return "\n".join(lines)


def title(group: dict) -> str:
    what = {"apply": "{transactions:,} transactions, {rows:,} rows", "capture": "{megabytes:,.0f} MB",
            "latency": "at {target:,.0f} of {maximum:,.0f} transactions/s of the source"}[group["subject"]].format(**group)
    runs = "1 run" if group["runs"] == 1 else f"{group['runs']} runs"
    return (f"{group['subject']}, {group['workload']}, {group['preset']}: {what}; {runs}, "
            f"load {group['load_1min_min']:.1f} to {group['load_1min_max']:.1f}")


def _with_spread(values: dict) -> str:
    return f"{values['median']:.2f} ({values['min']:.2f} to {values['max']:.2f})"


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:,.{digits}f}"


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value * 100:.0f} %"


def _fsyncs(result: dict) -> str:
    if result["engine_fsyncs"] is None:
        return ""
    return f"{result['engine_fsyncs'] + (result['binlog_syncs'] or 0):,.0f}"
