"""Whether two built datasets are one release in other bytes: `python -m tests.same_release OLD NEW`.

.ci/run asks this of builds with the lowest and with the newest versions of the libraries.
"""

import sys
from pathlib import Path

from chithi.release.equivalence import differences
from chithi.release.files import read

if __name__ == "__main__":
    old, new = map(Path, sys.argv[1:])
    before, after = read(old), read(new)
    assert before.keys() == after.keys()
    names = [name for name in after if before[name] != after[name]]
    found = list(differences(old, new, names, after))
    print(f"{len(names)} of {len(after)} files differ in bytes: {'; '.join(found) or 'they say the same'}")
    sys.exit(bool(found))
