"""The formats of other tools by name, one module each. To add a format, add an object to `FORMATS`."""

from chithi.formats.conll import Conll
from chithi.formats.format import Format, FormatError

__all__ = ["FORMATS", "Format", "FormatError"]

FORMATS: dict[str, Format] = {found.name: found for found in (Conll(),)}
