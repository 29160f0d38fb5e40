"""A clone has the same bytes whatever the settings of git."""

import shutil
import subprocess
from pathlib import Path

import pytest

from .test_input import CHITHI

ATTRIBUTES = Path(__file__).parent.parent / ".gitattributes"


@pytest.mark.skipif(not ATTRIBUTES.exists() or not shutil.which("git"), reason="needs git and the repository")
@pytest.mark.parametrize("setting", ["core.autocrlf=true", "core.eol=crlf"])
def test_a_clone_has_no_problems(setting: str, good: Path, tmp_path: Path) -> None:
    home, clone = good.parent, tmp_path / "clone"
    shutil.copy(ATTRIBUTES, home)
    who = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    for step in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "a"]):
        subprocess.run(["git", *who, *step], cwd=home, check=True)
    subprocess.run(["git", "-c", setting, "clone", "-q", "-c", setting, home, clone], check=True)
    validate = [*CHITHI, "validate", "--corpus", clone / "corpus"]
    found = subprocess.run(validate, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.startswith("no problems in ")
