"""What `penstock binlog cat` prints for people, held against its JSON lines: the rows under each event, value by value."""

import re

from .printed_values import Number, json_text, stored_bytes, stored_geometry

ESCAPES = {"'": "''", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
QUOTED = ("DATE", "TIME", "TIMESTAMP")
OF_A_VECTOR = "\0vector\0"  # stands for bytes that its numbers, which are rounded, do not tell


def quoted(text: str) -> str:
    return "'" + "".join(ESCAPES.get(c) or (f"\\x{ord(c):02X}" if c < " " or c == "\x7f" else c) for c in text) + "'"


def value_text(value, kind: str, null_document: bool) -> str:
    if value is None:
        return "null" if null_document else "NULL"
    if kind == "JSON":
        return json_text(value)
    if isinstance(value, list):
        return OF_A_VECTOR
    if isinstance(value, Number):
        return f"b'{int(value):b}'" if kind == "BIT" else f"{int(value):04}" if kind == "YEAR" else value
    if isinstance(value, dict):
        return "0x" + (stored_geometry(value) if "wkb" in value else stored_bytes(value)).hex()
    if kind.startswith(QUOTED):
        return f"'{value}'"
    return value if kind == "DECIMAL" else quoted(value)


def row_line(event: dict, kinds: dict[str, str], row: dict) -> str:
    def image(of: str) -> str:
        null_documents = row.get("null_documents", {}).get(of, [])
        return "".join(f" {name}={value_text(value, kinds[name], name in null_documents)}" for name, value in row[of].items())

    line = "  " + {"W": "+", "D": "-", "U": " "}[event["type"][0]]
    line += "  -> ".join(image(of) for of in ("before", "after") if of in row)
    for name, changes in row.get("changes", {}).items():
        for change in changes:
            said = {"remove": "removed", "insert": "inserted ", "replace": "replaced "}[change["operation"]]
            line += f" {name}:{quoted(change['path'])} {said}" + (json_text(change["value"]) if "value" in change else "")
    return line


def differences(events: list[dict], lines: list[str]):
    """`lines` of the text, `events` of the JSON, both of the same file; yields what differs as offset and sentence."""
    printed = iter(lines)
    kinds: dict[str, dict[str, str]] = {}
    for event in events:
        head = next(printed, "")
        if not head.startswith(f"{event['file']}:{event['offset']}  ") or f"  {event['type']} " not in head:
            yield event["offset"], f"{event['type']} event: the text has {head[:200]!r}"
            return
        if event["type"] == "Table_map":
            kinds[event["table_id"]] = {column["name"]: column["type"] for column in event["columns"]}
        for number, row in enumerate(event.get("rows", [])):
            have, wanted = next(printed, ""), row_line(event, kinds[event["table_id"]], row)
            same = have == wanted
            if OF_A_VECTOR in wanted:
                same = re.fullmatch(re.escape(wanted).replace(re.escape(OF_A_VECTOR), "0x[0-9a-f]*"), have)
            if not same:
                at = next((i for i, (a, b) in enumerate(zip(have, wanted)) if a != b), min(len(have), len(wanted)))
                about = slice(max(at - 40, 0), at + 80)
                yield event["offset"], f"row {number}: the text has …{have[about]!r}, the JSON means …{wanted[about]!r}"
                return
    for line in printed:
        yield "?", f"the text goes on after the JSON with {line[:200]!r}"
        return
