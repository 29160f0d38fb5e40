"""The error of a corpus that cannot be used."""

from pathlib import Path


class CorpusError(Exception):
    """A corpus cannot be read. The message names the file and its line, and says what to do.

    `line` is 1-based; it is None if the file as a whole cannot be read, or the corpus as a whole is broken.
    A URI, as of a file on a cluster, is whole in the message; `path` has one slash of it where there were two.
    """

    def __init__(self, path: Path | str, line: int | None, reason: str) -> None:
        where = f"{path}:{line}" if line else str(path)
        self.path, self.line, self.what = Path(path), line, f"{where}: {reason}"
        super().__init__(self.told("chithi validate"))

    def told(self, command: str) -> str:
        """The message; `command` validates the corpus."""
        return f"{self.what}; run {command}, which says what is wrong"

    @property
    def unreadable(self) -> bool:
        """Whether the file could not even be opened."""
        return isinstance(self.__cause__, OSError)
