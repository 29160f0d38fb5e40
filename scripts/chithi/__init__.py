"""Tools for corpora that record who spoke, in which office, citing which document, and asking whom for what.

`import chithi` loads no other module; each name is imported when it is first used.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chithi.corpus import Corpus, CorpusError
    from chithi.evaluation.predictions import ScoreError
    from chithi.evaluation.scoring import score
    from chithi.records.records import (
        Actor,
        Addressee,
        Citation,
        Directive,
        Mention,
        Office,
        Report,
        Request,
        Role,
        Span,
        Statement,
    )
    from chithi.records.references import Reference, parse_directives
    from chithi.rows.loading import load
    from chithi.validation.engine import validate
    from chithi.validation.findings import Problem
    from chithi.validation.rules import RULES

__version__ = "0.2.0"
__all__ = [
    "RULES",
    "Actor",
    "Addressee",
    "Citation",
    "Corpus",
    "CorpusError",
    "Directive",
    "Mention",
    "Office",
    "Problem",
    "Reference",
    "Report",
    "Request",
    "Role",
    "ScoreError",
    "Span",
    "Statement",
    "__version__",
    "load",
    "parse_directives",
    "score",
    "validate",
]

RECORDS = "Actor Addressee Citation Directive Mention Office Report Request Role Span Statement"
MODULES = {
    "Corpus": "chithi.corpus",
    "CorpusError": "chithi.corpus",
    "Problem": "chithi.validation.findings",
    "RULES": "chithi.validation.rules",
    "Reference": "chithi.records.references",
    "ScoreError": "chithi.evaluation.predictions",
    "load": "chithi.rows.loading",
    "parse_directives": "chithi.records.references",
    "score": "chithi.evaluation.scoring",
    "validate": "chithi.validation.engine",
    **dict.fromkeys(RECORDS.split(), "chithi.records.records"),
}

if not TYPE_CHECKING:  # with `__getattr__`, a type checker would accept any name

    def __getattr__(name: str) -> object:
        """Imports a public name from its module."""
        from importlib import import_module

        if name not in MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = found = getattr(import_module(MODULES[name]), name)
        return found


def __dir__() -> list[str]:
    """All names, including the public ones that are not yet imported."""
    return sorted({*globals(), *__all__})
