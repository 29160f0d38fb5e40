"""Validation and scoring on a cluster, for corpora that are too large for one machine.

It takes `pip install 'chithi[spark]'` and Java 17. The rules and the counts are those of the local run.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chithi.spark.scoring import score
    from chithi.spark.validating import validate

__all__ = ["score", "validate"]
MODULES = {"score": "chithi.spark.scoring", "validate": "chithi.spark.validating"}

if not TYPE_CHECKING:  # with `__getattr__`, a type checker would accept any name

    def __getattr__(name: str) -> object:
        """Imports a name when it is first used, so that the program can say that Spark is not installed."""
        from importlib import import_module

        if name not in MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(MODULES[name]), name)
