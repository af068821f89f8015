"""What the demo shows at its end."""


def row_count(server, databases: list[str]) -> int:
    tables = server.query("SELECT table_schema, table_name FROM information_schema.tables "
                          "WHERE table_schema IN %s AND table_type = 'BASE TABLE'", (databases,))
    return sum(server.query(f"SELECT COUNT(*) FROM `{schema}`.`{table}`")[0][0] for schema, table in tables)


def show(status: dict, traffic, source, destination) -> None:
    totals = status["totals"]
    print(f"rows copied            {totals['rows_copied']:>12,}")
    print(f"transactions applied   {totals['transactions_applied']:>12,}   ({totals['rows_applied']:,} rows, "
          f"{totals['ddl_applied']:,} DDL statements, {totals['bytes_captured'] / 1e6:,.1f} MB of binlog)")
    print(f"traffic on the source  {traffic.operations:>12,}   operations in {traffic.seconds:.1f} s, "
          f"{traffic.retries} repeated after a deadlock")
    print()
    print(f"{'module':<24}{'state':<10}{'seconds':>9}{'done':>14} {'unit':<14}{'rate':>14}")
    for module in status["modules"]:
        rate = f"{module['rate']:,.0f}/s" if module["rate"] else ""
        print(f"{module['title']:<24}{module['state']:<10}{module['seconds'] or 0:>9.1f}{module['done']:>14,} "
              f"{module['unit']:<14}{rate:>14}")
    gate = status["gate"] or {}
    lag = gate.get("lag_at_release")
    print(f"\ngate {gate.get('state')}, released {gate.get('released_at') or 'at a time not recorded'}, "
          f"lag at release {'unknown' if lag is None else lag} transactions")
    _show_events(gate.get("events", []), source, destination)


def _show_events(held: list[dict], source, destination) -> None:
    def statuses(server) -> dict[str, str]:
        return {f"{schema}.{name}": status for schema, name, status in server.query(
            "SELECT event_schema, event_name, status FROM information_schema.events")}
    there, here = statuses(source), statuses(destination)
    print(f"\n{'event':<24}{'state':<20}{'source':<12}{'destination':<14}note")
    for event in held:
        name = event["name"]
        print(f"{name:<24}{event['state']:<20}{there.get(name, '-'):<12}{here.get(name, '-'):<14}{event['note']}")
