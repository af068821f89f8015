"""The parts of bench/apply.

workload.py   what is put on the source: tables and a backlog of transactions
scene.py      source and destination, and the states that each run begins with
ways.py       how the backlog is applied: by a native replica, by penstock in its modes
report.py     medians, spreads and ratios
"""
