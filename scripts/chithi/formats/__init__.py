"""The formats of other tools, by name: one module each. A new one is an object in `FORMATS`; nothing else has to know of it."""

from chithi.formats.conll import Conll
from chithi.formats.format import Format, FormatError

__all__ = ["FORMATS", "Format", "FormatError"]

FORMATS: dict[str, Format] = {found.name: found for found in (Conll(),)}
