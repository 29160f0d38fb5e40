"""ChiThi: a corpus of press reports on Vietnamese party and government working sessions, and the tools that keep it true."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from datasets import DatasetDict

__version__ = "0.1.0"
__all__ = ["__version__", "load"]


def load(config: str = "statements", corpus: "Path | str | None" = None) -> "DatasetDict":
    """The corpus that ships with the package, or another one, as `datasets` has it; needs no network.

    `config` is statements, requests, tokens, reports, speakers, offices or directives; the first three have the splits train and
    test, the registries the one split registry. Raises ValueError for another config, OSError where `corpus` is no corpus.
    """
    from pathlib import Path

    from datasets import Dataset, DatasetDict, DatasetInfo

    from chithi.corpus import read
    from chithi.records.layout import shipped
    from chithi.rows import configs

    tables = configs.config(read(Path(corpus) if corpus else shipped("corpus")), config)
    return DatasetDict({split: Dataset(rows, DatasetInfo(features=configs.features(rows))) for split, rows in tables.items()})
