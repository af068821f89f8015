"""The parts of the randomised kill test tests/fault/soak.

values.py     column types, each with a maker of values that reach its edges
tables.py     a random schema: tables with all kinds of keys, and what statements need to know of them
relations.py  tables that need each other: parents, children, trees, triggers, a view, events
statements.py random changes of rows
ddl.py        random changes of definitions
writers.py    connections on the source that run them until stopped
faults.py     kills of penstock, of its connections and of servers, and the restarts
judge.py      what must hold at the end, and the rows that differ where it doesn't
"""
