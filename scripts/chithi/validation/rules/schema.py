"""Level schema: one rule for each way in which a record may fail its JSON Schema."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Any

from chithi.text.display import shown
from chithi.validation.findings import SHOWN, Finding
from chithi.validation.offsets import OFFSETS
from chithi.validation.rule import Rule, rules_of, schema_rule

LONGEST = 200  # characters of a word that may be a slip for another
COMPARED = 10_000  # words among which a slip is looked for: each takes 10 µs, and there may be many slips
UNPLACED = "spans without offsets"
FILL_IN = "run `chithi format`, which fills them in"


@cache
def explainers() -> dict[str, Rule]:
    """The rules by the keywords of JSON Schema whose failure they explain."""
    return {keyword: rule for rule in rules_of("schema") for keyword in rule.keywords}


def explain(errors: Iterator[Any]) -> Iterator[tuple[str, Finding]]:
    """Turns errors of jsonschema into findings, each after its code. Errors of one keyword at one place count once.

    Spans that lack offsets, as in a draft, are one finding together.
    """
    seen = set()
    unplaced = False
    for error in errors:
        place = (tuple(error.absolute_path), error.validator)
        if place not in seen:
            seen.add(place)
            rule = explainers()[error.validator]
            for finding in rule.check(error):
                if finding.message != UNPLACED or not unplaced:
                    yield rule.code, finding
                unplaced |= finding.message == UNPLACED


@lru_cache(1 << 12)
def closest(word: str, words: tuple[str, ...]) -> str | None:
    """The most similar of the words, if one is similar. Among too many words, none is looked for."""
    few = len(word) < LONGEST and len(words) <= COMPARED
    return next(iter(get_close_matches(word, words, 1, 0.75)), None) if few else None


def near(word: str, words: tuple[str, ...]) -> str:
    """`: did you mean X?` if one of the words is similar, else an empty string."""
    close = closest(word, words)
    return "" if close is None else f": did you mean {shown(close)}?"


def unknown_keys(error: Any) -> list[str]:
    """The keys of the object that failed which its schema does not have."""
    return [key for key in error.instance if key not in error.schema["properties"]]


@schema_rule("S301", "missing-key", "required")
def missing_key(error: Any) -> Iterator[Finding]:
    """A key is missing.

    Every record has every field. A field without a value is null or []. Spans without start and end, as in a draft, are
    one finding: `chithi format` fills them in. A key that is there misspelt is not reported as missing, too.

    Bad: {"id":"x","kind":"person","name_en":"X"}
    Good: {"id":"x","kind":"person","level":null,"name_original":null,"name_en":"X","note":null}
    """
    known = tuple(error.schema["properties"])
    misspelt = {closest(key, known) for key in unknown_keys(error)[:SHOWN]}
    missing = [key for key in error.validator_value if key not in error.instance and key not in misspelt]
    if is_span(error.schema) and OFFSETS.intersection(missing):
        missing = [key for key in missing if key not in OFFSETS]
        yield Finding(tuple(error.absolute_path), UNPLACED, FILL_IN)
    for key in missing:
        kind = error.schema["properties"][key].get("description", "")
        hint = f"add it ({kind})" if kind else "add it"
        yield Finding((*error.absolute_path, key), f"the key {shown(key)} is missing", hint)


def is_span(schema: dict[str, Any]) -> bool:
    """Whether a schema is that of a span."""
    return all(key in schema["properties"] for key in OFFSETS)


@schema_rule("S302", "unknown-key", "additionalProperties")
def unknown_key(error: Any) -> Iterator[Finding]:
    """A key is not in the schema.

    Bad: {"id":"x","sex":"f",...}
    Good: the schema's keys alone
    """
    known = tuple(error.schema["properties"])
    for n, key in enumerate(unknown_keys(error)):
        guess = near(key, known) if n < SHOWN else ""  # the others are only counted
        message = f"unknown key {shown(key)}{guess}"
        yield Finding((*error.absolute_path, key), message, f"keys here are: {', '.join(known)}")


@schema_rule("S303", "wrong-type", "type")
def wrong_type(error: Any) -> Iterator[Finding]:
    """A value has the wrong type.

    Numbers in quotes, and "null" in quotes, are strings.

    Bad: "paragraph":"3"
    Good: "paragraph":3
    """
    types = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    values = shown(error.instance), " or ".join(types)
    yield Finding(tuple(error.absolute_path), "wrong type", "write a value of that type", *values)


@schema_rule("S304", "unlisted-value", "enum")
def not_in_list(error: Any) -> Iterator[Finding]:
    """A value is not one of those that the schema lists.

    Bad: "act":"demand"
    Good: "act":"instruct"
    """
    listed = error.validator_value
    guess = near(error.instance, tuple(filter(None, listed))) if isinstance(error.instance, str) else ""
    hint = "choose one by the guidelines" + guess.replace(":", ";", 1)
    values = shown(error.instance), ", ".join(value or "null" for value in listed)
    yield Finding(tuple(error.absolute_path), "not one of the values allowed", hint, *values)


@schema_rule("S305", "wrong-form", "pattern")
def wrong_form(error: Any) -> Iterator[Finding]:
    """A string is not of the form that its field asks for.

    Bad: "id":"Tran Thanh Man"
    Good: "id":"tran-thanh-man"
    """
    hint = error.schema.get("description", "see the field's description in the schema")
    values = shown(error.instance), f"a string like {error.validator_value}"
    yield Finding(tuple(error.absolute_path), "not of the form of this field", hint, *values)


@schema_rule("S306", "impossible-date", "format")
def no_such_date(error: Any) -> Iterator[Finding]:
    """A date does not exist.

    Bad: "issued":"2025-02-31"
    Good: "issued":"2025-02-28", or "2025-02" where the day is not known
    """
    hint = "write the date as the report gives it, or only the year and month"
    yield Finding(tuple(error.absolute_path), "no such date", hint, shown(error.instance), "a day of the calendar")


@schema_rule("S307", "out-of-range", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")
def out_of_range(error: Any) -> Iterator[Finding]:
    """A number or a length is out of range.

    Bad: "start":-1
    Good: "start":0
    """
    limit = f"{error.validator} {error.validator_value}"
    hint = error.schema.get("description", "see the field's description in the schema")
    yield Finding(tuple(error.absolute_path), "out of range", hint, shown(error.instance), limit)


@schema_rule("S308", "repeated-item", "uniqueItems")
def repeated_item(error: Any) -> Iterator[Finding]:
    """A list names a thing twice.

    Bad: "offices":["politburo-member","politburo-member"]
    Good: "offices":["politburo-member"]
    """
    pointer, hint = tuple(error.absolute_path), "keep one of the two"
    yield Finding(pointer, "a list names a thing twice", hint, shown(error.instance))
