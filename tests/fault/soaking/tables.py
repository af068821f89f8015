"""A random schema: tables with all kinds of keys, and what statements need to know of them."""

import dataclasses
import random
from collections.abc import Callable

from . import values

DATABASES = ["soak", "soak-2"]
TEXT_COLLATIONS = ["utf8mb4_0900_ai_ci", "utf8mb4_general_ci", "utf8mb4_unicode_ci", "utf8mb4_0900_as_ci", "utf8mb4_bin"]


@dataclasses.dataclass
class Column:
    name: str
    definition: str
    make: Callable[[random.Random], object] | None  # None: the server makes the value
    nullable: bool = False
    text: bool = False  # equal values may be spelled differently

    def value(self, chance: random.Random):
        return None if self.nullable and chance.random() < 0.15 else self.make(chance)

    def sql(self) -> str:
        generated = self.make is None and " AS " in self.definition
        return f"`{self.name}` {self.definition}" + ("" if self.nullable or generated else " NOT NULL")


@dataclasses.dataclass
class Table:
    database: str
    name: str
    key: list[Column]  # finds a row: exactly one, or in a keyless table a few
    payload: list[Column]
    constraints: list[str]  # as in CREATE TABLE
    unique: list[Column] = dataclasses.field(default_factory=list)  # of the payload, each unique alone
    options: str = ""
    keyless: bool = False
    parents: dict[str, tuple["Table", str]] = dataclasses.field(default_factory=dict)
    referenced: bool = False

    def __str__(self) -> str:
        return f"`{self.database}`.`{self.name}`"

    @property
    def columns(self) -> list[Column]:
        return self.key + self.payload

    @property
    def written(self) -> list[Column]:
        return [column for column in self.columns if column.make]

    def create(self) -> str:
        parts = [column.sql() for column in self.columns] + self.constraints
        return f"CREATE TABLE {self} ({', '.join(parts)}) {self.options}"


def payload_columns(chance: random.Random, count: int, prefix: str = "p") -> list[Column]:
    columns = []
    for number in range(count):
        definition, make = values.payload(chance)
        columns.append(Column(f"{prefix}{number}", definition, make, chance.random() < 0.6))
    return columns


def _names(columns: list[Column]) -> str:
    return ", ".join(f"`{column.name}`" for column in columns)


