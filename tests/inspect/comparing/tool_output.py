"""What mysqlbinlog -vv and mariadb-binlog -vv print, taken apart: events, tables and rows, in their order."""

import re
from dataclasses import dataclass, field

OPTIONS = ["-vv", "--base64-output=DECODE-ROWS", "--print-table-metadata"]

HEADER = re.compile(rb"#(\d{6} [ \d]\d:\d\d:\d\d) server id (\d+)  end_log_pos (\d+)(?: CRC32 0x([0-9a-f]{8}))? *(?:\t(.*))?$", re.S)
AT = re.compile(rb"# at (\d+)$")
ROW = re.compile(rb"### (INSERT INTO|UPDATE|DELETE FROM) (`.*`)$")
VALUE = re.compile(rb"###   @(\d+)=(.*)$", re.S)
COMMENT = re.compile(rb"(.*) /\* ([\w(), /]+) meta=(\d+) nullable=(\d) is_null=(\d) \*/$", re.S)
COLUMN = re.compile(r"(?:`(?P<name>.*?)` )?(?P<type>[A-Z_]+)(?P<rest>.*)", re.S)
AFTER_UNKNOWN = re.compile(r"(INVALID_TYPE\(\d+\)(?: NOT NULL)?)(?=`|[A-Z])")  # the comma is missing there
MEMBER = re.compile(r"'((?:[^'\\]|\\.)*)'", re.S)
KEPT_WHOLE = "!! "  # how mysqlbinlog begins to say that it does not know a type
CONTINUED = b"###      "


@dataclass
class Event:
    """One event as the tool heads it; `body` is what it prints until the next event, without the rows."""
    at: int | None  # not known inside a compressed transaction
    time: str
    server_id: int
    end: int
    text: str
    in_payload: bool
    body: list[bytes] = field(default_factory=list)
    columns: list[dict] = field(default_factory=list)


@dataclass
class Printed:
    """A column's value as the tool prints it, with the type that it names in a comment."""
    text: bytes
    type: str
    meta: int


@dataclass
class Row:
    operation: str  # INSERT INTO, UPDATE, DELETE FROM
    table: str
    before: dict[int, Printed] = field(default_factory=dict)  # by column, from 1
    after: dict[int, Printed] = field(default_factory=dict)
    gave_up: str = ""  # what the tool says where it knows no further; nothing more of this event is printed


def column_of(text: str) -> dict:
    """Of --print-table-metadata: `name` ENUM('a','b') CHARSET utf8mb4 NOT NULL."""
    match = COLUMN.match(text)
    if not match:
        return {"name": None, "type": text, "unsigned": False, "members": []}
    members = []
    if match["type"] in ("ENUM", "SET"):
        members = [unescaped(member) for member in MEMBER.findall(match["rest"])]
    name = match["name"] and unescaped(match["name"]).replace("``", "`")
    return {"name": name, "type": match["type"], "unsigned": " UNSIGNED" in match["rest"], "members": members}


def unescaped(text: str) -> str:
    return re.sub(r"\\(x[0-9a-f]{2}|.)", lambda match: {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}.get(
        match[1], chr(int(match[1][1:], 16)) if len(match[1]) > 1 else match[1]), text, flags=re.S)


class Reader:
    """Feeds on the tool's lines; `events` and `rows` are what they say."""

    def __init__(self, output: bytes) -> None:
        self.events: list[Event] = []
        self.rows: list[Row] = []
        self.places: list[int] = []  # each "# at", outside of compressed transactions
        self._in_payload = False
        self._image: dict[int, Printed] | None = None
        self._open: tuple[int, bytes] | None = None  # a value that goes on in the next line
        self._columns: list[str] | None = None
        self._at: int | None = None
        for line in output.split(b"\n"):
            self._line(line)
        self._end_columns()

    def _line(self, line: bytes) -> None:
        if self._columns is not None:
            if line.startswith(b"#         "):
                self._columns.append(line[10:].decode("utf-8", "surrogateescape"))
                return
            self._end_columns()
        if line.startswith(b"###") and not self.events[-1].text.startswith("Query"):
            self._row_line(line)
            return
        at = AT.match(line)
        header = HEADER.match(line)
        if at:
            self._at = int(at[1])
            if not self._in_payload:
                self.places.append(self._at)
        elif header:
            self.events.append(Event(None if self._in_payload else self._at, header[1].decode(), int(header[2]), int(header[3]),
                                     (header[5] or b"").decode("utf-8", "replace"), self._in_payload))
        elif line.startswith(b"# Columns("):
            self._columns = [line[10:].decode("utf-8", "surrogateescape")]
        elif line == b"# Start of compressed events.":
            self._in_payload = True
        elif line == b"# End of compressed events.":
            self._in_payload = False
        elif self.events and line.startswith((b"#Begin_load_query: ", b"#Append_block: ")):
            self.events[-1].text = line[1:].decode()
        elif self.events:
            self.events[-1].body.append(line)

    def _end_columns(self) -> None:
        if self._columns is not None:
            lines = [text[:-1] for text in self._columns]  # without the comma or the closing bracket
            self.events[-1].columns = [column_of(text) for line in lines for text in AFTER_UNKNOWN.sub("\\1\n", line).split("\n")]
            self._columns = None

    def _row_line(self, line: bytes) -> None:
        row, value = ROW.match(line), VALUE.match(line)
        if row:
            self.rows.append(Row(row[1].decode(), row[2].decode("utf-8", "replace")))
        elif line == b"### WHERE":
            self._image = self.rows[-1].before
        elif line == b"### SET":
            self._image = self.rows[-1].after
        elif value:
            self._value(int(value[1]), value[2])
        elif line.startswith(CONTINUED) and self._open:
            column, text = self._open
            self._value(column, text + (b" " if text.endswith(b",") else b"") + line[len(CONTINUED):])
        else:
            self.rows[-1].gave_up = line.decode("utf-8", "replace")

    def _value(self, column: int, text: bytes) -> None:
        self._open = None
        if text.startswith(KEPT_WHOLE.encode()):
            self.rows[-1].gave_up = text.decode("utf-8", "replace")
            return
        comment = COMMENT.match(text)
        if comment:
            self._image[column] = Printed(comment[1].rstrip(b" "), comment[2].decode(), int(comment[3]))
        else:
            self._open = (column, text)
