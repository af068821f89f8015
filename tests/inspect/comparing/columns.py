"""Random columns of all types: how they are declared, what makes literals for them, and what SELECT is asked for to read them
as penstock shows them. The values are those of make_value_files.py."""

import importlib.util
import pathlib
import random
from dataclasses import dataclass
from typing import Callable

from .printed_values import quoted_name

ROOT = pathlib.Path(__file__).resolve().parents[3]
_spec = importlib.util.spec_from_file_location("make_value_files", ROOT / "tests/unit/binlog/data/make_value_files.py")
values = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(values)

CHARSETS = ["latin1", "utf8mb3", "utf8mb4", "utf16", "utf16le", "utf32", "ucs2", "binary", "cp1251", "latin2", "koi8r", "tis620", "ascii",
            "sjis", "cp932", "eucjpms", "gbk", "big5", "euckr"]
INTEGERS = [("TINYINT", 8), ("SMALLINT", 16), ("MEDIUMINT", 24), ("INT", 32), ("BIGINT", 64)]
ALPHABET = "abc \t\n\\'\"äöé€漢表😀б\0\r\x1f\x7f"
LOB_BYTES = {"TINY": 255, "": 65535, "MEDIUM": 200_000, "LONG": 200_000}
INLINE_COLUMNS = 10  # of texts and bytes, so that their beginnings fit into a page of InnoDB


@dataclass
class Column:
    name: str
    type: str  # without NOT NULL and the like
    make: Callable[[], str] | None = None  # a literal; None: the server makes the value
    read: str = "{}"  # of the column's quoted name
    numbered: bool = False  # ENUM and SET: SELECT is asked for the number, too
    suffix: str = ""  # NOT NULL, INVISIBLE, …

    @property
    def quoted_name(self) -> str:
        return quoted_name(self.name)

    @property
    def definition(self) -> str:
        return f"{self.quoted_name} {self.type} {self.suffix}"


def members(count: int, prefix: str = "m") -> str:
    return ",".join(f"'{prefix}{number}'" for number in range(count))


# --- documents -------------------------------------------------------------------------------------------------------------------

def documents(chance: random.Random) -> str:
    """Mostly a document that the statements of DOCUMENT_CHANGES find something to change in."""
    pad = "y" * chance.randrange(80)
    if chance.random() < 0.02:
        pad *= 500
    return chance.choice([
        f"""'{{"a": 1, "b": ["{pad}", 2, {{"c d": "{pad}", "é": 5}}], "name": "{pad}"}}'""", f"""'["{pad}", "{pad}", [1, 2, 3]]'""",
        "JSON_OBJECT('a', CAST('2026-01-02 03:04:05.678' AS DATETIME(3)), 'b', JSON_ARRAY(X'0001FF', 1.50, 1e100, -0.0))",
        "CAST('null' AS JSON)", "CAST(true AS JSON)", "CAST(18446744073709551615 AS JSON)", "'\"text\\\\\\\\ \\\\n\\\\u0001 é 😀\"'",
        "JSON_ARRAY(CAST('-838:59:59.5' AS TIME(1)), CAST('9999-12-31' AS DATE), CAST(123.4500 AS DECIMAL(30,4)))",
        f"JSON_EXTRACT(JSON_ARRAY({values.document(chance.choice([0, 1, 3]))}), '$[0]')"])


def large_document(chance: random.Random) -> str:
    """Beyond 64 KiB, where offsets and counts have four bytes, or as deep as can be."""
    count = chance.choice([700, 9000])
    members_ = ",".join(f'"k{i}": ["{"x" * chance.randrange(20)}", {i}, {chance.randint(-2**40, 2**40)}]' for i in range(count))
    return chance.choice([
        f"'{{{members_}}}'", f"CONCAT('[1', REPEAT(',{chance.choice(['1', '70000', '2.5', '[]', 'null'])}', {chance.choice([9000, 40000])}), ']')",
        "CONCAT(REPEAT('[', 99), '1', REPEAT(']', 99))", "CONCAT(REPEAT('{\"a\":', 99), '1', REPEAT('}', 99))",
        f"JSON_OBJECT('a', REPEAT('x', {chance.choice([65535, 65536, 70000, 2**21 + 5])}), 'b', JSON_ARRAY(REPEAT('é', 40000), 2, 3), 'name', 'z')"])


