"""The guidelines of a corpus, which prompts and the baseline of rules read."""

from pathlib import Path

from chithi.records.broken import CorpusError
from chithi.records.files import read_regular

GUIDELINES = "GUIDELINES.md"


def read_guidelines(folder: Path) -> str:
    """The guidelines in the folder of a corpus; empty if it has none. Raises CorpusError if they are not in UTF-8."""
    path = folder / GUIDELINES
    if not path.exists():
        return ""
    data = read_regular(path)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CorpusError(path, line, "not in UTF-8: save it as UTF-8") from error
