"""Values that do not belong into a record, and some that may."""

import random
from typing import Any

DEEP = {"@deep list@": b"[" * 3000 + b"]" * 3000, "@deep object@": b'{"a":' * 3000 + b"1" + b"}" * 3000}
LARGE = {
    "@huge@": b"9" * 400,
    "@float@": b"1e999",
    "@nan@": b"NaN",
    "@minus@": b"-0",
    "@whole@": b"1.0",
    "@long@": b'"' + b"x" * (1 << 20) + b'"',
    "@marks@": b'"' + b"a" + b"\xcc\x81" * 5000 + b'"',
}
TEXTS = [
    "",
    " ",
    "x",
    "A",
    "null",
    "e\u0301",
    "\u1ea5".encode().decode() + "\u0301",
    "\u202eabc",
    "a\u200bb",
    "\x00",
    "\n",
    "a\x1b[31mb",
    "x\n::error::forged",
    "::error file=x::forged",
    "##[error]forged",
    "</script><script>alert(1)",
    "<!-- /counts -->",
    "<!-- counts -->\n",
    "| a | b |",
    "\ud800",
    "\udfff",
    "\u2028",
    "\ufeff",
    "\ufffe",
    "\U000e0041",
    "\u0663",
    "2025-02-30",
    "9999-12-31",
    "0000-00-00",
    "../../x",
    "/etc/passwd",
    "%s{}",
    "=1+1",
    "\\",
    '"',
    "{{x}}",
    "45-CT/TW",
    "https://[x",
    "http://x/\n",
    "javascript:alert(1)",
    "x" * 3000,
    "\u0301x",
    "\U0001f600" * 9,
]
PLAUSIBLE = [
    " A|B.",
    " \U0001f600",
    ' "so"',
    " <b>x</b>",
    " </script>",
    " ::error::x",
    " `x` *y* _z_",
    " \\n",
    " $&",
    " 1",
    " = 1",
    " {x}",
    " %0A",
    " \u4e2d\u6587",
    " \u0645\u0631\u062d\u0628\u0627",
    " --- x",
    " [x](http://x)",
    ".",
    " <!-- /counts -->",
    " ##[error]",
    " 𝒳",
    " \u3007\u3005",
    " ~~x~~",
    " &amp;",
    " #1",
    " @x",
]
OPEN = (
    "note",
    "place",
    "event_title",
    "title_en",
    "title_original",
    "name_en",
    "name_original",
    "title",
    "description",
    "citation",
    "reason",
    "issuer",
    "publisher",
    "text",
    "translation",
    "labels",
    "number",
)
CHOICES: dict[str, list[Any]] = {
    "act": ["instruct", "request", "suggest"],
    "topic": ["health", "energy", "culture", "defense", "other"],
    "split": ["train", "test"],
    "held": ["2025", "2025-01", "2025-01-01", None, "2024-02-29", "0001-01-01"],
    "published": ["2025", "2025-01", "2025-01-02", None],
    "issued": ["2024", "2024-12-31", None],
    "level": ["central", "provincial", "district", "commune", "several", "other", None],
    "kind": ["person", "body", "group", "directive", "plan"],
    "body": ["party", "government", "other"],
    "paragraph": [None, 1, 7, 100000],
    "translated": [True, False],
    "sha256": [None, "1" * 64],
    "url": [None, "https://x.example/a?b=1&c=[d]", "http://x.example/\u00e9"],
    "name": ["x", "a-b", "con", "name9"],
    "version": ["0.0.0", "99.99.99"],
    "licence": ["MIT", "CC-BY-4.0", "CC0-1.0", "GPL-3.0-or-later"],
    "homepage": [None, "https://x.example/"],
    "original_language": ["vi", "pl", "zh-Hant"],
    "topic_codes": [{}],
    "edges": [{}],
    "passes": [{}],
    "maxLength": [5, 10, 100, 10**6],
    "minLength": [0, 1, 30],
    "minItems": [0, 1, 2],
    "maxItems": [0, 1, 5],
    "pattern": ["^[a-z]", "(", "^(a+)+$", "\\p{L}", "^", "x{1000000}", "(?<=x)y", "\\d"],
    "enum": [["train"], ["instruct", "request"], [None], [], ["x"]],
    "type": ["string", "null", ["string", "null"], "integer", "array", "object", "x"],
    "required": [[], ["id"], ["x"]],
    "$ref": [
        "#",
        "#/$defs/x",
        "definitions.schema.json",
        "https://x.example/y.json",
        "../../x.json",
        "file:///etc/passwd",
    ],
    "format": ["date"],
    "const": [1, "x", None],
}


def hostile(chance: random.Random) -> Any:
    """A value of any type. Some are marks for what json cannot write."""
    some = [None, True, 0, 1, -1, 2**31, 2**63, 2**64, -(2**70), 1.5, [], {}, [None], [[]], {"id": "x"}, ["x", "x"]]
    marks = [*DEEP, *LARGE]
    return chance.choice([chance.choice(some), chance.choice(TEXTS), chance.choice(TEXTS), chance.choice(marks)])


def odd_key(chance: random.Random) -> str:
    """A key that no record has."""
    return str(chance.choice([*TEXTS, "ID", "id ", "start", "speaker", "requests", "__class__"]))


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to all values in a value."""
    found = [at] if at else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += places(inner, (*at, key))
    return found


def gentle_change(record: Any, chance: random.Random) -> str:
    """Changes one value of a record into another that may stand there. Returns what was done."""
    able = [at for at in places(record) if at[-1] in (*OPEN, *CHOICES) or isinstance(value_at(record, at), list | dict)]
    at = chance.choice(able)
    old, new = value_at(record, at), None
    key = at[-1]
    if key in CHOICES:
        new = chance.choice(CHOICES[key])
    elif isinstance(old, str):
        new = old + chance.choice(PLAUSIBLE)
    elif isinstance(old, list) and old and chance.random() < 0.6:
        new = chance.choice([old[1:], old[::-1], [*old, old[0]]])
    elif isinstance(old, list):
        new = []
    elif old is None and key in OPEN:
        new = "So it is." + chance.choice(PLAUSIBLE)
    holder = value_at(record, at[:-1])
    holder[key] = new
    return f"{at} = {str(new)[:60]!r}"


def value_at(record: Any, at: tuple[Any, ...]) -> Any:
    for step in at:
        record = record[step]
    return record
