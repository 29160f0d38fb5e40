"""The formats of other tools by name, one module each. To add a format, add an object to `FORMATS`."""

from chithi.formats.brat import Brat
from chithi.formats.conll import Conll
from chithi.formats.csv import Csv
from chithi.formats.format import BinaryFormat, FolderFormat, Format, FormatError, Readable, TextFormat
from chithi.formats.graphml import Graphml
from chithi.formats.inception import Inception
from chithi.formats.label_studio import LabelStudio
from chithi.formats.spacy import Spacy
from chithi.formats.xlsx import Xlsx

__all__ = ["FORMATS", "READABLE", "BinaryFormat", "FolderFormat", "Format", "FormatError", "Readable", "TextFormat"]

OBJECTS = (Brat(), Conll(), Csv(), Graphml(), Inception(), LabelStudio(), Spacy(), Xlsx())
FORMATS: dict[str, Format] = {found.name: found for found in OBJECTS}
READABLE: dict[str, Readable] = {name: found for name, found in FORMATS.items() if isinstance(found, Readable)}
