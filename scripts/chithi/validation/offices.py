"""Which offices a report's statements name for each of its speakers, and in which statements."""

from collections.abc import Iterator

import msgspec
import numpy as np
from msgspec import field

from chithi.text.code_points import Array
from chithi.text.duplicates import digests, joined
from chithi.validation.columns import Columns


class OfficesTold(msgspec.Struct):
    """The offices that statements tell of their speakers. Each list holds one array for each `add`.

    statements: int64, one row for each office told and one for each statement with a speaker, in their order.
    speakers, offices: uint64, of each row the digest of report and speaker, and that of the office, 0 if there is none.
    """

    statements: list[Array] = field(default_factory=list)
    speakers: list[Array] = field(default_factory=list)
    offices: list[Array] = field(default_factory=list)

    def add(self, columns: Columns) -> None:
        """Adds the statements of one block, numbered from 0."""
        owners = np.array(columns.speakers.owners, np.int64)
        speakers = digests([f"{columns.report_ids[n]} {speaker.id}" for n, speaker in columns.speakers.pairs()])
        roles = dict(columns.roles.pairs())
        told = [(row, office) for row, n in enumerate(owners.tolist()) if n in roles for office in roles[n].offices]
        rows = np.array([row for row, _ in told], np.int64)
        every = np.concatenate([np.arange(len(owners)), rows])
        names = np.concatenate([np.zeros(len(owners), np.uint64), digests([office for _, office in told])])
        order = np.argsort(every, kind="stable")
        self.statements.append(owners[every][order])
        self.speakers.append(speakers[every][order])
        self.offices.append(names[order])

    def merge(self, other: "OfficesTold", statements: int) -> None:
        """Appends what other statements tell; `statements` is the number of those before them."""
        self.statements += [numbers + statements for numbers in other.statements]
        self.speakers += other.speakers
        self.offices += other.offices

    def told_late(self) -> Iterator[tuple[int, int]]:
        """Statements that tell an office which the speaker's first statement in the report does not have.

        Each is given once, after that first statement.
        """
        statements, speakers = joined(self.statements, np.int64), joined(self.speakers, np.uint64)
        offices = joined(self.offices, np.uint64)
        _, first, groups = np.unique(speakers, return_index=True, return_inverse=True)
        firsts = statements[first][groups]
        pairs = speakers * np.uint64(0x9E3779B97F4A7C15) ^ offices  # an office of one speaker in one report
        late = (offices != 0) & (statements != firsts) & ~np.isin(pairs, pairs[statements == firsts])
        yield from dict.fromkeys(zip(firsts[late].tolist(), statements[late].tolist(), strict=True))
