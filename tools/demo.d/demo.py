#!/usr/bin/python3
"""The order of events of tools/demo. Called by it, with packages installed and the program built."""

import argparse
import os
import pathlib
import random
import signal
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]

from penstock_servers import Registry, ServerError, keeper
from penstock_tasks import accounts, compare
from penstock_tasks.program import ProgramError, Run, program_path, query_json
from pymysql import MySQLError

import summary
import waits
from traffic import Traffic

DATABASES = ["shop", "crm"]
PASSWORD = "only for the demo"
DUE_IN_SECONDS = 20
RUN_DEADLINE_S = 120


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools/demo", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    return parser.parse_args()


def say(text: str) -> None:
    print(f"\n== {text}", flush=True)


def make_accounts(source, destination) -> None:
    owners = ["CREATE USER 'demo_owner'@'%' IDENTIFIED BY 'owner'",
              "CREATE USER 'demo_reporter'@'localhost' IDENTIFIED BY 'reporter'",
              "GRANT INSERT, EVENT ON crm.* TO 'demo_reporter'@'localhost'"]
    owners += [f"GRANT ALL ON {database}.* TO 'demo_owner'@'%'" for database in DATABASES]
    accounts.create(source, accounts.source_statements(DATABASES, PASSWORD) + owners)
    accounts.create(destination, accounts.destination_statements(DATABASES, PASSWORD) + owners)


def fill(source) -> None:
    """Quickly: what is lost in a crash of the source now is only the demo."""
    quick = "SET GLOBAL sync_binlog = {0}, GLOBAL innodb_flush_log_at_trx_commit = {0}"
    source.query(quick.format(0))
    for script in ("tables", "every_type", "fill", "routines"):
        source.run_script((HERE / f"sql/{script}.sql").read_text(encoding="utf-8"))
    source.query(quick.format(1))


def make_events(source) -> None:
    source.run_script(f"SET @due_in_seconds = {DUE_IN_SECONDS};\n"
                      + (HERE / "sql/events.sql").read_text(encoding="utf-8"))
    source.run_script((HERE / "sql/event_in_latin1.sql").read_text(encoding="utf-8"), encoding="latin1")


def write_task(folder: pathlib.Path, source, destination) -> pathlib.Path:
    secret = folder / "password"
    secret.touch(mode=0o600)
    secret.write_text(PASSWORD + "\n", encoding="utf-8")
    task = folder / "demo.toml"
    task.write_text(f"""\
name = "demo"
kind = "migration"
migrate_events = true

[source]
host = "127.0.0.1"
port = {source.port}
user = "{accounts.SOURCE_USER}"
password = {{ file = "password" }}
tls = "disabled"

[destination]
host = "127.0.0.1"
port = {destination.port}
user = "{accounts.DESTINATION_USER}"
password = {{ file = "password" }}
tls = "disabled"

[select]
databases = ["shop", "crm"]

[gate]
release = "manual"
fence = "events"
""", encoding="utf-8")
    return task


def events_in_the_stream(source) -> None:
    """The eighth event: it comes into being after the snapshot, and is changed twice while held."""
    with source.connect(user="demo_owner", password="owner", database="crm") as connection:
        with connection.cursor() as cursor:
            cursor.execute("CREATE EVENT newcomer ON SCHEDULE EVERY 1 HOUR DO INSERT INTO event_run "
                           "VALUES (UUID_TO_BIN(UUID()), 'newcomer', @@server_uuid, NOW(6), NULL)")
            cursor.execute("ALTER EVENT newcomer ON SCHEDULE EVERY 7 MINUTE COMMENT 'changed while held'")
            cursor.execute("ALTER EVENT newcomer RENAME TO settled")


def hold_and_release(folder: pathlib.Path, run: Run, source, destination) -> None:
    waits.until(run, "incremental write to follow the source", lambda: waits.module_state(
        folder, "incremental_write") == "running")
    say("an event is created, altered and renamed in the stream; others fall due on the source while the gate holds")
    events_in_the_stream(source)
    waits.until(run, "the one-shots to fire and ENDS to pass on the source", lambda: not source.query(
        "SELECT 1 FROM information_schema.events WHERE event_schema = 'crm' AND status = 'ENABLED' "
        "AND event_name IN ('one_shot', 'one_shot_kept', 'ending')"))
    early = destination.query("SELECT COUNT(*) FROM information_schema.events WHERE event_schema IN ('shop', 'crm')")
    if early[0][0]:
        raise ProgramError(f"{early[0][0]} events exist on the destination while the gate holds")
    # Released events would at once write rows that the source doesn't have; they start after the comparison.
    destination.query("SET GLOBAL event_scheduler = OFF")
    say("penstock events migrate: the gate opens at proved lag zero, under traffic")
    migrate = Run(["events", "migrate", "demo.toml", "--yes", "--reason", "demo"], folder, "migrate", show_talk=True)
    code = migrate.wait(RUN_DEADLINE_S)
    print(migrate.stdout, end="", flush=True)
    if code != 0:
        raise ProgramError(f"{migrate} ended with {code}")