DOCUMENT_CHANGES = [
    "JSON_SET({0}, '$.a', 2)", "JSON_SET({0}, '$.name', 'z\\n\"q\"')", "JSON_REMOVE({0}, '$.name')", "JSON_REPLACE({0}, '$.b[last]', 7)",
    "JSON_SET({0}, '$.\"b\"[2].\"c d\"', 'quoted \"x\" \\\\ y')", "JSON_SET({0}, '$.b[2].\"é\"', CAST('1.25' AS DECIMAL(5,2)))",
    "JSON_REMOVE({0}, '$.b[0]')", "JSON_REMOVE({0}, '$[last-1]')", "JSON_SET({0}, '$[0]', JSON_OBJECT('k', 1))",
    "JSON_SET({0}, '$[2][1]', 'w', '$[2][0]', 1.5)", "JSON_SET({0}, '$.b[1]', null, '$.a', true)", "JSON_ARRAY_INSERT({0}, '$.b[0]', 5)",
    "JSON_SET(JSON_REMOVE({0}, '$.b'), '$.\"x.y[\"', 1)", "JSON_REPLACE({0}, '$.a', CAST('2020-01-02' AS DATE))", "'[1]'", "NULL",
    "JSON_REPLACE({0}, '$[1]', JSON_ARRAY(1, 'ß', NULL))", "JSON_SET({0}, '$.a', REPEAT('l', 300), '$.k7[1]', 5)",
    "JSON_REPLACE({0}, '$.a', CAST('-10:00:00.5' AS TIME(2)), '$[1]', X'00FF')"]


# --- shapes ----------------------------------------------------------------------------------------------------------------------

class Shapes:
    """As well-known text, in the words of both flavours."""

    def __init__(self, chance: random.Random, srid: int) -> None:
        self.chance, self.degrees = chance, srid == 4326

    def point(self) -> str:
        if self.degrees:
            return f"{round(self.chance.uniform(-89, 89), 6)} {round(self.chance.uniform(-179, 179), 6)}"
        return " ".join(repr(self.chance.choice([0.0, -0.0, 1.0, -1.5, 1e300, 5e-324, round(self.chance.uniform(-1e6, 1e6), 3)]))
                        for _ in range(2))

    def line(self) -> str:
        return "(" + ",".join(self.point() for _ in range(self.chance.randint(2, 5))) + ")"

    def ring(self, at: float) -> str:
        return f"({at} {at},{at + 8} {at},{at + 8} {at + 8},{at} {at + 8},{at} {at})"

    def polygon(self) -> str:
        at = self.chance.randint(-40, 40)
        hole = f",({at + 1} {at + 1},{at + 2} {at + 1},{at + 2} {at + 2},{at + 1} {at + 1})"
        return f"({self.ring(at)}{self.chance.choice(['', hole])})"

    def any(self, kind: str = "GEOMETRY") -> str:
        def some(make):
            return "(" + ",".join(make() for _ in range(self.chance.randint(1, 4))) + ")"
        kinds = {"POINT": lambda: f"({self.point()})", "LINESTRING": self.line, "POLYGON": self.polygon, "MULTIPOINT": lambda: some(self.point),
                 "MULTILINESTRING": lambda: some(self.line), "MULTIPOLYGON": lambda: some(self.polygon),
                 "GEOMETRYCOLLECTION": lambda: some(self.any) if self.chance.random() < 0.9 else " EMPTY"}
        if kind == "GEOMETRY":
            kind = self.chance.choice([*list(kinds) * 3, "GEOMETRYCOLLECTION"] if self.chance.random() < 0.6 else ["POINT"])
        return kind + kinds[kind]()


