#!/usr/bin/python3
"""Values of every column type, as a server logs them and as its SELECT prints them.

make_value_files.py SOCKET SEED ROWS OUT

Fills a database `penstock_values` of the server behind SOCKET (MySQL 9.7, MariaDB 10.11 or 11.8 with binlog_row_metadata=FULL, see
tools/servers) with extremes and random values, ROWS in most tables. Writes OUT.binlog, the server's own file, and OUT.tsv: a line for
each row written or updated in that order, the table (or "after"), then the columns; bytes that are not printable ASCII, and
backslashes, as \\xNN, NULL as \\N.
"""

import datetime
import random
import shutil
import struct
import sys

import pymysql

random_ = random.Random()
pick, between = random_.choice, random_.randint


# --- values, as text -------------------------------------------------------------------------------------------------------------

def finite(number: float) -> float:
    return 0.0 if number != number or abs(number) == float("inf") else number


def double() -> str:
    edges = [0.0, -0.0, 1.0, 5e-324, 1.7976931348623157e308, 2.2250738585072014e-308, 0.1, 1e15, 1e16, 123456789012345680.0,
             999999999999999.9, 1e-14, 1e-15, 1.5e-14, 9007199254740993.0, -1.5]
    return repr(finite(pick([
        lambda: struct.unpack("<d", struct.pack("<Q", random_.getrandbits(64)))[0],
        lambda: float(between(-10**18, 10**18)),
        lambda: random_.uniform(-1, 1) * 10.0 ** between(-20, 20),
        lambda: round(random_.uniform(-1000, 1000), between(0, 6)),
        lambda: 2.0 ** between(-1074, 1023),
        lambda: 10.0 ** between(-30, 30),
        lambda: pick(edges)])()))


def single() -> str:
    edges = [3.402823466e38, -3.402823466e38, 1.175494351e-38, 1e-45, 0.1, 1234567.0, 16777216.0, 123456.5, 999999.5, 9999995.0,
             0.5, 2.5, 1e15, 1e16, -0.0]
    return repr(finite(pick([
        lambda: struct.unpack("<f", struct.pack("<I", random_.getrandbits(32)))[0],
        lambda: random_.uniform(-1, 1) * 10.0 ** between(-20, 20),
        lambda: float(between(-10**9, 10**9)),
        lambda: round(random_.uniform(-1000, 1000), between(0, 4)),
        lambda: pick(edges)])()))


def decimal(precision: int, scale: int) -> str:
    number = pick([0, 1, 10 ** precision - 1, *(random_.randrange(10 ** between(1, precision)) for _ in range(3))])
    digits = str(number).rjust(scale + 1, "0")
    point = len(digits) - scale
    return ("-" if number and random_.random() < 0.5 else "") + digits[:point] + ("." + digits[point:] if scale else "")


def fraction() -> str:
    return "." + pick(["000000", "999999", "000001", "100000", "%06d" % random_.randrange(10**6)])


def date() -> str:
    if random_.random() < 0.2:
        return pick(["0000-00-00", "9999-12-31", "2020-00-00", "2021-02-00", "0000-01-01", "2023-02-30", "1000-01-01"])
    return "%04d-%02d-%02d" % (between(0, 9999), between(1, 12), between(1, 28))


def time() -> str:
    if random_.random() < 0.2:
        return pick(["838:59:59.000000", "-838:59:59.000000", "00:00:00", "-00:00:00.000001", "-00:00:01.000000", "-00:00:00.010000",
                     "-00:00:00.99", "-01:00:00.000000"])
    hours = pick([between(0, 23), between(0, 837)])
    return "%s%02d:%02d:%02d" % (pick(["", "-"]), hours, between(0, 59), between(0, 59)) + fraction()


def moment() -> str:
    day = date()
    if day == "0000-00-00":
        return day
    if day == "9999-12-31":
        return day + " 23:59:59.000000"
    return day + " %02d:%02d:%02d" % (between(0, 23), between(0, 59), between(0, 59)) + fraction()


def timestamp(unsigned: bool = False) -> str:
    """`unsigned`: of MariaDB from 11.5 on, whose timestamps end in 2106."""
    if random_.random() < 0.2:
        edges = ["0000-00-00 00:00:00", "1970-01-01 00:00:01", "2038-01-19 03:14:07", "2000-02-29 23:59:59.499999",
                 "1999-12-31 23:59:59.999999", "2000-03-01 00:00:00", "2001-01-01 00:00:00"]
        return pick(edges + ["2038-01-19 03:14:08", "2106-02-07 06:28:15", "2106-02-07 06:28:14.999999"] if unsigned else edges)
    seconds = datetime.timedelta(seconds=between(1, (4294967294 if unsigned else 2147483646)))
    return (datetime.datetime(1970, 1, 1) + seconds).strftime("%Y-%m-%d %H:%M:%S") + fraction()


