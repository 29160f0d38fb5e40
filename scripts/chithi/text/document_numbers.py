"""Document numbers, such as 45-CT/TW and 140/2017/NĐ-CP: reading and comparing them, and their canonical form."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from chithi.text.evened import evened
from chithi.text.references.forms import languages

# Cyrillic and Greek letters that look like the Latin letters of document signs.
LOOKALIKES = str.maketrans("АВСЕНКМОРТХУІЅЈԚԜΑΒΕΗΙΚΜΝΟΡΤΥΧΖ", "ABCEHKMOPTXYISJQWABEHIKMNOPTYXZ")
TRANSLITERATED = {"КЛ": "KL", "НК": "NQ", "НКУ": "NQ", "КД": "QD", "НД": "ND"}  # by sound, in Cyrillic
# Sign -> kind of document. Signs are written with D for Đ.
SIGNS = {
    "CT": "directive",
    "NQ": "resolution",
    "NQLT": "resolution",
    "KL": "conclusion",
    "QD": "decision",
    "QDNS": "decision",
    "QYD": "regulation",
    "QC": "regulation",
    "ND": "decree",
    "KH": "plan",
    "HD": "guidance",
    "TB": "notice",
    "TBKL": "notice",
    "CV": "dispatch",
    "CD": "dispatch",
    "BC": "report",
    "DA": "project",
    "CTR": "programme",
    "CTRHD": "programme",
    "TT": "other",
    "TTR": "other",
    "PL": "other",
}
PARTY = "TW TU HU QU DU BCD CQTTBCD"  # issuers whose numbers have the form 45-CT/TW, besides ...TW
MINISTRIES = "BCA BCT BGDDT BGTVT BKHCN BKHDT BLDTBXH BNG BNNMT BNNPTNT BNV BQP BTC BTNMT BTP BTTTT BVHTTDL BXD BYT"
DEPARTMENTS = "KGVX KT KTTH NC QHDP VX"  # behind an issuer, in letters such as 1827/UBND-KT
STATE = "TTG CP VPCP VPQH TTKQH UBND HDND UBTVQH QH CTN MTTQ HDBCQG HDBC UBDT TANDTC VKSNDTC TTCP KTNN"
STATE_ISSUER = re.compile(
    rf"(?:UBTV)?QH\d+|HDND\d+|[A-Z]*MTTQVN|{'|'.join(f'{STATE} {MINISTRIES} {DEPARTMENTS}'.split())}"
)
ISSUER = re.compile(rf"{STATE_ISSUER.pattern}|[A-Z]+TW|BCD\d*|DU[A-Z]{{1,6}}|{'|'.join(PARTY.split())}")
STROKES: tuple[str, ...] = (
    "QD",
    "ND",
    "CD",
    "QDNS",
    "DA",
    "BCD",
    "CQTTBCD",
    "DU",
    "DUK",
    "DUCA",
    "HDND",
    "UBDT",
    "HDBC",
    "HDBCQG",
)
STROKES += ("QHDP", "BLDTBXH", "BKHDT", "TLD", "DCTUBTWMTTQVN")
CANONICAL = {name: name.replace("D", "Đ") for name in STROKES} | {
    "HDND": "HĐND",
    "BGDDT": "BGDĐT",
    "TTG": "TTg",
    "QYD": "QyĐ",
    "CTR": "CTr",
    "CTRHD": "CTrHĐ",
    "TTR": "TTr",
}
LETTER = "a-zđ\u00e0-\u024f\u0370-\u052f"  # of an evened text; no scripts without spaces
PART = rf"[{LETTER}][{LETTER}0-9]*+"
# A hyphen, a slash or a point; behind the digits also a space or nothing, as in "40 CT/TW".
JOINT = rf"(?: ?[-/] ?|\.|(?<=\d) ?(?={PART}[-/]))"
FULL = rf"\d{{1,5}}+(?:(?: ?[-/] ?|\.)(?:19|20)\d\d(?!\d))?(?:{JOINT}{PART}){{1,7}}+(?![0-9{LETTER}])"
SHORT = r"\d{1,5}+(?:/(?:19|20)\d\d)?(?!\d)"
NUMBER = re.compile(rf"{FULL}|{SHORT}")
FULL_NUMBER = re.compile(rf"(?<![0-9{LETTER}])(?<!\d[-/.,]){FULL}")
PIECE = re.compile(rf"\d+|{PART}")
ALONE = re.compile(r"(?<![\d/])\d{1,5}(?:/(?:19|20)\d\d(?!\d)|$)")  # a short number without a number word


class Number(NamedTuple):
    """A number as a text prints it: where it ends, and its pieces, folded; `printed` has them as they stand."""

    end: int
    pieces: tuple[str, ...]
    printed: tuple[str, ...]

    @property
    def signed(self) -> bool:
        """Whether it has more than digits."""
        return not self.pieces[-1].isdigit()


@lru_cache(1 << 14)  # the same few signs stand in all numbers
def folded(number: str) -> str:
    """A number as its letters and digits, so that spellings of one number agree: Đ as D, Latin digits, no separators.

    >>> folded("204-QĐ/TW") == folded("204.QD-TW") == folded("٢٠٤-QD/TW")
    True
    """
    upper = evened(number).upper().replace("Đ", "D")
    text = TRANSLITERATED.get(upper, upper).translate(LOOKALIKES)
    return "".join(c for c in text if c.isalnum())


def parts(number: str) -> list[str]:
    """The parts of a number, folded.

    >>> parts("140/2017/NĐ-CP")
    ['140', '2017', 'ND', 'CP']
    """
    return [folded(part) for part in re.split(r"[/.\s-]+", number)]


@lru_cache(1 << 12)
def is_known(piece: str) -> bool:
    """Whether a folded piece is a sign or an issuer."""
    return piece in SIGNS or ISSUER.fullmatch(piece) is not None


def read(text: str, even: str, at: int, sure: bool = True) -> Number | None:
    """The number that begins at an offset; `even` is the text, evened. None if there is none.

    Pieces count as far as they are signs or issuers. If it is `sure` that there is a number, capitals joined to it
    count, too, the word that a slash joins to a sign, and digits alone; else two pieces are needed, or one behind a
    year, and capitals count behind a body of the state.
    """
    found = NUMBER.match(even, at)
    if not found:
        return None
    pieces = [*PIECE.finditer(even, at, found.end())]
    kept = [piece for piece in pieces[:2] if piece[0].isdigit()]
    years = len(kept) - 1
    for before, piece in pairwise(pieces[years:]):
        printed, joint = text[piece.start() : piece.end()], even[before.end() : piece.start()]
        leads = sure or STATE_ISSUER.fullmatch(folded(before[0]))  # to a department, as in 393/HĐND-VP
        is_name = printed.isupper() or (joint == "/" and folded(before[0]) in SIGNS)
        if not is_known(folded(printed)) and not (leads and is_name and joint and " " not in joint):
            break
        kept.append(piece)
    signs = len(kept) - 1 - years
    if not sure and (not signs or signs + years <= 1):
        return None
    printed_pieces = tuple(text[piece.start() : piece.end()] for piece in kept)
    names = [*map(folded, printed_pieces[1:])]
    if names[1:] and names[-1] == "TB":  # no issuer, but TW by sound in Cyrillic
        names[-1] = "TW"
    return Number(kept[-1].end(), (str(int(kept[0][0])), *names), printed_pieces)


def canonical(number: Number) -> str:
    """The canonical form of a number; that of digits alone is the digits.

    >>> [canonical(n) for n in map(printed, ["35.ct/TW", "17-CT-TTG", "140/2017/ND-CP", "202/2025-QH15", "57"]) if n]
    ['35-CT/TW', '17/CT-TTg', '140/2017/NĐ-CP', '202/2025/QH15', '57']
    """
    digits = evened(number.printed[0])
    years = [piece for piece in number.pieces[1:2] if piece.isdigit()]
    names = number.pieces[1 + len(years) :]
    signs = [canonical_piece(*both) for both in zip(names, number.printed[1 + len(years) :], strict=True)]
    if not signs:
        return "/".join([digits, *years])
    digits = digits.zfill(2)
    if not years and not is_of_state(names):
        return f"{digits}-{signs[0]}" + "".join(f"/{sign}" for sign in signs[1:])
    return "/".join([digits, *years, "-".join(signs)])


def canonical_piece(piece: str, as_printed: str) -> str:
    """A sign or an issuer with its Đ."""
    if piece.startswith("DU"):  # a Party committee, đảng ủy
        return "Đ" + piece[1:]
    return CANONICAL.get(piece) or (piece if "D" not in piece else evened(as_printed).upper().translate(LOOKALIKES))


def is_of_state(pieces: Sequence[str]) -> bool:
    """Whether one of the pieces of a number is a body of the state."""
    return any(STATE_ISSUER.fullmatch(piece) for piece in pieces)


@cache
def lead() -> re.Pattern[str]:
    """What tells that a short number follows, in any language: a number word before it or behind it."""
    found = dict.fromkeys(lead for forms in languages().values() for lead in forms.leads())
    return re.compile(rf"(?<![{LETTER}])(?:{'|'.join(sorted(found, key=len, reverse=True))}) ?(?=\d)")


@lru_cache(1 << 14)
def printed(surface: str) -> Number | None:
    """The document number in a citation; its digits alone if it is short, None if there is none.

    >>> [canonical(n) for n in map(printed, ["Directive 45-CT/TW", "Decree no. 140"]) if n], printed("the resolution")
    (['45-CT/TW', '140'], None)
    """
    even = evened(surface)
    full = [read(surface, even, m.start()) for m in FULL_NUMBER.finditer(even)]
    if signed := next((number for number in full if number and number.signed), None):
        return signed
    before, alone = lead().search(even), ALONE.search(even)
    at = before.end() if before else alone.start() if alone else None
    return None if at is None else read(surface, even, at)


@lru_cache(1 << 14)  # many statements cite the same few numbers
def agree(surface: str, number: str | None) -> bool:
    """False if the citation prints a number other than the given one. A short number agrees with those that it begins.

    >>> agree("Decree 140", "140/2017/NĐ-CP"), agree("Directive 35-CT/TW", "45-CT/TW")
    (True, False)
    >>> agree("the resolution", "45-CT/TW")
    True
    """
    found = printed(surface)
    if found is None or number is None:
        return True
    return pieces_of(number)[: len(found.pieces)] == found.pieces


@lru_cache(1 << 14)
def pieces_of(number: str) -> tuple[str, ...]:
    """The pieces of a number in its canonical form, folded; the first without leading zeros."""
    first, *others = parts(number)
    return (str(int(first)) if first.isdigit() else first, *others)


def slug(number: str, year: str) -> str:
    """The slug of a number, with the year of issue unless the number has it.

    >>> slug("45-CT/TW", "2025"), slug("140/2017/NĐ-CP", "2017")
    ('45-ct-tw-2025', '140-2017-nd-cp')
    """
    found = [part for part in (folded(part).lower() for part in re.split("[/-]", number)) if part]
    return "-".join(found if not year or year in found else [*found, year])


def is_slug(name: str, number: str, year: str) -> bool:
    """Whether an id is the slug of a number and the year of issue."""
    return name == slug(number, year)
