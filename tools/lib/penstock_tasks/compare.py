"""The contents of two servers, compared without penstock's help, so that its own verification can be held to it.

A server's contents are a dictionary from an object's name to what it must be equal in: tables by definition, row count
and the server's checksum over all rows, the others by definition.
"""

import re

SYSTEM_SCHEMAS = ("mysql", "information_schema", "performance_schema", "sys")

_OBJECTS = {
    "trigger": "SELECT trigger_schema, trigger_name, CONCAT_WS('|', definer, sql_mode, character_set_client, "
               "collation_connection, event_object_table, action_order, action_timing, event_manipulation, "
               "action_statement) FROM information_schema.triggers",
    "routine": "SELECT routine_schema, CONCAT(routine_type, ' ', routine_name), CONCAT_WS('|', definer, sql_mode, "
               "character_set_client, collation_connection, security_type, sql_data_access, is_deterministic, "
               "dtd_identifier, routine_definition) FROM information_schema.routines",
    "view": "SELECT table_schema, table_name, CONCAT_WS('|', definer, security_type, check_option, "
            "character_set_client, collation_connection, view_definition) FROM information_schema.views",
    "event": "SELECT event_schema, event_name, CONCAT_WS('|', definer, sql_mode, time_zone, character_set_client, "
             "collation_connection, event_type, execute_at, interval_value, interval_field, starts, ends, "
             "on_completion, event_comment, event_definition) FROM information_schema.events",
}


def contents(server, databases: list[str], with_events: bool) -> dict[str, str]:
    """Everything in the databases. Events count without their status: that is the gate's business."""
    found = {}
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SET SESSION information_schema_stats_expiry = 0")
        for database in databases:
            found |= _tables(cursor, database)
        for kind, query in _OBJECTS.items():
            if kind == "event" and not with_events:
                continue
            cursor.execute(query)
            found |= {f"{kind} {schema}.{name}": text for schema, name, text in cursor.fetchall()
                      if schema in databases}
    return found


def differences(source, destination, databases: list[str], with_events: bool) -> list[str]:
    """One line per object that differs; empty when all are equal."""
    left = contents(source, databases, with_events)
    right = contents(destination, databases, with_events)
    lines = []
    for name in sorted(left.keys() | right.keys()):
        if left.get(name) != right.get(name):
            lines.append(f"{name}: source {left.get(name, 'has none')}, destination {right.get(name, 'has none')}")
    if not left:
        lines.append(f"the source has nothing in {', '.join(databases)}: nothing was compared")
    return lines


def user_schemas(server) -> list[str]:
    return [row[0] for row in server.query("SELECT schema_name FROM information_schema.schemata")
            if row[0].lower() not in SYSTEM_SCHEMAS]


def fingerprint(server) -> dict[str, str]:
    """All that an act which must change nothing could have changed."""
    found = contents(server, user_schemas(server), with_events=True)
    found |= {f"event status {schema}.{name}": status for schema, name, status in server.query(
        "SELECT event_schema, event_name, status FROM information_schema.events")}
    found |= {f"schema {schema}": "there" for schema in user_schemas(server)}
    executed, scheduler, read_only = server.query(
        "SELECT @@GLOBAL.gtid_executed, @@GLOBAL.event_scheduler, @@GLOBAL.super_read_only")[0]
    return found | {"gtid_executed": executed, "event_scheduler": scheduler, "super_read_only": str(read_only)}


def _tables(cursor, database: str) -> dict[str, str]:
    found = {}
    cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = %s "
                   "AND table_type = 'BASE TABLE'", (database,))
    for (table,) in cursor.fetchall():
        quoted = f"`{database}`.`{table.replace('`', '``')}`"
        cursor.execute(f"SHOW CREATE TABLE {quoted}")
        definition = re.sub(r" AUTO_INCREMENT=\d+", "", cursor.fetchone()[1])
        # A server says both of a column that was created from another server's saying the collation alone.
        definition = re.sub(r" CHARACTER SET (\w+) COLLATE \1_", r" COLLATE \1_", definition)
        cursor.execute(f"SELECT COUNT(*) FROM {quoted}")
        rows = cursor.fetchone()[0]
        cursor.execute(f"CHECKSUM TABLE {quoted} EXTENDED")
        checksum = cursor.fetchone()[1]
        found[f"table {database}.{table}"] = f"{rows} rows, checksum {checksum}, {definition}"
    return found
