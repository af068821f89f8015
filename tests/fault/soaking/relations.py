"""Tables that need each other: parents, children, trees; and what hangs on tables: triggers, a view, events."""

import random

from . import values
from .tables import DATABASES, Column, Table, payload_columns

OUTSIDE = "elsewhere"  # a database that is not selected


def family_tables(chance: random.Random) -> list[Table]:
    """Parents are named before their children."""
    spelled = Column("code", "VARCHAR(40) COLLATE utf8mb4_0900_ai_ci", values.word, text=True)
    few = lambda chance: chance.randrange(600)
    place = chance.choice(DATABASES)
    parent = Table(place, "parent", [spelled], payload_columns(chance, 2), ["PRIMARY KEY (code)"], referenced=True)
    owner = Table(place, "owner", [Column("id", "INT", few)],
                  [Column("alias", "INT", lambda chance: chance.randrange(4000), True)] + payload_columns(chance, 1),
                  ["PRIMARY KEY (id)", "UNIQUE KEY (alias)"], referenced=True)
    return [parent, owner, _cascading_child(chance, place, parent, owner), _forgetful_child(chance, place, parent, owner),
            *_trees(chance)]


def _reference(child: Table, column: Column, parent: Table, target: str, rules: str) -> None:
    child.constraints.append(f"FOREIGN KEY ({column.name}) REFERENCES {parent} ({target}) {rules}")
    child.parents[column.name] = (parent, target)


def _cascading_child(chance: random.Random, place: str, parent: Table, owner: Table) -> Table:
    code = Column("parent_code", "VARCHAR(40) COLLATE utf8mb4_0900_ai_ci", values.word, text=True)
    holder = Column("owner_id", "INT", lambda chance: chance.randrange(600), True)
    child = Table(place, "child", [code, Column("line", "INT", lambda chance: chance.randrange(6))],
                  [holder] + payload_columns(chance, 2), ["PRIMARY KEY (parent_code, line)"])
    _reference(child, code, parent, "code", "ON DELETE CASCADE ON UPDATE CASCADE")
    _reference(child, holder, owner, "id", "ON DELETE CASCADE ON UPDATE CASCADE")
    return child


def _forgetful_child(chance: random.Random, place: str, parent: Table, owner: Table) -> Table:
    code = Column("parent_code", "VARCHAR(40) COLLATE utf8mb4_0900_ai_ci", values.word, True, text=True)
    alias = Column("owner_alias", "INT", lambda chance: chance.randrange(4000), True)
    child = Table(place, "loose_child", [Column("id", "INT", lambda chance: chance.randrange(3000))],
                  [code, alias] + payload_columns(chance, 1), ["PRIMARY KEY (id)"])
    _reference(child, code, parent, "code", chance.choice(["ON DELETE SET NULL ON UPDATE CASCADE",
                                                           "ON DELETE SET NULL ON UPDATE SET NULL"]))
    _reference(child, alias, owner, "alias", "ON DELETE SET NULL ON UPDATE CASCADE")
    return child


def _trees(chance: random.Random) -> list[Table]:
    trees = []
    for name, rule in (("tree", "ON DELETE CASCADE"), ("loose_tree", "ON DELETE SET NULL")):
        above = Column("above", "INT", lambda chance: chance.randrange(400), True)
        tree = Table(chance.choice(DATABASES), name, [Column("id", "INT", lambda chance: chance.randrange(400))],
                     [above] + payload_columns(chance, 1), ["PRIMARY KEY (id)"], referenced=True)
        _reference(tree, above, tree, "id", rule)
        trees.append(tree)
    return trees


def attachments(tables: list[Table]) -> list[str]:
    """Statements that make what hangs on the tables. The audit has no key: its rows come from triggers and events."""
    by_name = {table.name: table for table in tables}
    audit = f"`{DATABASES[0]}`.audit"
    statements = [f"CREATE TABLE {audit} (at TIMESTAMP(6) NOT NULL, what VARCHAR(60) NOT NULL, detail VARCHAR(200))"]
    for number, name in enumerate(("auto_key", "text_key", "child", "unique_0")):
        table = by_name[name]
        for verb, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            statements.append(f"CREATE TRIGGER `{table.database}`.audit_{number}_{verb} AFTER {verb} ON {table} FOR EACH ROW "
                              f"INSERT INTO {audit} VALUES (NOW(6), '{name} {verb}', {row}.`{table.key[0].name}`)")
    first = by_name["auto_key"]
    statements += [
        f"CREATE VIEW `{DATABASES[0]}`.overview AS SELECT `{first.key[0].name}` AS k FROM {first} ORDER BY 1",
        f"CREATE EVENT `{DATABASES[0]}`.ticking ON SCHEDULE EVERY 1 SECOND DO "
        f"INSERT INTO {audit} VALUES (NOW(6), 'ticking', UUID())",
        f"CREATE TABLE `{OUTSIDE}`.notes (id INT AUTO_INCREMENT PRIMARY KEY, text VARCHAR(60))",
    ]
    return statements
