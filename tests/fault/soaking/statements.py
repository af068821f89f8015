"""Random changes of rows. Each function changes one table in one way, on a connection in or outside a transaction.

A row is found by a key that was read before: by then another writer may have changed it, and that is welcome.
"""

import random

from .relations import OUTSIDE
from .tables import Column, Table

LARGE_ROWS = 1500


def _where(columns: list[Column]) -> str:
    return " AND ".join(f"`{column.name}` = %s" for column in columns)


def _list(columns: list[Column]) -> str:
    return ", ".join(f"`{column.name}`" for column in columns)


def _limit(table: Table) -> str:
    return " LIMIT 1" if table.keyless else ""


def sample(session, chance: random.Random, table: Table, count: int = 1) -> list[tuple]:
    """Keys of neighbouring rows at a random place."""
    first = table.key[0]
    return session.rows(f"SELECT {_list(table.key)} FROM {table} WHERE `{first.name}` >= %s ORDER BY 1 LIMIT {count}",
                        [first.make(chance)]) or session.rows(f"SELECT {_list(table.key)} FROM {table} LIMIT {count}")


def new_row(session, chance: random.Random, table: Table, columns: list[Column]) -> list:
    """Random values; a child's refer to parents that were there a moment ago."""
    row = {column.name: column.value(chance) for column in columns}
    for name, (parent, target) in table.parents.items():
        if name in row and row[name] is not None and chance.random() < 0.95:
            found = session.rows(f"SELECT `{target}` FROM {parent} WHERE `{target}` >= %s ORDER BY 1 LIMIT 1", [row[name]])
            row[name] = found[0][0] if found else None
    return list(row.values())


def _insert(session, chance: random.Random, table: Table, rows: int, verb: str = "INSERT", tail: str = "", tail_values=()):
    columns = [column for column in table.written if "AUTO_INCREMENT" not in column.definition or chance.random() < 0.7]
    made = [new_row(session, chance, table, columns) for _ in range(rows)]
    marks = ", ".join(["(" + ", ".join(["%s"] * len(columns)) + ")"] * rows)
    session.run(f"{verb} INTO {table} ({_list(columns)}) VALUES {marks}{tail}",
                [value for row in made for value in row] + list(tail_values))


def insert(session, chance, table):
    _insert(session, chance, table, 1)


def insert_many(session, chance, table):
    _insert(session, chance, table, chance.randint(2, 20), chance.choice(["INSERT", "INSERT IGNORE"]))


def replace(session, chance, table):
    _insert(session, chance, table, chance.randint(1, 4), "REPLACE")


def insert_or_update(session, chance, table):
    column = chance.choice(table.payload)
    if column.make is None:
        return
    _insert(session, chance, table, chance.randint(1, 4), tail=f" ON DUPLICATE KEY UPDATE `{column.name}` = %s",
            tail_values=[column.value(chance)])


def change(session, chance, table):
    columns = [column for column in table.payload if column.make]
    chosen = chance.sample(columns, min(len(columns), chance.randint(1, 3)))
    for key in sample(session, chance, table, chance.randint(1, 3)):
        sets = ", ".join(f"`{column.name}` = %s" for column in chosen)
        session.run(f"UPDATE {table} SET {sets} WHERE {_where(table.key)}{_limit(table)}",
                    [*new_row(session, chance, table, chosen), *key])


def move_key(session, chance, table):
    for key in sample(session, chance, table):
        moved = [column.make(chance) if chance.random() < 0.7 else old
                 for column, old in zip(table.key, key, strict=True)]
        sets = ", ".join(f"`{column.name}` = %s" for column in table.key)
        session.run(f"UPDATE {table} SET {sets} WHERE {_where(table.key)}{_limit(table)}", [*moved, *key])


def shift_keys(session, chance, table):
    """Each row takes the key of the one before it: only the order of the changes makes that possible."""
    first = table.key[0]
    if isinstance(first.make(chance), int) and not table.referenced:
        step = chance.choice(["+ 1", "- 1"])
        order = "DESC" if step == "+ 1" else "ASC"
        session.run(f"UPDATE {table} SET `{first.name}` = `{first.name}` {step} WHERE `{first.name}` >= %s "
                    f"ORDER BY `{first.name}` {order} LIMIT {chance.randint(2, 30)}", [first.make(chance)])