def stop_in_step(run: Run, source, destination) -> None:
    """The last row written on the source has arrived; then Ctrl-C."""
    source.query("INSERT INTO crm.journal (at, text) VALUES (NOW(3), 'the last row')")
    waits.until(run, "the last row to arrive", lambda: destination.query(
        "SELECT 1 FROM crm.journal WHERE text = 'the last row'"))
    run.send(signal.SIGINT)
    code = run.wait(RUN_DEADLINE_S)
    if code not in (0, 130):
        raise ProgramError(f"{run} ended with {code}")


def verify(folder: pathlib.Path, source, destination) -> None:
    checked = Run(["verify", "demo.toml"], folder, "verify", show_talk=True)
    code = checked.wait(RUN_DEADLINE_S)
    print(checked.stdout, end="", flush=True)
    if code != 0:
        raise ProgramError(f"{checked} ended with {code}")
    differences = compare.differences(source, destination, DATABASES, with_events=False)
    if differences:
        raise ProgramError("the servers' own checksums differ:\n" + "\n".join(line[:1500] for line in differences))
    print("the servers' own checksums and all definitions are equal too", flush=True)


def demo(folder: pathlib.Path, arguments: argparse.Namespace) -> None:
    program_path()
    registry = Registry(folder)
    say("two MySQL servers")
    source, destination = registry.start("source"), registry.start("destination")
    print(f"source {source.describe()['version']} on port {source.port}, destination on port {destination.port}")
    say("filling the source")
    begin = time.monotonic()
    make_accounts(source, destination)
    fill(source)
    make_events(source)
    print(f"{summary.row_count(source, DATABASES):,} rows in {time.monotonic() - begin:.1f} s")

    say(f"traffic on the source for at least {arguments.seconds:.0f} s, seed {arguments.seed}")
    traffic = Traffic(source, arguments.seed, arguments.seconds)
    task = write_task(folder, source, destination)
    say(f"penstock run {task}")
    run = Run(["run", "demo.toml"], folder, "run", show_talk=True)
    try:
        waits.until(run, "the copy to end", lambda: waits.module_state(folder, "full_migration") == "done")
        traffic.allow_alter()
        hold_and_release(folder, run, source, destination)
        traffic.wait()
        say("the traffic has stopped; the last row arrives")
        stop_in_step(run, source, destination)
    finally:
        traffic.stop()
        if run.running:
            run.end(signal.SIGKILL)
    say("penstock verify")
    verify(folder, source, destination)
    say("summary")
    summary.show(query_json(["task", "show", "demo.toml"], folder), traffic, source, destination)
    say("the destination's scheduler starts; the released events run there, and there only")
    destination.query("SET GLOBAL event_scheduler = ON")
    waits.until(None, "the first run of an event on the destination", lambda: destination.query(
        "SELECT 1 FROM crm.event_run WHERE server = @@server_uuid"))
    print(f"total {time.monotonic() - begin:.0f} s since the servers were up")


def explain_kept(folder: pathlib.Path) -> None:
    say("kept")
    print(f"""\
  export PENSTOCK_SERVERS_DIR={folder}
  tools/servers sql source                     tools/servers sql destination
  cd {folder}; {program_path()} task show demo.toml
gone with:
  tools/servers destroy --all; rm -r {folder}""")


def main() -> int:
    arguments = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = pathlib.Path(tempfile.mkdtemp(prefix="penstock-demo-"))
    if not arguments.keep:
        keeper.keep(folder, os.getpid())
    try:
        demo(folder, arguments)
        return 0
    except (ServerError, ProgramError, MySQLError) as error:
        print(f"\ntools/demo: {error}", file=sys.stderr)
        return 1
    finally:
        if arguments.keep and any(folder.iterdir()):
            explain_kept(folder)
        else:
            keeper.destroy(folder)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