def _keys(chance: random.Random) -> dict[str, list[Column]]:
    """Keys by what is special about them."""
    collation = chance.choice(TEXT_COLLATIONS[:3])
    small = lambda chance: chance.randrange(3000)
    text = lambda name, collation: Column(name, f"VARCHAR(40) COLLATE {collation}", values.word, text=True)
    return {
        "auto": [Column("id", "INT UNSIGNED AUTO_INCREMENT", small)],
        "negative": [Column("id", "BIGINT", lambda chance: chance.randrange(-1500, 1500))],
        "pair": [Column("a", "SMALLINT", lambda chance: chance.randrange(-30, 30)), text("b", collation)],
        "triple": [Column("a", "DATE", lambda chance: f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"),
                   Column("b", "ENUM('x','y','a')", lambda chance: chance.choice("xya")),
                   Column("c", "TINYINT UNSIGNED", lambda chance: chance.randrange(6))],
        "text": [text("id", collation)],
        "respelled": [text("id", "utf8mb4_0900_ai_ci")],
        "sensitive": [text("id", chance.choice(TEXT_COLLATIONS[3:]))],
        "latin": [Column("id", "VARCHAR(40) CHARACTER SET latin1", values.latin_word, text=True)],
        "char": [Column("id", "CHAR(30) COLLATE utf8mb4_unicode_ci", values.word, text=True)],
        "binary": [Column("id", "VARBINARY(4)", lambda chance: chance.randbytes(chance.randrange(1, 3)))],
        "fixed": [Column("id", "BINARY(3)", lambda chance: chance.randbytes(chance.randrange(1, 3)))],
        "decimal": [Column("id", "DECIMAL(12,4)", lambda chance: f"{chance.randrange(-9000, 9000) / 8:.4f}")],
        "moment": [Column("id", "DATETIME(6)", lambda chance: f"2026-01-01 10:00:00.{chance.randrange(3000):06}")],
        "stamp": [Column("id", "TIMESTAMP(3)", lambda chance: f"2026-03-29 01:59:{chance.randrange(60):02}.{chance.randrange(50):03}")],
        "double": [Column("id", "DOUBLE", lambda chance: chance.randrange(-3000, 3000) / 7)],
        "bits": [Column("id", "BIT(13)", lambda chance: chance.randrange(1 << 12))],
    }


def keyed_tables(chance: random.Random) -> list[Table]:
    tables = []
    for kind, key in _keys(chance).items():
        payload = payload_columns(chance, chance.randint(1, 4))
        descending = chance.random() < 0.2 and kind not in ("pair", "triple")
        table = Table(chance.choice(DATABASES), f"{kind}_key", key, payload,
                      [f"PRIMARY KEY ({_names(key)}{' DESC' if descending else ''})"])
        if kind in ("negative", "pair", "double") and chance.random() < 0.5:
            table.options = f"PARTITION BY KEY () PARTITIONS {chance.randint(2, 4)}"
        tables.append(table)
    return tables


def unique_tables(chance: random.Random) -> list[Table]:
    """Secondary unique keys; the second table has nothing but them."""
    tables = []
    for number in range(3):
        unique = [Column("u_int", "INT", lambda chance: chance.randrange(5000)),
                  Column("u_text", f"VARCHAR(50) COLLATE {chance.choice(TEXT_COLLATIONS)}", values.word, True, True),
                  Column("u_null", "BIGINT", lambda chance: chance.randrange(5000), True)]
        key = [Column("id", "INT", lambda chance: chance.randrange(4000))]
        constraints = [f"UNIQUE KEY ({column.name})" for column in unique]
        constraints += ["UNIQUE KEY pair (u_null, u_text)"] if chance.random() < 0.5 else []
        constraints += ["UNIQUE KEY (id)" if number == 1 else "PRIMARY KEY (id)"]
        chance.shuffle(constraints)
        tables.append(Table(chance.choice(DATABASES), f"unique_{number}", key,
                            unique + payload_columns(chance, 2), constraints, unique))
    return tables


def keyless_tables(chance: random.Random) -> list[Table]:
    few = lambda chance: chance.randrange(60)
    plain = Table(chance.choice(DATABASES), "keyless", [Column("a", "INT", few)], payload_columns(chance, 2),
                  ["KEY (a)"] if chance.random() < 0.5 else [], keyless=True)
    nullable = Table(chance.choice(DATABASES), "keyless_but_for_nulls", [Column("a", "INT", few)],
                     [Column("u", "INT", lambda chance: chance.randrange(9000), True)] + payload_columns(chance, 1),
                     ["UNIQUE KEY (u)"], keyless=True)
    prefix = Table(chance.choice(DATABASES), "keyed_by_prefix",
                   [Column("s", "VARCHAR(100) COLLATE utf8mb4_0900_ai_ci", values.word, text=True)],
                   payload_columns(chance, 2), ["PRIMARY KEY (s(3))"])
    return [plain, nullable, prefix]


def generated_tables(chance: random.Random) -> list[Table]:
    number = Column("n", "INT", lambda chance: chance.randrange(10**6))
    label = Column("t", "VARCHAR(40)", values.word, True)
    computed = [Column("stored", "BIGINT AS (n * 3) STORED", None), Column("virtual", "VARCHAR(60) AS (CONCAT(t, n)) VIRTUAL", None, True)]
    small = lambda chance: chance.randrange(3000)
    first = Table(chance.choice(DATABASES), "generated", [Column("id", "INT", small)],
                  computed[:1] + [number, label] + computed[1:] + payload_columns(chance, 2),
                  ["PRIMARY KEY (id)", "UNIQUE KEY (`stored`)", "KEY (`virtual`)", "KEY ((n MOD 7), t)",
                   "UNIQUE KEY ((CONCAT(COALESCE(t, 'none'), n DIV 1000)))"])
    second = Table(chance.choice(DATABASES), "invisible", [Column("id", "INT AUTO_INCREMENT INVISIBLE", small)],
                   [Column("hidden", "VARCHAR(30) INVISIBLE", values.word, True)] + payload_columns(chance, 2)
                   + [Column("double_id", "VARCHAR(20) AS (CONCAT('n', hidden)) VIRTUAL INVISIBLE", None, True)],
                   ["PRIMARY KEY (id)"])
    third = Table(chance.choice(DATABASES), "keyed_by_computed", [number],
                  [label] + [Column("k", "BIGINT AS (n + 1) STORED", None)], ["PRIMARY KEY (k)"])
    wide = Table(chance.choice(DATABASES), "every_type", [Column("id", "INT", small)],
                 [Column(f"c{i}", text, make, True) for i, (text, make) in enumerate(values.TYPES)], ["PRIMARY KEY (id)"])
    return [first, second, third, wide]


def draw_keys_from(values_max: int, tables: list[Table]) -> None:
    """Keys and unique values are drawn from so many values of each column."""
    for table in tables:
        for column in {id(column): column for column in table.key + table.unique}.values():
            if column.make:
                column.make = _few(column.make, values_max)


def _few(make: Callable[[random.Random], object], values_max: int) -> Callable[[random.Random], object]:
    return lambda chance: make(random.Random(chance.randrange(values_max)))
