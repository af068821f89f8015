"""Medians, spreads, and ratios to the best native replica."""

import statistics


def summary(samples: dict[str, list[dict]], transactions: int) -> dict:
    medians = {way: statistics.median(sample["seconds"] for sample in taken) for way, taken in samples.items()}
    best = min((seconds for way, seconds in medians.items() if way.startswith("native")), default=None)
    return {way: {
        "seconds_median": medians[way],
        "seconds_min": min(sample["seconds"] for sample in taken),
        "seconds_max": max(sample["seconds"] for sample in taken),
        "transactions_per_second": transactions / medians[way],
        "ratio_to_best_native": best / medians[way] if best else None,
        "server_cpu_us_per_transaction": statistics.median(s["server_cpu_s"] for s in taken) * 1e6 / transactions,
        "samples": taken,
    } for way, taken in samples.items()}


def table(preset: str, figures: dict) -> str:
    lines = [f"{preset:<18} {'median s':>9} {'min..max':>15} {'transactions/s':>15} {'x native':>9} {'CPU us/trx':>11}"]
    for way, one in figures.items():
        spread = f"{one['seconds_min']:.2f}..{one['seconds_max']:.2f}"
        ratio = one["ratio_to_best_native"]
        lines.append(f"{way:<18} {one['seconds_median']:>9.2f} {spread:>15} {one['transactions_per_second']:>15.0f} "
                     f"{ratio:>9.2f} {one['server_cpu_us_per_transaction']:>11.0f}" if ratio else way)
    return "\n".join(lines)
