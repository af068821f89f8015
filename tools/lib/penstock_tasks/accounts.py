"""The accounts a task logs in with, with the least privileges that a whole task with events needs on MySQL 9.7.

Two of the source's privileges are there for fencing its events alone: SET_ANY_DEFINER, so that disabling an event
leaves its definer as it is, and SESSION_VARIABLES_ADMIN, so that disabling it stays out of the binlog.
"""

SOURCE_USER = "penstock_src"
DESTINATION_USER = "penstock_dst"


def source_statements(databases: list[str], password: str) -> list[str]:
    account = f"'{SOURCE_USER}'@'%'"
    return [
        f"CREATE USER {account} IDENTIFIED BY '{password}'",
        f"GRANT REPLICATION SLAVE, REPLICATION CLIENT, PROCESS ON *.* TO {account}",
        f"GRANT SHOW_ROUTINE, SESSION_VARIABLES_ADMIN, SET_ANY_DEFINER, ALLOW_NONEXISTENT_DEFINER ON *.* TO {account}",
        f"GRANT SELECT ON performance_schema.* TO {account}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON penstock.* TO {account}",
    ] + [f"GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES ON `{database}`.* TO {account}"
         for database in databases]


def destination_statements(databases: list[str], password: str) -> list[str]:
    account = f"'{DESTINATION_USER}'@'%'"
    return [
        f"CREATE USER {account} IDENTIFIED BY '{password}'",
        f"GRANT REPLICATION_APPLIER, SESSION_VARIABLES_ADMIN, SET_ANY_DEFINER, ALLOW_NONEXISTENT_DEFINER "
        f"ON *.* TO {account}",
        f"GRANT REPLICATION CLIENT, PROCESS, SHOW_ROUTINE ON *.* TO {account}",
        f"GRANT SELECT ON performance_schema.* TO {account}",
        f"GRANT SELECT (User, Host) ON mysql.user TO {account}",
        f"GRANT SELECT ON mysql.global_grants TO {account}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON penstock.* TO {account}",
    ] + [f"GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, CREATE VIEW, SHOW VIEW, "
         f"TRIGGER, EVENT, CREATE ROUTINE, ALTER ROUTINE, EXECUTE, LOCK TABLES ON `{database}`.* TO {account}"
         for database in databases]


def create(server, statements: list[str]) -> None:
    """Runs the statements without writing them to the server's binlog: accounts are not part of what is moved."""
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SET SESSION sql_log_bin = 0")
        for statement in statements:
            cursor.execute(statement)
