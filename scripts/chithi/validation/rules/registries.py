"""Level corpus, on registries: the fields of an entry agree with each other."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from chithi.records.layout import primary
from chithi.records.records import Actor, Directive, Entry, Office, Registries, Report
from chithi.text.display import shown
from chithi.text.person_names import tone_on_second_vowel
from chithi.validation.findings import Finding
from chithi.validation.numbering import numbering_of
from chithi.validation.rule import entry_rule

HOST = re.compile("https?://([a-z0-9.-]+)").match  # of the addresses that the schema allows
FURTHER = re.compile("-[2-9]").fullmatch
CLASS_WORDS = re.compile(r"\b(of|and)\b")  # in the English name of a group or a body
EARLIEST = timezone(timedelta(hours=14))  # the time zone in which days begin first


def in_future(entry: Entry, *keys: str) -> Iterator[Finding]:
    """Reports dates that are in the future everywhere, so that the result is the same in all time zones."""
    today = datetime.now(EARLIEST).date().isoformat()
    for key in keys:
        value = getattr(entry, key)
        if value and value > today:
            yield Finding((key,), "a date in the future", "correct the date", shown(value), f"until {today}")


@entry_rule("C519", "actor-kind-mismatch", "actors")
def kind_of_actor(actor: Actor, registries: Registries) -> Iterator[Finding]:
    """An actor's kind does not fit its level or its name.

    A person has no level of his or her own; a body or a group has one. A class of people, such as secretaries or
    ministries, is a group: no person's name has the words "of" or "and", or no capital letter.

    Bad: "kind":"person","level":null,"name_en":"members of the Politburo"
    Good: "kind":"group","level":"central","name_en":"members of the Politburo"
    """
    if (actor.kind == "person") != (actor.level is None):
        message = "a person with a level" if actor.level else f"an actor of the kind {shown(actor.kind)} has no level"
        hint = "set it to null: the level follows from the offices" if actor.level else "give its administrative level"
        yield Finding(("level",), message, hint, shown(actor.level))
    if actor.kind == "person" and (CLASS_WORDS.search(actor.name_en) or actor.name_en.islower()):
        hint = "make it a group or a body, and the role of its statements null"
        yield Finding(("kind",), "a group or a body named as a person", hint, shown(actor.name_en))


@entry_rule("C511", "report-id-mismatch", "reports")
def id_of_report(report: Report, registries: Registries) -> Iterator[Finding]:
    """A report's id is not its event and language.

    Bad: "id":"a.pl","event":"b","language":"pl"
    Good: "id":"b.pl","event":"b","language":"pl"
    """
    base = f"{report.event}.{report.language}"
    if report.id != base and not (report.id.startswith(base) and FURTHER(report.id[len(base) :])):
        hint = "the id is the event, a point, the language, and -2, -3, ... for further reports"
        yield Finding(("id",), "the id does not follow from event and language", hint, shown(report.id), shown(base))


@entry_rule("C512", "publisher-mismatch", "reports", tolerable=True)
def publisher_of_other_host(report: Report, registries: Registries) -> Iterator[Finding]:
    """A report's publisher is not the host of its address.

    Bad: "url":"https://baohagiang.vn/...","publisher":"Ha Giang newspaper"
    Good: "url":"https://baohagiang.vn/...","publisher":"baohagiang.vn"
    """
    address = HOST(report.url or "")
    host = address[1].removeprefix("www.") if address else None
    if report.publisher != host:
        hint = "write the address's host without www, or null where there is no address"
        values = shown(report.publisher), shown(host)
        yield Finding(("publisher",), "the publisher is not the host of the address", hint, *values)


@entry_rule("C513", "impossible-report-date", "reports", tolerable=True)
def impossible_report_date(report: Report, registries: Registries) -> Iterator[Finding]:
    """A report or its event has a date in the future, or the report is older than the event.

    Bad: "published":"2052-03-17"
    Good: "published":"2025-03-17"
    """
    yield from in_future(report, "published", "held")
    held, published = report.held, report.published
    if held and published and held[: len(published)] > published[: len(held)]:
        values = shown(published), f"{held} or later"
        yield Finding(("published",), "the report is older than its event", "correct one of the dates", *values)


@entry_rule("C514", "impossible-issue-date", "directives", tolerable=True)
def impossible_issue_date(directive: Directive, registries: Registries) -> Iterator[Finding]:
    """A document has a date of issue in the future.

    Bad: "issued":"2205-04-14"
    Good: "issued":"2025-04-14"
    """
    yield from in_future(directive, "issued")


@entry_rule("C515", "directive-id-mismatch", "directives", tolerable=True)
def id_of_directive(directive: Directive, registries: Registries) -> Iterator[Finding]:
    """A document's id is not the slug of its number and year.

    The year of issue may be left out where the number has it. Where a corpus has a form of its own for numbers, any
    grouping by hyphens is right, with the year or without it.

    Bad: "id":"45-ct-tw-2020","number":"45-CT/TW","issued":"2025-04-14"
    Good: "id":"45-ct-tw-2025","number":"45-CT/TW","issued":"2025-04-14"
    """
    if directive.number:
        numbers, year = numbering_of(registries.schemas), (directive.issued or "")[:4]
        if not numbers.is_slug(directive.id, directive.number, year):
            values = shown(directive.id), shown(numbers.slug(directive.number, year))
            yield Finding(("id",), "the id is not the slug of number and year", "correct whichever is wrong", *values)


def tones(entry: Entry, registries: Registries, key: str) -> Iterator[Finding]:
    """Reports a Vietnamese name with a tone mark on the second vowel of oa, oe or uy."""
    vietnamese = registries.original_language and primary(registries.original_language) == "vi"
    if vietnamese and (found := tone_on_second_vowel(getattr(entry, key) or "")):
        yield Finding((key,), "a tone mark on the second vowel", "set it on the first one", shown(found))


@entry_rule("C517", "actor-tone-on-second-vowel", "actors", tolerable=True)
def tone_in_actor(actor: Actor, registries: Registries) -> Iterator[Finding]:
    """An actor's Vietnamese name has a tone mark on the second vowel of oa, oe or uy.

    Names are Vietnamese where corpus.json gives vi as the original language.

    Bad: "name_original":"Nguyễn Hoà Bình"
    Good: "name_original":"Nguyễn Hòa Bình"
    """
    yield from tones(actor, registries, "name_original")


@entry_rule("C518", "office-tone-on-second-vowel", "offices", tolerable=True)
def tone_in_office(office: Office, registries: Registries) -> Iterator[Finding]:
    """An office's Vietnamese title has a tone mark on the second vowel of oa, oe or uy.

    Titles are Vietnamese where corpus.json gives vi as the original language.

    Bad: "title_original":"Uỷ viên Bộ Chính trị"
    Good: "title_original":"Ủy viên Bộ Chính trị"
    """
    yield from tones(office, registries, "title_original")
