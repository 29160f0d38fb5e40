"""Codes that are no rules: what `chithi format` cannot mend, and what is left out of an output."""

from chithi.validation.findings import FURTHER
from chithi.validation.rule import notice


@notice("F001", "unplaced-span")
def unplaced_span() -> None:
    """`chithi format` cannot tell where a span stands.

    The span has no offsets, or its text is not what stands at them. Its text stands in the statement's text several
    times, and the finding shows each place; or it stands nowhere, and the finding shows the passage that is most like
    it. The file is left as it is.

    Bad: "text":"Rada i Rada","speaker":{"text":"Rada",...}
    Good: "text":"Rada i Rada","speaker":{"start":7,"text":"Rada",...}
    """


@notice("F002", "lost-record")
def lost_record() -> None:
    """`chithi format` would lose what a line holds.

    After formatting, the records are read from the file once more by another parser and looked up in what would be
    written. Where one is missing, or has another value, the file is left as it is. This points to a bug: report it.

    Bad: a value of the old file that the new one lacks
    Good: the same values in both
    """


@notice(FURTHER, "further-findings")
def further_findings() -> None:
    """A line has more findings than are shown.

    At most 20 findings are shown for a line, and the others are counted.

    Bad: a list of 4,000 numbers where objects belong
    Good: a line without findings
    """
