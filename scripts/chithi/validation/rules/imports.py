"""Codes of what `chithi import` finds in an export of another tool, before there are records to check."""

from chithi.validation.rule import notice


@notice("I601", "broken-export")
def broken_export() -> None:
    """A file of an export cannot be read, or is of another format.

    Nothing is imported from an export with a finding. JSON-MIN and CSV of Label Studio are not read, because they lack
    relations; of INCEpTION UIMA CAS JSON and XMI are.

    Bad: a file that was cut off
    Good: the file as the tool has written it
    """


@notice("I602", "missing-file")
def missing_file() -> None:
    """One file of a pair is missing.

    A document of brat is a .txt and a .ann; one in XMI needs the TypeSystem.xml that was exported with it.

    Bad: day.pl.01.ann alone
    Good: day.pl.01.ann and day.pl.01.txt
    """


@notice("I603", "unreadable-annotation")
def unreadable_annotation() -> None:
    """An annotation is not of the form in which its tool writes it.

    Bad: T1	Speaker five 8	Ada
    Good: T1	Speaker 5 8	Ada
    """


@notice("I604", "unknown-label")
def unknown_label() -> None:
    """An annotation has a label, an attribute or a registry that an export does not have.

    The configuration that `chithi export` writes offers only labels that exist.

    Bad: T1	Person 5 8	Ada
    Good: T1	Speaker 5 8	Ada
    """


@notice("I605", "changed-text")
def changed_text() -> None:
    """The text of a statement is not that of the corpus.

    Offsets count in the text that was exported. The finding shows the passages where the two first differ.

    Bad: "Ada asked." where the corpus has "Ada asks."
    Good: "Ada asks." in both
    """


@notice("I606", "strange-statement")
def strange_statement() -> None:
    """A statement is not of this corpus or report, or some of its report did not come back.

    Bad: the folder of one report with a document of another
    Good: all statements of a report, and no others
    """


@notice("I607", "annotated-twice")
def annotated_twice() -> None:
    """Something was annotated twice: a statement, or a value that can occur only once.

    Of several annotations of a task the one that is the ground truth is read, of a document of INCEpTION the one that
    was curated.

    Bad: two annotations of one task, by two annotators
    Good: one annotation, or one that is the ground truth
    """


@notice("I608", "misplaced-annotation")
def misplaced_annotation() -> None:
    """The text of an annotation is not what stands at its offsets, or it lies outside of all statements.

    Bad: T1	Speaker 6 9	Ada
    Good: T1	Speaker 5 8	Ada
    """


@notice("I609", "loose-relation")
def loose_relation() -> None:
    """A relation lacks an end, or ties what does not belong together; or an addressee belongs to no request.

    Bad: E1	Request:T5 Addressee:T9 without T9
    Good: E1	Request:T5 Addressee:T4
    """


@notice("I610", "incomplete-annotation")
def incomplete_annotation() -> None:
    """An annotation lacks what every record has: an id, an act, a topic, a label.

    Bad: a request without an act
    Good: a request with an act and a topic
    """


@notice("I611", "unkept-annotation")
def unkept_annotation() -> None:
    """An annotation has what no record can hold.

    These are a second speaker or role, a span in several pieces, a second addressee of a request, notes on anything but
    a request, drafts.

    Bad: T1	Request 5 8;12 20	ask to rest
    Good: T1	Request 5 20	ask me to rest
    """
