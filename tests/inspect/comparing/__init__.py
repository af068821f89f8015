"""What penstock binlog shows of a file, held against what the servers' own tools show of it.

tool_output.py     events, rows and columns out of the text of mysqlbinlog and mariadb-binlog
printed_values.py  a value of penstock's JSON as those tools print it
comparison.py      one file, both ways, event by event and value by value
text_lines.py      what penstock prints for people, held against its JSON
columns.py         random columns of all types
traffic.py         random statements over random tables
selected.py        the tables that the log leaves, held against SELECT
"""
