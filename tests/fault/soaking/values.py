"""Column types, each with a maker of values that reach its edges.

A maker takes a random.Random and returns what pymysql sends as a parameter; an Expression goes as it stands.
"""

import json
import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Expression:
    sql: str

WORDS = ["Cafe", "CAFE", "café", "Straße", "strasse", "Ångström", "angstrom", "zoë", "Zoe", "naïve", "i", "I", "ı",
         "a", "A", "ä", "", " ", "a ", "0", "'quoted'", "back\\slash", "100%", "tab\there", "nul\0l", "李", "é"]
LATIN_WORDS = ["Cafe", "CAFE", "café", "Straße", "strasse", "zoë", "Zoe", "naïve", "a", "A", "ä", "", "a ", "'q'"]


def word(chance: random.Random) -> str:
    text = chance.choice(WORDS)
    return text if chance.random() < 0.3 else f"{text}{chance.randrange(400)}"


def latin_word(chance: random.Random) -> str:
    return f"{chance.choice(LATIN_WORDS)}{chance.randrange(400)}"


def integer(bits: int, signed: bool = True):
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)

    def make(chance: random.Random) -> int:
        return chance.choice([low, high, 0, chance.randint(low, high)]) if chance.random() < 0.3 else chance.randrange(99)
    return make


def decimal(digits: int, scale: int):
    def make(chance: random.Random) -> str:
        length = chance.choice([1, digits - scale]) if digits > scale else 0
        whole = "".join(chance.choice("0123456789") for _ in range(length)) or "0"
        rest = "".join(chance.choice("0123456789") for _ in range(scale))
        return chance.choice(["", "-"]) + whole + (f".{rest}" if rest else "")
    return make


def moment(scale: int):
    def make(chance: random.Random) -> str:
        text = (f"{chance.choice([1971, 1999, 2024, 2026, 2037])}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02} "
                f"{chance.randrange(24):02}:{chance.randrange(60):02}:{chance.randrange(60):02}")
        return text + (f".{chance.randrange(10 ** scale):0{scale}}" if scale else "")
    return make


def time_of_day(chance: random.Random) -> str:
    return f"{chance.choice(['', '-'])}{chance.randrange(838):02}:{chance.randrange(60):02}:{chance.randrange(60):02}.5"


def document(chance: random.Random, depth: int = 0):
    kind = chance.randrange(9 if depth < 3 else 7)
    if kind == 7:
        return {word(chance): document(chance, depth + 1) for _ in range(chance.randrange(4))}
    if kind == 8:
        return [document(chance, depth + 1) for _ in range(chance.randrange(5))]
    return [None, True, chance.random() * 1e9, chance.randrange(-2**63, 2**63), word(chance), 1.5, ""][kind]


def typed_document(chance: random.Random, depth: int = 0) -> str:
    """A document with values whose types JSON text can't tell."""
    parts = [f"CAST('{moment(0)(chance)[:10]}' AS DATE)", f"CAST('{moment(6)(chance)}' AS DATETIME(6))",
             f"CAST('{time_of_day(chance)}' AS TIME(1))", f"CAST({chance.randrange(2**64)} AS UNSIGNED)",
             f"CAST({chance.randrange(99)} AS UNSIGNED)", f"CAST({chance.randrange(2**62)} AS SIGNED)",
             f"CAST('{decimal(30, 10)(chance)}' AS DECIMAL(30,10))", f"X'{chance.randbytes(chance.randrange(90)).hex()}'",
             "NULL", "TRUE", f"{chance.random()}e0", "'text'"]
    if depth < 3:
        parts += [typed_document(chance, depth + 1) for _ in range(2)]
    chosen = chance.sample(parts, chance.randrange(5))
    if chance.random() < 0.5:
        return "JSON_ARRAY(" + ", ".join(chosen) + ")"
    return "JSON_OBJECT(" + ", ".join(f"'k{chance.randrange(40)}', {part}" for part in chosen) + ")"


def any_document(chance: random.Random):
    return Expression(typed_document(chance)) if chance.random() < 0.4 else json.dumps(document(chance))


def blob(most: int):
    return lambda chance: chance.randbytes(chance.choice([0, 1, chance.randrange(most), most]))


# (definition, maker of values); order is part of what a seed means
TYPES = [
    ("TINYINT", integer(8)), ("SMALLINT UNSIGNED", integer(16, False)), ("MEDIUMINT", integer(24)),
    ("INT", integer(32)), ("BIGINT UNSIGNED", integer(64, False)), ("BIGINT", integer(64)),
    ("DECIMAL(10,2)", decimal(10, 2)), ("DECIMAL(65,30)", decimal(65, 30)), ("DECIMAL(5,5)", decimal(5, 5)),
    ("FLOAT", lambda chance: chance.choice([0, 1.5, -3e30, chance.randrange(10**6) / 64])),
    ("DOUBLE", lambda chance: chance.choice([0, -0.0, 1e-300, 1.7e308, chance.random()])),
    ("BIT(1)", lambda chance: chance.randrange(2)), ("BIT(13)", lambda chance: chance.randrange(1 << 13)),
    ("BIT(64)", lambda chance: chance.getrandbits(64)),
    ("CHAR(20)", word), ("VARCHAR(60)", word), ("VARCHAR(60) CHARACTER SET latin1", latin_word),
    ("VARCHAR(300) COLLATE utf8mb4_bin", lambda chance: word(chance) * chance.randrange(10)),
    ("TEXT", lambda chance: word(chance) * chance.randrange(200)),
    ("MEDIUMTEXT COLLATE utf8mb4_general_ci", lambda chance: word(chance) * chance.randrange(900)),
    ("BINARY(6)", lambda chance: chance.randbytes(chance.randrange(7))), ("VARBINARY(300)", blob(300)),
    ("TINYBLOB", blob(255)), ("BLOB", blob(3000)), ("MEDIUMBLOB", blob(20000)),
    ("ENUM('one','Zwei','drei','ß','')", lambda chance: chance.choice(["one", "Zwei", "drei", "ß", ""])),
    ("SET('a','b','c','ü')", lambda chance: ",".join(x for x in "abcü" if chance.random() < 0.5)),
    ("DATE", lambda chance: moment(0)(chance)[:10]), ("TIME(2)", time_of_day), ("YEAR", lambda chance: 1950 + chance.randrange(150)),
    ("DATETIME", moment(0)), ("DATETIME(6)", moment(6)), ("TIMESTAMP", moment(0)), ("TIMESTAMP(3)", moment(3)),
    ("JSON", any_document),
]


def payload(chance: random.Random):
    """A random type for a column that is in no key."""
    return chance.choice(TYPES)
