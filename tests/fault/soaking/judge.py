"""What must hold at the end, by penstock's own verification and by a comparison that knows nothing of penstock; and
the rows that differ where it doesn't hold."""

import collections
import pathlib

from penstock_tasks import compare
from penstock_tasks.program import Run, query_json

from .faults import TASK
from .tables import DATABASES

VERIFY_DEADLINE_S = 300
SHOWN_ROWS = 6


def complaints(servers: dict, folder: pathlib.Path) -> list[str]:
    """One text per thing that doesn't hold."""
    found = []
    verify = Run(["verify", TASK], folder, "verify")
    code = verify.wait(VERIFY_DEADLINE_S)
    if code != 0:
        found.append(f"{verify} ended with {code}\n{verify.tail(60)}")
    for line in compare.differences(servers["source"], servers["destination"], DATABASES, with_events=False):
        found.append(line[:3000])
        if line.startswith("table "):
            found += _rows(servers, line.removeprefix("table ").split(": source")[0])
    return found + _held_events(servers["source"], folder) + _held_back(servers["destination"])


def _rows(servers: dict, table: str) -> list[str]:
    """Rows that only one side has. Values as hexadecimal where they aren't plain."""
    database, name = table.split(".", 1)
    sides = {}
    for side, server in servers.items():
        columns = [row[0] for row in server.query(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s "
            "ORDER BY ordinal_position", (database, name))]
        if not columns:
            return [f"  {table} is not on the {side}"]
        list_ = ", ".join(f"`{column}`" for column in columns)
        sides[side] = collections.Counter(server.query(f"SELECT {list_} FROM `{database}`.`{name}`"))
    lines = [f"  columns: {list_}"]
    for side, other in (("source", "destination"), ("destination", "source")):
        only = sides[side] - sides[other]
        lines.append(f"  {only.total()} rows only on the {side}")
        lines += [f"    {count} x {repr(row)[:1500]}" for row, count in sorted(only.items(), key=repr)[:SHOWN_ROWS]]
    return lines


def _held_events(source, folder: pathlib.Path) -> list[str]:
    """The gate holds what the source has."""
    there = {f"{database}.{name}" for database, name in source.query(
        "SELECT event_schema, event_name FROM information_schema.events") if database in DATABASES}
    gate = query_json(["events", "list", TASK], folder)
    held = {event["name"] for event in gate["events"] if event["state"] in ("held", "ready")}
    return [] if held == there else [f"events held: {sorted(held)}; events of the source: {sorted(there)}"]


def _held_back(destination) -> list[str]:
    early = destination.query("SELECT event_schema, event_name FROM information_schema.events "
                              "WHERE event_schema <> 'sys'")
    return [f"events exist on the destination while the gate holds: {early}"] if early else []
