"""CONTRIBUTING's table of what comes back from other tools is that of the round trips."""

import pytest

from chithi.views.figures import rendered

from .survival import BLOCK, CONTRIBUTING, table


def test_the_table_of_what_survives_is_fresh() -> None:
    pytest.importorskip("cassis")
    data = CONTRIBUTING.read_bytes()
    assert f"<!-- {BLOCK} -->".encode() in data
    assert rendered(data, {BLOCK: table()}) == data, "run: python -m tests.survival"