def geometry(chance: random.Random, mariadb: bool) -> Column:
    kind = chance.choice(["GEOMETRY", "GEOMETRY", "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON",
                          "GEOMETRYCOLLECTION"])
    fixed = None if mariadb or chance.random() < 0.6 else chance.choice([0, 3857, 4326])

    def make() -> str:
        srid = chance.choice([0, 3857, 4326]) if fixed is None else fixed
        return f"ST_GeomFromText('{Shapes(chance, srid).any(kind)}', {srid})"
    return Column("", kind + ("" if fixed is None else f" SRID {fixed}"), make)


# --- all types -------------------------------------------------------------------------------------------------------------------

def whole(chance: random.Random, bits: int, signed: bool):
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    return lambda: str(chance.choice([low, high, 0, max(low, -1), chance.randint(low, high)]))


def narrow_columns(chance: random.Random, mariadb: bool, new_mariadb: bool) -> list[Column]:
    """Of a few bytes each: tables may have hundreds."""
    def text(make):
        return lambda: "'" + make() + "'"

    kind, bits = chance.choice(INTEGERS)
    signed, zerofill = chance.random() < 0.5, chance.choice(["", "", " ZEROFILL"])
    precision = chance.randint(1, 65)
    scale = chance.randint(0, min(38 if mariadb else 30, precision))
    if chance.random() < 0.3:
        precision, scale = chance.choice(values.decimal_shapes_mariadb if mariadb else values.decimal_shapes)
    digits, bit, wide = chance.randrange(7), chance.randint(1, 64), chance.randint(1, 64)
    count = chance.choice([1, 3, 255, 256, 700])
    plain = "CAST({} AS UNSIGNED)"  # what ZEROFILL adds is not in the log
    return [
        Column("", kind + ("" if signed else " UNSIGNED"), whole(chance, bits, signed)),
        Column("", f"{kind} UNSIGNED{zerofill}", whole(chance, bits, False), plain),
        # FLOAT(10,2) and the like are printed with their decimals, which are not in the log.
        Column("", "FLOAT" + chance.choice(["", " UNSIGNED", "(10,2)"]), values.single, "CAST({} AS FLOAT)"),
        Column("", "DOUBLE" + chance.choice(["", " UNSIGNED", "(40,5)"]), values.double, "CAST({} AS DOUBLE)"),
        Column("", f"DECIMAL({precision},{scale})" + chance.choice(["", "", " UNSIGNED"]), text(lambda: values.decimal(precision, scale))),
        Column("", "DATE", text(values.date)), Column("", "YEAR", values.year, plain), Column("", f"TIME({digits})", text(values.time)),
        Column("", f"DATETIME({digits})", text(values.moment)), Column("", f"TIMESTAMP({digits}) NULL", text(lambda: values.timestamp(new_mariadb))),
        Column("", f"BIT({bit})", lambda: str(chance.choice([0, (1 << bit) - 1, chance.getrandbits(bit)])), plain),
        Column("", f"ENUM({members(count)})", lambda: str(chance.randint(0, count)), numbered=True),
        Column("", "ENUM('a','b,','c''','ü','\\\\','')", lambda: str(chance.randint(0, 6)), numbered=True),
        Column("", f"ENUM('ä','ö','') CHARACTER SET {chance.choice(['latin1', 'utf16', 'utf32', 'latin2', 'binary'])}",
               lambda: str(chance.randint(0, 3)), numbered=True),
        Column("", f"SET('表','漢','a','b') CHARACTER SET {chance.choice(['sjis', 'gbk', 'big5', 'ucs2'])}", lambda: str(chance.randint(0, 15)),
               numbered=True),
        Column("", f"SET({members(wide)})", lambda: str(chance.choice([0, (1 << wide) - 1, chance.getrandbits(wide)])), numbered=True)]


