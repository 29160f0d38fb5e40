"""Licences by their SPDX identifiers: the address of the text, and the Hub's name for it."""

import re

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

CREATIVE_COMMONS = re.compile(r"CC-(BY(?:-NC)?(?:-ND|-SA)?)-(\d\.\d)")
ZERO = "CC0-1.0"
# https://huggingface.co/docs/hub/repositories-licenses, as far as SPDX has the licence under the same name.
ON_THE_HUB = frozenset(
    "afl-3.0 apache-2.0 artistic-2.0 bsd-2-clause bsd-3-clause bsd-3-clause-clear bsl-1.0 cc-by-2.0 cc-by-2.5 "
    "cc-by-3.0 cc-by-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 "
    "cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cc-by-nd-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc0-1.0 cdla-permissive-1.0 "
    "cdla-permissive-2.0 cdla-sharing-1.0 ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 isc lppl-1.3c mit mpl-2.0 "
    "ms-pl ncsa ofl-1.1 osl-3.0 postgresql unlicense wtfpl zlib".split()
)
OTHERWISE_NAMED = {  # SPDX identifier in lower case, without -only and -or-later -> name on the Hub
    "agpl-3.0": "agpl-3.0",
    "c-uda-1.0": "c-uda",
    "gpl-2.0": "gpl-2.0",
    "gpl-3.0": "gpl-3.0",
    "lgpl-2.1": "lgpl-2.1",
    "lgpl-3.0": "lgpl-3.0",
    "lgpllr": "lgpl-lr",
    "odbl-1.0": "odbl",
    "odc-by-1.0": "odc-by",
    "pddl-1.0": "pddl",
}


def licence_address(identifier: str) -> str | None:
    """The address of a licence: its own page for Creative Commons, else that of SPDX; None if SPDX has no such licence.

    >>> licence_address("CC-BY-SA-4.0")
    'https://creativecommons.org/licenses/by-sa/4.0/'
    >>> licence_address("odbl-1.0")
    'https://spdx.org/licenses/ODbL-1.0'
    """
    name = spdx_identifier(identifier)
    if name == ZERO:
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    if name and (match := CREATIVE_COMMONS.fullmatch(name)):
        return f"https://creativecommons.org/licenses/{match[1].lower()}/{match[2]}/"
    return f"https://spdx.org/licenses/{name}" if name else None


def spdx_identifier(identifier: str) -> str | None:
    """An identifier as SPDX writes it; None if it is not on SPDX's list."""
    try:
        name = str(canonicalize_license_expression(identifier))
    except InvalidLicenseExpression:
        return None
    return None if name.startswith("LicenseRef-") else name


def hub_licence(identifier: str) -> str | None:
    """The Hub's name for a licence; None if it has none.

    >>> hub_licence("CC-BY-4.0"), hub_licence("GPL-3.0-or-later"), hub_licence("LicenseRef-Mine")
    ('cc-by-4.0', 'gpl-3.0', None)
    """
    name = identifier.lower()
    return name if name in ON_THE_HUB else OTHERWISE_NAMED.get(re.sub(r"(-only|-or-later|\+)$", "", name))
