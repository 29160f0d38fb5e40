"""ChiThi: a corpus of press reports on Vietnamese party and government working sessions, and its tools.

All names are loaded when they are first used, so that `import chithi` costs nothing.

>>> import chithi
>>> chithi.Corpus.read(folder)  # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chithi.corpus import Corpus, CorpusError
    from chithi.rows.loading import load
    from chithi.validation.engine import validate
    from chithi.validation.findings import Problem
    from chithi.validation.rules import RULES

__version__ = "0.1.0"
__all__ = ["RULES", "Corpus", "CorpusError", "Problem", "__version__", "load", "validate"]

HOMES = {
    "Corpus": "chithi.corpus",
    "CorpusError": "chithi.corpus",
    "Problem": "chithi.validation.findings",
    "RULES": "chithi.validation.rules",
    "load": "chithi.rows.loading",
    "validate": "chithi.validation.engine",
}


def __getattr__(name: str) -> object:
    """A public name, from the module that it lives in."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted({*globals(), *__all__})
