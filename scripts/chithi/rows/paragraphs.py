"""The paragraphs of articles that somebody holds, with the statements in them."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import chain

import msgspec

from chithi.corpus import Corpus, CorpusError
from chithi.records.hydration import Hydrated, Hydration, Located
from chithi.records.layout import ANCHORS
from chithi.records.pointers import Pointer
from chithi.records.records import Addressee, Citation, Mention, Report, Request, Role, Statement
from chithi.text.display import shown

Slice = tuple[int, int, str]  # a span: its offsets in the paragraph, in code points, and its text


class OriginalStatement(msgspec.Struct):
    """A statement in a paragraph of an article: the spans that were placed there, and none of the others.

    speaker_id: the actor who speaks, also where no mention of the speaker stands in the paragraph.
    """

    id: str
    speaker_id: str | None
    speaker: Mention | None
    role: Role | None
    directives: list[Citation]
    requests: list[Request]


class Paragraph(msgspec.Struct):
    """A paragraph of an article as a file has it. `paragraph` is its number there, from 1."""

    id: str
    report: str
    event: str
    language: str
    paragraph: int
    text: str
    statements: list[OriginalStatement]


class Original(msgspec.Struct):
    """An article in paragraphs.

    spans: how many stand in them. Of the others that have a place in the text, over: run over a paragraph's end. apart:
    lie in another paragraph than most spans of their statement. unasked: belong to a request without a place there.
    homeless: statements without a paragraph.
    """

    report: Report
    paragraphs: list[Paragraph]
    spans: int = 0
    over: int = 0
    apart: int = 0
    unasked: int = 0
    homeless: int = 0

    @property
    def left_out(self) -> int:
        """How many spans have a place, and stand in no paragraph all the same."""
        return self.over + self.apart + self.unasked


def originals_of(corpus: Corpus, found: Hydration) -> list[Original]:
    """The articles that were found, in the order of the corpus's reports.

    Raises CorpusError if anchors do not fit the statements.
    """
    reports = [report for report in corpus.records(Report) if report.id in found.articles]
    statements: dict[str, dict[str, Statement]] = {report.id: {} for report in reports}
    for statement in corpus.records(Statement) if reports else ():
        if statement.report in statements:
            statements[statement.report][statement.id] = statement
    try:
        return [in_paragraphs(report, found.articles[report.id], statements[report.id]) for report in reports]
    except LookupError as error:
        path = corpus.folder / ANCHORS
        reason = f"the anchors of {shown(str(error.args[0]))} do not fit the corpus"
        raise CorpusError(path, None, reason) from error


def in_paragraphs(report: Report, article: Hydrated, statements: Mapping[str, Statement]) -> Original:
    """An article in paragraphs. Raises LookupError, with the id, for anchors that fit no statement."""
    paragraphs = [
        Paragraph(f"{report.id}.p{n}", report.id, report.event, report.language, n, article.text[start:end], [])
        for n, (start, end) in enumerate(article.paragraphs, 1)
    ]
    first, behind = article.own or (0, len(paragraphs))
    made = Original(report, paragraphs[first:behind])
    for located in article.statements:
        statement = statements.get(located.id)
        pointers = {pointer for _, pointer, _ in statement.spans()} if statement else set()
        if statement is None or not pointers.issuperset(span.pointer for span in located.spans):
            raise LookupError(located.id)
        slices = by_paragraph(article, located)
        number = home(slices, located)
        placed = sum(span.start is not None for span in located.spans)
        whole = sum(map(len, slices.values()))
        made.over += placed - whole
        if number is None:
            made.homeless += 1
        else:
            record = record_of(statement, slices.get(number, {}))
            here, stands = len(slices.get(number, {})), sum(1 for _ in spans_in(record))
            made.spans += stands
            made.apart += whole - here
            made.unasked += here - stands
            paragraphs[number].statements.append(record)
    return made


def by_paragraph(article: Hydrated, located: Located) -> dict[int, dict[Pointer, Slice]]:
    """The placed spans of a statement that lie in one paragraph, by the paragraph's index."""
    starts = [start for start, _ in article.paragraphs]
    found: dict[int, dict[Pointer, Slice]] = {}
    for span in located.spans:
        if span.start is not None and span.end is not None:
            n = bisect_right(starts, span.start) - 1
            if n >= 0 and span.end <= article.paragraphs[n][1]:
                piece = span.start - starts[n], span.end - starts[n], article.text[span.start : span.end]
                found.setdefault(n, {})[span.pointer] = piece
    return found


def home(slices: Mapping[int, Mapping[Pointer, Slice]], located: Located) -> int | None:
    """The paragraph of a statement: that with most of its spans, the first of several; else where it was located."""
    return max(sorted(slices), key=lambda n: len(slices[n])) if slices else located.paragraph


def record_of(statement: Statement, slices: Mapping[Pointer, Slice]) -> OriginalStatement:
    """A statement with those spans that have a slice. Raises KeyError for none."""
    speaker, role = statement.speaker, statement.role
    return OriginalStatement(
        statement.id,
        speaker.id if speaker else None,
        Mention(*slices["speaker",], speaker.id) if speaker and ("speaker",) in slices else None,
        Role(*slices["role",], role.offices) if role and ("role",) in slices else None,
        [
            Citation(*slices["directives", n], citation.id)
            for n, citation in enumerate(statement.directives)
            if ("directives", n) in slices
        ],
        [
            request_of(request, slices["requests", n], slices.get(("requests", n, "addressee")))
            for n, request in enumerate(statement.requests)
            if ("requests", n) in slices
        ],
    )


def request_of(request: Request, place: Slice, asked: Slice | None) -> Request:
    """A request at its place, with its addressee if that has one."""
    addressee = Addressee(*asked, request.addressee.actors) if asked and request.addressee else None
    return Request(*place, request.act, request.topic, addressee, request.english)


def spans_in(statement: OriginalStatement) -> Iterator[Mention | Role | Citation | Request | Addressee]:
    """All spans of a statement."""
    yield from filter(None, (statement.speaker, statement.role))
    yield from chain(statement.directives, statement.requests)
    yield from (request.addressee for request in statement.requests if request.addressee)
