"""A value of penstock's JSON lines as mysqlbinlog and mariadb-binlog print it.

This direction, and not theirs into ours, because what mariadb-binlog prints can't be read back: it escapes control
characters and no backslashes. Where the tools print what is stored and penstock what the server's SELECT gives, that is
said here.
"""

import calendar
import re
import time
import zlib

from .tool_output import Printed


class Number(str):
    """A number of a JSON text, digit by digit as it stands there."""


INTEGER_BITS = {"TINYINT": 8, "SHORTINT": 16, "MEDIUMINT": 24, "INT": 32, "LONGINT": 64}
ESCAPES = {39: b"\\'", 92: b"\\\\", 8: b"\\b", 9: b"\\t", 10: b"\\n", 12: b"\\f", 13: b"\\r"}  # of mysqlbinlog
JSON_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quoted_name(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def json_text(value) -> str:
    """As the server writes a document."""
    if value is None:
        return "null"
    if value is True or value is False:
        return str(value).lower()
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, str):
        return '"' + "".join(JSON_ESCAPES.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in value) + '"'
    if isinstance(value, list):
        return "[" + ", ".join(map(json_text, value)) + "]"
    return "{" + ", ".join(f"{json_text(key)}: {json_text(part)}" for key, part in value.items()) + "}"


def stored_bytes(value) -> bytes:
    """Of a text or bytes column."""
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else value.encode()


def stored_geometry(value: dict) -> bytes:
    """INSERT IGNORE makes an empty one of NULL."""
    return int(value["srid"]).to_bytes(4, "little") + bytes.fromhex(value["wkb"]) if value["wkb"] else b""


def quoted(data: bytes, mariadb: bool) -> bytes:
    def character(c: int) -> bytes:
        return (b"" if mariadb else ESCAPES.get(c, b"")) or (b"\\x%02x" % c if c < 32 else bytes([c]))
    return b"'" + b"".join(map(character, data)) + b"'"


def seconds(text: str) -> str:
    """TIMESTAMP: the tools print seconds since 1970, penstock the time in UTC."""
    whole, point, fraction = text.partition(".")
    if whole.startswith("0000"):
        return "0" + point + fraction
    return str(calendar.timegm(time.strptime(whole, "%Y-%m-%d %H:%M:%S"))) + point + fraction


def integer(text: str, bits: int) -> str:
    """The tools don't look at the sign in the metadata: of what may be either they print both."""
    number = int(text)
    if number < 0:
        return f"{number} ({number + (1 << bits)})"
    return text if number < 1 << bits - 1 else f"{number - (1 << bits)} ({number})"


def inflated(stored: bytes) -> bytes:
    """MariaDB's COMPRESSED columns: the tool prints what is stored, penstock what it stands for. Source of the format:
    MariaDB's sql/field_comp.cc."""
    if not stored:
        return b""
    method, bare, length = stored[0] >> 4, stored[0] & 8, stored[0] & 7
    if method == 0:
        return stored[1:]
    return zlib.decompress(stored[1 + length:], -15 if bare else 15)


def stored_as_printed(text: bytes) -> bytes:
    """Of what mariadb-binlog prints; that a backslash stands for itself before anything but xHH is all it tells."""
    return re.sub(rb"\\x([01][0-9a-f])", lambda match: bytes([int(match[1], 16)]), text[1:-1])


def member_number(value, members: list[str], kind: str) -> int:
    """The number of an ENUM's member, from 1; of SET a bit per member. `members` as --print-table-metadata has them."""
    if isinstance(value, Number):
        return int(value)
    data, names = stored_bytes(value), [name.encode("utf-8", "surrogateescape") for name in members]
    if kind == "ENUM":
        return names.index(data) + 1 if data in names else 0
    if not data:
        return 0
    # The comma is one of the column's character set.
    parts = next(parts for parts in (data.split(comma) for comma in (b"\0\0\0,", b"\0,", b",\0", b",")) if set(parts) <= set(names))
    return sum(1 << names.index(name) for name in parts)


def as_printed(value, printed: Printed, column: dict, mariadb: bool, null_document: bool = False) -> bytes:
    """`value` as the tool would print it, given the type that it names for what it did print."""
    if value is None:
        return b"'null'" if null_document else b"NULL"
    kind = re.match(r"[A-Z0-9]+", printed.type)[0]
    if kind in INTEGER_BITS:
        return integer(value, INTEGER_BITS[kind]).encode()
    if kind == "FLOAT":
        return (b"%-20g" % float(value)).rstrip()
    if kind == "DOUBLE":
        return b"%-.20g" % float(value)
    if kind == "DECIMAL":
        return value.encode()
    if kind == "YEAR":
        return str(int(value) or 1900).encode()  # the year 0000 is stored as 0; the tools add 1900 to all
    if kind == "DATE":
        return f"'{value.replace('-', ':')}'".encode()
    if kind in ("TIME", "DATETIME"):
        return f"'{value}'".encode()
    if kind == "TIMESTAMP":
        text = seconds(value)
        # mariadb-binlog prints those of the old format as signed numbers: after 2038 (MariaDB 11.5) they come out negative.
        return (text if printed.type != "TIMESTAMP" or int(text) < 1 << 31 else str(int(text) - (1 << 32))).encode()
    if kind == "BIT":
        return f"b'{int(value):0{int(re.search('[0-9]+', printed.type)[0])}b}'".encode()
    if kind == "ENUM":
        # The error value 0 and a member '' are both '' to the server, too.
        return b"0" if value == "" and printed.text == b"0" else str(member_number(value, column["members"], kind)).encode()
    if kind == "SET":
        number = member_number(value, column["members"], kind)
        return f"b'{''.join(f'{byte:08b}' for byte in number.to_bytes(printed.meta & 255, 'little'))}'".encode()
    if kind == "JSON":
        return quoted((value if isinstance(value, str) and not isinstance(value, Number) else json_text(value)).encode(), mariadb)
    if kind == "VECTOR":
        return ("[" + ",".join(value) + "]").encode()
    if kind == "GEOMETRY":
        return quoted(stored_geometry(value), mariadb)
    return _text_as_printed(value, printed, column, mariadb)


def _text_as_printed(value, printed: Printed, column: dict, mariadb: bool) -> bytes:
    data = stored_bytes(value)
    if "COMPRESSED" in printed.type:
        return printed.text if inflated(stored_as_printed(printed.text)) == data else b"(not what is compressed) " + data
    if printed.type.startswith("STRING(") and column.get("binary"):
        # BINARY(n) is stored without the zeros at its end; penstock and SELECT have them.
        wanted = int(printed.type[7:-1])
        if len(data) != wanted:
            return b"(of %d bytes instead of %d) " % (len(data), wanted) + data
        data = data.rstrip(b"\0")
    return quoted(data, mariadb)