def text_columns(chance: random.Random) -> list[Column]:
    def text(most: int):
        return lambda: values.of_text(values.text(most, ALPHABET))

    def raw(most: int):
        return lambda: values.of_bytes(values.some_bytes(most))

    def large(small, limit: int):
        """Now and then one that needs all bytes of its length."""
        def make() -> str:
            if chance.random() > 0.02:
                return small()
            return f"REPEAT('{chance.choice('xyz')}', {chance.choice([limit, chance.randint(0, limit), min(limit, 65536)])})"
        return make

    charset = chance.choice(CHARSETS)
    length = chance.choice([0, 1, 10, 63, 64, 85, 86, 255])
    size = chance.choice(["TINY", "", "MEDIUM", "LONG"])
    most = LOB_BYTES[size]
    return [
        Column("", f"CHAR({length}) CHARACTER SET {charset}", text(length)),
        Column("", f"VARCHAR({length}) CHARACTER SET {charset}", text(length)),
        Column("", f"VARCHAR(3000) CHARACTER SET {chance.choice(['latin1', 'utf8mb3'])}", large(text(300), 3000)),
        Column("", f"{size}TEXT CHARACTER SET {charset}", large(text(min(most, 900) // 4), most // 4)),
        Column("", f"{size}BLOB", large(raw(255), most)), Column("", f"BINARY({length})", raw(length)),
        Column("", f"VARBINARY({length * 4})", raw(length * 4))]


def flavoured_columns(chance: random.Random, mariadb: bool, new_mariadb: bool) -> list[Column]:
    def text(make):
        return lambda: "'" + make() + "'"

    length = chance.choice([1, 10, 63, 64, 85, 86, 255])
    chosen = []
    if mariadb:
        size = chance.choice(["TINY", "", "MEDIUM", "LONG"])
        chosen += [
            Column("", f"VARCHAR({length * 4}) COMPRESSED CHARACTER SET latin1", lambda: values.of_bytes(values.compressible(length * 4))),
            Column("", f"{size}BLOB COMPRESSED", lambda: values.of_bytes(values.compressible(250))),
            Column("", "INET4", text(lambda: ".".join(str(chance.randrange(256)) for _ in range(4))), "CAST({} AS BINARY)"),
            Column("", "INET6", text(lambda: chance.choice(["::", "::1", "2001:db8::ff00:42:8329", "ffff::"])), "CAST({} AS BINARY)"),
            Column("", "UUID", text(lambda: "%08x-0000-1000-8000-00000000000%x" % (chance.getrandbits(32), chance.randrange(16))),
                   "CAST({} AS BINARY)"),
            Column("", "JSON", lambda: "'{\"a\": [1, \"x\"]}'"), geometry(chance, mariadb)]
    else:
        chosen += [Column("", "JSON", lambda: large_document(chance) if chance.random() < 0.01 else documents(chance))] * 4
    if new_mariadb or not mariadb:
        dimensions = chance.choice([length, length, length, 2048])
        function, least = ("VEC_FromText", dimensions) if mariadb else ("STRING_TO_VECTOR", 1)  # MySQL's may be shorter than the column
        chosen += [Column("", f"VECTOR({dimensions})", lambda: f"{function}('[" + ",".join(
            chance.choice(["0", "-0.0", "1e30", "1e-30", "3.40282e38", "-12.345", repr(round(chance.uniform(-99, 99), 4))])
            for _ in range(chance.choice([least, chance.randint(least, dimensions)]))) + "]')", "{}" if mariadb else "VECTOR_TO_STRING({})")]
    return chosen


def any_column(chance: random.Random, mariadb: bool, new_mariadb: bool) -> Column:
    return chance.choice(narrow_columns(chance, mariadb, new_mariadb) + text_columns(chance) + flavoured_columns(chance, mariadb, new_mariadb))


def generated_column(chance: random.Random, mariadb: bool) -> Column:
    """Of what all tables have: `id`."""
    kind, expression = chance.choice([("INT UNSIGNED", "id * 2"), ("VARCHAR(40)", "CONCAT('é', id)"), ("DECIMAL(20,3)", "id / 8"),
                                      ("BINARY(12)", "HEX(id)")] + ([] if mariadb else [("JSON", "JSON_ARRAY(id, 'x', id * 1.5)")]))
    return Column("", kind, read="{}", suffix=f"GENERATED ALWAYS AS ({expression}) {chance.choice(['VIRTUAL', 'STORED'])}")