def year() -> str:
    return str(pick([0, 1901, 2155, between(1901, 2155)]))


def text(length: int, alphabet: str = "abc \t\n\\'\"äöé€漢😀\0") -> str:
    return "".join(pick(alphabet) for _ in range(pick([0, 1, length, between(0, length)])))


def some_bytes(length: int) -> bytes:
    return bytes(pick([0, 32, 255, random_.getrandbits(8)]) for _ in range(pick([0, 1, length, between(0, length)])))


def compressible(length: int) -> bytes:
    return pick([b"", b"a" * between(1, length), some_bytes(length), b"ab" * (length // 2)])


# --- values, as SQL --------------------------------------------------------------------------------------------------------------

def of_bytes(value: bytes) -> str:
    return "x'" + value.hex() + "'" if value else "''"


def of_text(value: str) -> str:
    return "CONVERT(" + of_bytes(value.encode()) + " USING utf8mb4)" if value else "''"


def quoted(make):
    return lambda: "'" + make() + "'"


def document(depth: int) -> str:
    """An expression of JSON with values of all types in it."""
    whole = [0, -1, 32767, -32768, 32768, -32769, 2**31 - 1, -2**31, 2**31, -2**31 - 1, 2**63 - 1, -2**63, between(-2**40, 2**40)]
    positive = [0, 65535, 65536, 2**32 - 1, 2**32, 2**63, 2**64 - 1, random_.getrandbits(64)]
    precision, scale = pick(decimal_shapes)
    strings = "abc\"\\/\b\f\n\r\t\x01\x1f\x7fäé€漢😀 "
    size = pick([0, 1, 2, 3, between(0, 12)])
    scalars = [
        lambda: f"CAST('{pick(['null', 'true', 'false'])}' AS JSON)",
        lambda: str(pick(whole)),
        lambda: f"CAST({pick(positive)} AS UNSIGNED)",
        lambda: f"CAST('{double()}' AS DOUBLE)",
        lambda: f"CAST('{decimal(precision, scale)}' AS DECIMAL({precision},{scale}))",
        lambda: f"CAST('{date()}' AS DATE)",
        lambda: f"CAST('{time()}' AS TIME({between(0, 6)}))",
        lambda: f"CAST('{moment()}' AS DATETIME({between(0, 6)}))",
        lambda: f"CAST({of_bytes(some_bytes(pick([3, 60, 130])))} AS BINARY)",
        lambda: f"(SELECT {pick(['b1', 'b9', 'b64', 'e3', 's9'])} FROM bits WHERE id={random_.randrange(5)})",
        lambda: f"(SELECT {pick(['ts3', 'ts6', 'y', 't2', 'dt4', 'd'])} FROM temporal WHERE id={random_.randrange(5)})",
        lambda: of_text(text(pick([8, 8, 200]), strings))]
    containers = [
        lambda: "JSON_ARRAY(" + ",".join(document(depth - 1) for _ in range(size)) + ")",
        lambda: "JSON_OBJECT(" + ",".join(of_text(text(5, strings)) + "," + document(depth - 1) for _ in range(size)) + ")"]
    return pick(scalars + containers * 2 if depth > 0 else scalars)()


decimal_shapes = [(1, 0), (1, 1), (2, 1), (9, 0), (9, 9), (10, 5), (18, 9), (19, 10), (30, 30), (65, 0), (65, 30), (64, 29)]
decimal_shapes_mariadb = decimal_shapes + [(38, 38), (65, 38)]

partial_updates = [
    "a=JSON_SET(a, '$.a', 2)", "a=JSON_SET(a, '$.name', 'z')", "a=JSON_REMOVE(a, '$.name')",
    "a=JSON_SET(a, '$.\"b\"[2].\"c d\"', 'quoted \"x\" \\\\ y')", "a=JSON_SET(a, '$.b[2].\"é\"', CAST('1.25' AS DECIMAL(5,2)))",
    "a=JSON_REPLACE(a, '$.b[last]', 7)", "a=JSON_REMOVE(a, '$.b[0]')", "b=JSON_REMOVE(b, '$[last-1]')",
    "b=JSON_SET(b, '$[0]', 'q'), a=JSON_SET(a, '$.b[1]', null)", "b=JSON_SET(b, '$[0]', JSON_OBJECT('k', 1)), n=n+1", "n=n+1",
    "a=JSON_SET(JSON_REMOVE(a, '$.b'), '$.\"x.y[\"', 1)", "a=JSON_REPLACE(a, '$.\"a\"', CAST('2020-01-02' AS DATE))", "b='[1]'",
    "a=NULL", "b=JSON_SET(b, '$[2][1]', 'w', '$[2][0]', 1.5)", "a=JSON_ARRAY_INSERT(a, '$.b[0]', 5)",
    "a=JSON_SET(a,'$.\"\\\\n\"', 5)", "a=JSON_SET(a,'$.a', 'é'), b=JSON_REPLACE(b,'$[1]','ß')"]


class Maker:
    def __init__(self, socket: str, rows: int):
        self.cursor = pymysql.connect(unix_socket=socket, user="root", charset="utf8mb4", use_unicode=False, conv={},
                                      autocommit=True).cursor()
        self.rows = rows
        self.lines: list[str] = []
        version = self.run("SELECT VERSION()")[0][0]
        self.mariadb = b"MariaDB" in version
        self.new_mariadb = self.mariadb and not version.startswith(b"10.")  # 11.8, say

    def run(self, statement: str):
        self.cursor.execute(statement)
        return self.cursor.fetchall()

    def line(self, name: str, row) -> None:
        def escape(value) -> str:
            if value is None:
                return "\\N"
            value = value if isinstance(value, bytes) else str(value).encode()
            return "".join(chr(c) if 0x20 <= c < 0x7f and c != 0x5c else "\\x%02x" % c for c in value)
        self.lines.append("\t".join([name, *map(escape, row)]))

    def table(self, name: str, columns, rows: int | None = None, select=None) -> None:
        """`columns`: name, type and what makes a literal of it."""
        rows = rows or self.rows
        self.run(f"CREATE TABLE {name} (id INT PRIMARY KEY, " + ", ".join(f"{c} {kind}" for c, kind, _ in columns) + ")")
        tuples = [f"({row}, " + ", ".join("NULL" if random_.random() < 0.08 else make() for _, _, make in columns) + ")"
                  for row in range(rows)]
        for start in range(0, rows, 16):
            self.run(f"INSERT IGNORE INTO {name} VALUES {', '.join(tuples[start:start + 16])}")
        for row in self.run(f"SELECT id, {', '.join(select or [c for c, _, _ in columns])} FROM {name} ORDER BY id"):
            self.line(name, row)

    def numbers(self) -> None:
        columns = []
        for kind, bits in (("TINYINT", 8), ("SMALLINT", 16), ("MEDIUMINT", 24), ("INT", 32), ("BIGINT", 64)):
            for suffix, low, high in ((" ", -(1 << bits - 1), (1 << bits - 1) - 1), (" UNSIGNED", 0, (1 << bits) - 1)):
                columns.append((f"{kind}_{suffix.strip()}", kind + suffix,
                                lambda low=low, high=high: str(pick([low, high, 0, max(low, -1), between(low, high)]))))
        self.table("integers", columns)
        self.table("reals", [("d", "DOUBLE", double), ("f", "FLOAT", single)])
        shapes = decimal_shapes_mariadb if self.mariadb else decimal_shapes
        self.table("decimals", [(f"d{p}_{s}", f"DECIMAL({p},{s})", quoted(lambda p=p, s=s: decimal(p, s))) for p, s in shapes])

    def temporal(self) -> None:
        def instant(): return timestamp(self.new_mariadb)
        columns = [("d", "DATE", quoted(date)), ("y", "YEAR", year)]
        for digits in range(7):
            columns += [(f"t{digits}", f"TIME({digits})", quoted(time)), (f"dt{digits}", f"DATETIME({digits})", quoted(moment)),
                        (f"ts{digits}", f"TIMESTAMP({digits}) NULL", quoted(instant))]
        self.table("temporal", columns)
        if self.mariadb:
            self.run("SET GLOBAL mysql56_temporal_format=OFF")
            self.table("old_temporal", [("t", "TIME", quoted(time)), ("dt", "DATETIME", quoted(moment)),
                                        ("ts", "TIMESTAMP NULL", quoted(instant))])
            self.run("SET GLOBAL mysql56_temporal_format=ON")

    def bits(self) -> None:
        columns = [(f"b{n}", f"BIT({n})", lambda n=n: str(pick([0, 2**n - 1, random_.getrandbits(n)])))
                   for n in (1, 7, 8, 9, 16, 33, 63, 64)]
        members = ",".join(f"'m{i}'" for i in range(300))
        columns += [("e3", "ENUM('a','b,','c''')", lambda: str(between(0, 3))),
                    ("e300", f"ENUM({members})", lambda: str(pick([1, 255, 256, 257, 300])))]
        for n in (3, 8, 9, 17, 33, 64):
            members = ",".join(f"'s{i}'" for i in range(n))
            columns.append((f"s{n}", f"SET({members})", lambda n=n: str(pick([0, 2**n - 1, random_.getrandbits(n)]))))
        self.table("bits", columns)

    def texts(self) -> None:
        def unicode(n): return lambda: of_text(text(n))
        def latin(n): return lambda: of_text(text(n, "abc äöéß"))
        def raw(n): return lambda: of_bytes(some_bytes(n))
        self.table("texts", [
            ("c10", "CHAR(10)", unicode(10)), ("c255", "CHAR(255)", unicode(20)), ("c5", "CHAR(5) CHARACTER SET latin1", latin(5)),
            ("b10", "BINARY(10)", raw(10)), ("b255", "BINARY(255)", raw(12)), ("v10", "VARCHAR(10)", unicode(10)),
            ("v63", "VARCHAR(63)", unicode(63)), ("v64", "VARCHAR(64)", unicode(64)), ("v300", "VARCHAR(300)", unicode(30)),
            ("vl255", "VARCHAR(255) CHARACTER SET latin1", latin(40)), ("vl256", "VARCHAR(256) CHARACTER SET latin1", latin(40)),
            ("v16", "VARCHAR(20) CHARACTER SET utf16", unicode(20)), ("vb", "VARBINARY(300)", raw(20)),
            ("tt", "TINYTEXT", unicode(15)), ("tx", "TEXT", unicode(40)), ("tm", "MEDIUMTEXT", unicode(40)),
            ("tl", "LONGTEXT", unicode(40)), ("bt", "TINYBLOB", raw(40)), ("bb", "BLOB", raw(40)), ("bm", "MEDIUMBLOB", raw(40)),
            ("bl", "LONGBLOB", raw(40))])

    def geometries(self) -> None:
        nested = not self.mariadb
        points = "MULTIPOINT((1 2),(3 4))" if nested else "MULTIPOINT(1 2,3 4)"
        shapes = ["POINT(1 2)", "POINT(-1.5 2e10)", "LINESTRING(0 0,1 1,2.5 3)", points, "GEOMETRYCOLLECTION EMPTY",
                  "POLYGON((0 0,10 0,10 10,0 10,0 0),(1 1,2 1,2 2,1 1))", "MULTILINESTRING((0 0,1 1),(2 2,3 3))",
                  "MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5)))", "GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))",
                  *(["GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POINT(1 1)),MULTIPOINT((1 1)))"] if nested else [])]
        self.run("CREATE TABLE geometries (id INT PRIMARY KEY, g GEOMETRY)")
        for number, shape in enumerate(shapes * 2):
            self.run(f"INSERT INTO geometries VALUES ({number}, ST_GeomFromText('{shape}', {pick([0, 3857])}))")
        for row in self.run("SELECT id, g, ST_AsText(g) FROM geometries ORDER BY id"):
            self.line("geometries", row)

    def vectors(self) -> None:
        self.run("CREATE TABLE vectors (id INT PRIMARY KEY, v VECTOR(20))")
        for number in range(12):
            floats = [pick(["0", "-0.0", "1e30", "1e-30", "3.40282e38", repr(round(random_.uniform(-999, 999), 3))])
                      for _ in range(pick([1, 3, 17]))]
            self.run(f"INSERT INTO vectors VALUES ({number}, STRING_TO_VECTOR('[{','.join(floats)}]'))")
        for row in self.run("SELECT id, v, VECTOR_TO_STRING(v) FROM vectors ORDER BY id"):
            self.line("vectors", row)

    def documents(self) -> None:
        self.table("documents", [("j", "JSON", lambda: f"JSON_EXTRACT(JSON_ARRAY({document(pick([0, 3]))}), '$[0]')")], self.rows * 2)
        if self.rows > 200:
            members = ",".join(f'"k{i}": ["{"x" * between(0, 30)}", {i}, {between(-2**40, 2**40)}]' for i in range(6000))
            elements = ",".join(["1", '"a"', "70000", "2.5"] * 20000)
            self.table("large_documents", [("o", "JSON", lambda: of_text("{" + members + "}")),
                                           ("a", "JSON", lambda: of_text("[" + elements + "]"))], 2)

    def partial_documents(self) -> None:
        self.run("SET SESSION binlog_row_value_options='PARTIAL_JSON'")
        self.run("CREATE TABLE partial_documents (id INT PRIMARY KEY, a JSON, n INT, b JSON)")
        pad = "y" * 40
        for row in range(6):
            self.run(f"""INSERT INTO partial_documents VALUES ({row}, '{{"a": 1, "b": ["{pad}", 2, {{"c d": "{pad}", "é": 5}}],
                         "name": "{pad}"}}', 0, '["{pad}", "{pad}", [1, 2, 3]]')""")
        for row in self.run("SELECT * FROM partial_documents ORDER BY id"):
            self.line("partial_documents", row)
        for change in partial_updates * 3:
            row = random_.randrange(6)
            self.run(f"UPDATE partial_documents SET {change} WHERE id={row}")
            if self.cursor.rowcount:
                self.line("after", self.run(f"SELECT * FROM partial_documents WHERE id={row}")[0])
        self.run("SET SESSION binlog_row_value_options=''")

    def compressed(self) -> None:
        columns = [(f"v{n}", f"VARCHAR({n}) COMPRESSED CHARACTER SET latin1", n) for n in (10, 253, 254, 255, 256)]
        columns += [("vb", "VARBINARY(300) COMPRESSED", 300), ("bt", "TINYBLOB COMPRESSED", 250), ("bb", "BLOB COMPRESSED", 200),
                    ("bm", "MEDIUMBLOB COMPRESSED", 200), ("bl", "LONGBLOB COMPRESSED", 200), ("tx", "TEXT COMPRESSED", 200)]
        for wrap, threshold in ((0, 100), (1, 0)):
            self.run(f"SET SESSION column_compression_zlib_wrap={wrap}, column_compression_threshold={threshold}")
            self.table(f"compressed{wrap}", [(c, kind, lambda n=n: of_bytes(compressible(n))) for c, kind, n in columns], 12)

    def addresses(self) -> None:
        uuids = ["00000000-0000-0000-0000-000000000000", "123e4567-e89b-12d3-a456-426655440000"]
        self.table("addresses", [
            ("i4", "INET4", quoted(lambda: pick(["0.0.0.0", "192.168.1.0", "255.255.255.255"]))),
            ("i6", "INET6", quoted(lambda: pick(["::", "::1", "2001:db8::ff00:42:8329", "ffff::"]))),
            ("u", "UUID", quoted(lambda: pick(uuids)))], 8, [f"CAST({c} AS BINARY)" for c in ("i4", "i6", "u")])

    def vectors_of_mariadb(self) -> None:
        """Always of the column's length; their type is not in the log, so they are bytes."""
        def vector() -> str:
            floats = [pick(["0", "-0.0", "1e30", "3.40282e38", repr(round(random_.uniform(-999, 999), 3))]) for _ in range(5)]
            return f"VEC_FromText('[{','.join(floats)}]')"
        self.table("vectors", [("v", "VECTOR(5)", vector)], 8)

    def make(self, out: str) -> None:
        self.run("SET SESSION time_zone='+00:00', character_set_results=NULL, sql_mode='ALLOW_INVALID_DATES'")
        if self.mariadb:
            self.run("SET SESSION binlog_annotate_row_events=OFF")
        self.run("DROP DATABASE IF EXISTS penstock_values")
        self.run("CREATE DATABASE penstock_values CHARACTER SET utf8mb4")
        self.run("USE penstock_values")
        self.run("FLUSH LOGS")
        self.numbers()
        self.temporal()
        self.bits()
        self.texts()
        self.geometries()
        if self.mariadb:
            self.compressed()
            self.addresses()
            if self.new_mariadb:
                self.vectors_of_mariadb()
        else:
            self.vectors()
            self.documents()
            self.partial_documents()
        name = self.run("SHOW MASTER STATUS" if self.mariadb else "SHOW BINARY LOG STATUS")[0][0].decode()
        folder = self.run("SELECT @@log_bin_basename")[0][0].decode().rpartition("/")[0]
        self.run("FLUSH LOGS")
        shutil.copyfile(f"{folder}/{name}", out + ".binlog")
        with open(out + ".tsv", "w", encoding="ascii") as file:
            file.write("\n".join(self.lines) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    random_.seed(int(sys.argv[2]))
    Maker(sys.argv[1], int(sys.argv[3])).make(sys.argv[4])
