#!/usr/bin/python3
"""What penstock bench makes of its samples: medians, ratios, shares of the ceiling, where the time went."""

import json
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tools/lib")]

from harness import page, report, stages, ways  # noqa: E402


def samples(name, kind, seconds, server_cpu):
    used = {"server_cpu_s": server_cpu, "client_cpu_s": 0.1, "commits": 50, "engine_fsyncs": 7, "binlog_syncs": 3}
    return ways.Way(name, kind, lambda *_: {}), [{"seconds": value} | used for value in seconds]


def line(seconds, units, destination, grouping, commit):
    return json.dumps({
        "writing": {"seconds": seconds, "units": units, "awaiting_destination": destination, "busy": 0.1,
                    "starved": 0.9 - destination, "commit_seconds": {"p50": commit}, "coalescing_ratio": None},
        "grouping": {"busy": grouping}, "relay": {"group_seconds": {"p50": None}}}) + "\n"


class Report(unittest.TestCase):
    def setUp(self):
        taken = dict([samples("native 4", "native", [9, 4, 5], 2), samples("native 8", "native", [6, 3, 4], 2),
                      samples("grouped", "penstock", [1, 2, 50], 1), samples("mysqlbinlog | mysql", "peer", [20], 4),
                      samples("bare BINLOG loop", "ceiling", [1], 0.5)])
        self.results = {result["way"]: result for result in report.applied(taken, 100, 400)}

    def test_a_ratio_is_that_of_medians_to_the_best_native_replica(self):
        self.assertEqual(self.results["grouped"]["seconds"], {"median": 2, "min": 1, "max": 50})
        self.assertEqual(self.results["grouped"]["ratio"], 2)
        self.assertEqual(self.results["grouped"]["ratios"]["native 4"], 2.5)
        self.assertEqual(self.results["grouped"]["ratios"]["mysqlbinlog | mysql"], 10)
        self.assertIsNone(self.results["native 8"]["ratio"])

    def test_cpu_is_per_row_and_beside_the_ceiling(self):
        self.assertEqual(self.results["grouped"]["server_cpu_us_per_row"], 2500)
        self.assertEqual(self.results["grouped"]["ceiling_share_of_server_cpu"], 0.5)
        self.assertEqual(self.results["grouped"]["ceiling_share_of_rate"], 0.5)
        self.assertEqual(self.results["grouped"]["ratio_server_cpu"], 2)
        self.assertIsNone(self.results["native 8"]["ratio_server_cpu"])
        self.assertEqual(self.results["grouped"]["commits_per_transaction"], 0.5)

    def test_every_number_is_shown_and_nothing_is_asked_for_from_outside(self):
        group = {"subject": "apply", "workload": "oltp", "preset": "durable", "transactions": 100, "rows": 400, "runs": 3,
                 "load_1min_min": 1, "load_1min_max": 2, "results": list(self.results.values())}
        document = {"groups": [group], "cpus": 2, "machine": "<m>", "load_1min": 1.0, "at": "now", "command": ["a"], "quick": True}
        text, html = report.table(group), page.render(document)
        for shown in (text, html):
            self.assertIn("2.00 (1.00 to 50.00)", shown)
        self.assertIn("&lt;m&gt;", html)
        self.assertIn("mysqlbinlog \\| mysql", text)
        for outside in ("http:", "https:", "src=", "@import", "url("):
            self.assertNotIn(outside, html)


class Stages(unittest.TestCase):
    def test_shares_count_by_the_time_in_which_something_was_applied(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "stages.jsonl"
            file.write_text(line(1, 5, 0.8, 0.2, 0.002) + line(3, 5, 0.4, 0.2, 0.004) + line(9, 0, 0, 0, None))
            found = stages.summary(file)
        self.assertAlmostEqual(found["stages"]["destination"], 0.5)
        self.assertAlmostEqual(found["stages"]["grouping"], 0.2)
        self.assertEqual(found["bound_by"], "destination")
        self.assertAlmostEqual(found["commit_ms_p50"], 3)
        self.assertIsNone(found["relay_group_ms_p50"])


unittest.main()