def respell(session, chance, table):
    """Another spelling of a key: equal under an accent-insensitive collation, another key under a binary one."""
    column = next((column for column in table.key if column.text), None)
    if column is None:
        return
    for key in sample(session, chance, table):
        spelling = chance.choice([f"UPPER(`{column.name}`)", f"LOWER(`{column.name}`)",
                                  f"REPLACE(`{column.name}`, 'e', 'é')", f"REPLACE(`{column.name}`, 'é', 'E')"])
        session.run(f"UPDATE {table} SET `{column.name}` = {spelling} WHERE {_where(table.key)}{_limit(table)}", key)


def swap_unique(session, chance, table):
    """Two rows exchange a unique value by way of a third value, in one transaction."""
    column = chance.choice(table.unique) if table.unique else None
    rows = sample(session, chance, table, 2)
    if column is None or len(rows) < 2:
        return
    read = f"SELECT `{column.name}` FROM {table} WHERE {_where(table.key)} FOR UPDATE"
    write = f"UPDATE {table} SET `{column.name}` = %s WHERE {_where(table.key)}"
    session.run("SAVEPOINT before_swap")
    values = [session.rows(read, row) for row in rows]
    if all(values):
        session.run(write, [-abs(chance.randrange(1, 10**6)), *rows[0]])
        session.run(write, [values[0][0][0], *rows[1]])
        session.run(write, [values[1][0][0], *rows[0]])


def change_document(session, chance, table):
    """In place: the server may change no more than a part of what is stored."""
    column = next((column for column in table.payload if column.definition == "JSON"), None)
    if column:
        for key in sample(session, chance, table, 2):
            session.run(f"UPDATE {table} SET `{column.name}` = JSON_SET(`{column.name}`, '$.k{chance.randrange(9)}', %s, "
                        f"'$.d', REPEAT('x', {chance.randrange(99)})) WHERE {_where(table.key)}{_limit(table)}",
                        [chance.randrange(10**6), *key])


def delete(session, chance, table):
    for key in sample(session, chance, table, chance.randint(1, 2)):
        session.run(f"DELETE FROM {table} WHERE {_where(table.key)}{_limit(table)}", key)


def delete_some(session, chance, table):
    first = table.key[0]
    session.run(f"DELETE FROM {table} WHERE `{first.name}` > %s ORDER BY `{first.name}` LIMIT {chance.randint(2, 30)}",
                [first.make(chance)])


def delete_and_insert(session, chance, table):
    """The same key leaves and comes back."""
    for key in sample(session, chance, table):
        session.run(f"DELETE FROM {table} WHERE {_where(table.key)}{_limit(table)}", key)
        rest = [column for column in table.payload if column.make]
        session.run(f"INSERT INTO {table} ({_list(table.key + rest)}) VALUES "
                    f"({', '.join(['%s'] * (len(table.key) + len(rest)))})", [*key, *new_row(session, chance, table, rest)])


def touch_all(session, chance, table):
    """A large one."""
    column = next((column for column in table.payload if column.make and column.name not in table.parents
                   and column not in table.unique), None)
    if column:
        session.run(f"UPDATE {table} SET `{column.name}` = %s LIMIT {LARGE_ROWS}", [column.value(chance)])


def fill(session, chance, table):
    for _ in range(LARGE_ROWS // 100):
        _insert(session, chance, table, 100, "INSERT IGNORE")


def outside(session, chance, _table):
    session.run(f"INSERT INTO `{OUTSIDE}`.notes (text) VALUES (%s)", [str(chance.random())])


WEIGHTS = {insert: 16, insert_many: 8, replace: 8, insert_or_update: 8, change: 20, move_key: 8, shift_keys: 3, respell: 6,
           swap_unique: 6, delete: 8, delete_some: 2, delete_and_insert: 5, outside: 2,
           change_document: 4}
LARGE = [touch_all, fill]


def choose(chance: random.Random):
    return chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
