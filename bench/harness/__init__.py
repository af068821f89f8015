"""The parts of `penstock bench`.

options.py    the command line
subjects.py   what can be asked for, and the loop of alternating runs
workloads.py  what is put on the source: tables and a backlog of transactions
scene.py      source and destination, and the states that each run begins with
meters.py     CPU and counters of a server and of a process over a time
ways.py       how a backlog is applied: by penstock, a native replica, mysqlbinlog | mysql, a bare loop
capture.py    a source's binlog into a relay log: by penstock, a native receiver thread, mysqlbinlog --raw
latency.py    from a commit on the source until it is seen on the destination
stages.py     where a run of penstock spent its time
report.py     medians, spreads, ratios; tables
page.py       the same as one HTML page with plots
everything.py all figures of bench/README.md
"""
