"""Mutations of a collection of brat."""

import re
from collections.abc import Callable
from pathlib import Path
from random import Random

LETTERS = "abcXYZ019:;/ \t#*"
ACTS = ("instruct", "request", "suggest")
Lines = list[str]


def documents(folder: Path) -> list[Path]:
    """The .ann files with any annotation."""
    return sorted(path for path in folder.rglob("*.ann") if path.stat().st_size)


def edit(folder: Path, rng: Random, change: Callable[[Lines], Lines]) -> None:
    """Changes the lines of a document."""
    path = rng.choice(documents(folder))
    lines = change(path.read_text("utf-8").splitlines())
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def delete_a_line(folder: Path, rng: Random) -> None:
    edit(
        folder,
        rng,
        lambda lines: (
            [line for n, line in enumerate(lines) if n != at] if (at := rng.randrange(len(lines))) >= 0 else []
        ),
    )


def double_a_line(folder: Path, rng: Random) -> None:
    edit(folder, rng, lambda lines: [*lines, rng.choice(lines)])


def double_an_annotation(folder: Path, rng: Random) -> None:
    edit(folder, rng, lambda lines: [*lines, re.sub(r"^(\D+)\d+", r"\g<1>99", rng.choice(lines))])


def replace_a_letter(folder: Path, rng: Random) -> None:
    """In the second column, which says what an annotation is."""

    def change(lines: Lines) -> Lines:
        at = rng.randrange(len(lines))
        name, data, *rest = lines[at].split("\t")
        n = rng.randrange(len(data))
        letter = rng.choice([c for c in LETTERS if c != data[n] and (c, data[n]) not in (("\t", " "), (" ", "\t"))])
        lines[at] = "\t".join([name, data[:n] + letter + data[n + 1 :], *rest])
        return lines

    edit(folder, rng, change)


def cut_a_line(folder: Path, rng: Random) -> None:
    """Within its first two columns; a shorter text of a span is told, a shorter note is a change."""

    def change(lines: Lines) -> Lines:
        at = rng.randrange(len(lines))
        whole = "\t".join(lines[at].split("\t")[:2]).rstrip()
        lines[at] = whole[: rng.randrange(1, len(whole))]
        return lines

    edit(folder, rng, change)


def move_a_span(folder: Path, rng: Random) -> None:
    def change(lines: Lines) -> Lines:
        at = rng.choice([n for n, line in enumerate(lines) if line.startswith("T")])
        by = rng.choice((-2, -1, 1, 2))
        lines[at] = re.sub(r" (\d+) (\d+)\t", lambda m: f" {int(m[1]) + by} {int(m[2]) + by}\t", lines[at])
        return lines

    edit(folder, rng, change)


def change_a_layer(folder: Path, rng: Random) -> None:
    def change(lines: Lines) -> Lines:
        at = rng.choice([n for n, line in enumerate(lines) if line.startswith("T")])
        old = lines[at].split("\t")[1].split()[0]
        new = rng.choice([name for name in ("Speaker", "Role", "Directive", "Addressee", "Request") if name != old])
        lines[at] = lines[at].replace(f"\t{old} ", f"\t{new} ")
        return lines

    edit(folder, rng, change)


def change_an_act_or_a_topic(folder: Path, rng: Random) -> None:
    """To another that is allowed, or to one that is not."""

    def change(lines: Lines) -> Lines:
        found = [n for n, line in enumerate(lines) if line.startswith("A")]
        if not found:
            return delete(lines, rng)
        at = rng.choice(found)
        head, _, old = lines[at].rpartition(" ")
        lines[at] = f"{head} {rng.choice([x for x in (*ACTS, 'energy', 'health', 'order') if x != old])}"
        return lines

    edit(folder, rng, change)


def delete(lines: Lines, rng: Random) -> Lines:
    lines.pop(rng.randrange(len(lines)))
    return lines


def change_an_id(folder: Path, rng: Random) -> None:
    def change(lines: Lines) -> Lines:
        at = rng.choice([n for n, line in enumerate(lines) if line.startswith("N")])
        registry, _, old = lines[at].split("\t")[1].split()[2].partition(":")
        known = {
            "actors": ["ada", "bob", "committee"],
            "offices": ["chair", "clerk"],
            "directives": ["plan-45", "plan-46"],
        }
        new = rng.choice([name for name in (*known[registry], "nobody") if name != old])
        lines[at] = lines[at].replace(f"{registry}:{old}", f"{registry}:{new}")
        return lines

    edit(folder, rng, change)


def delete_a_span(folder: Path, rng: Random) -> None:
    """As brat does it: with whatever leads to it. A request goes with its event, an addressee as an argument."""

    def change(lines: Lines) -> Lines:
        gone = {rng.choice([line.split("\t")[0] for line in lines if line.startswith("T")])}
        gone |= {line.split("\t")[0] for line in lines if line[0] == "E" and line.split(":")[1].split()[0] in gone}
        lines = [re.sub(rf" Addressee:({'|'.join(gone)})$", " ", line) for line in lines]
        return [line for line in lines if not gone & {line.split("\t")[0], *line.split("\t")[1].split()[1:2]}]

    edit(folder, rng, change)


def add_a_request(folder: Path, rng: Random) -> None:
    """Over some words of the text, which may overlap another."""
    path = rng.choice(sorted(folder.glob("*/*.ann")))
    text = path.with_suffix(".txt").read_text("utf-8")
    start, end = sorted(rng.sample([n for n, c in enumerate(text) if c == " "], 2))
    with path.open("a", encoding="utf-8") as stream:
        stream.write(f"T50\tRequest {start + 1} {end}\t{text[start + 1 : end]}\nE50\tRequest:T50 \n")
        stream.write("A50\tAct E50 suggest\nA51\tTopic E50 energy\n")


def add_a_note(folder: Path, rng: Random) -> None:
    edit(folder, rng, lambda lines: [*lines, f"#77\tAnnotatorNotes {rng.choice(lines).split(chr(9))[0]}\twho is this?"])


def add_a_relation(folder: Path, rng: Random) -> None:
    edit(folder, rng, lambda lines: [*lines, rng.choice(["R1\tAsks Arg1:T1 Arg2:T1\t", "*\tEquiv T1 T2"])])


def change_the_text(folder: Path, rng: Random) -> None:
    path = rng.choice(sorted(folder.glob("*/*.txt")))
    text = path.read_text("utf-8")
    at = rng.randrange(len(text))
    path.write_text(text[:at] + rng.choice(["x", "", " y "]) + text[at + 1 :], "utf-8")


def lose_a_file(folder: Path, rng: Random) -> None:
    rng.choice([*sorted(folder.glob("*/*.txt")), *sorted(folder.glob("*/*.ann"))]).unlink()


def lose_a_document(folder: Path, rng: Random) -> None:
    path = rng.choice(documents(folder))
    path.unlink()
    path.with_suffix(".txt").unlink()


def swap_annotations(folder: Path, rng: Random) -> None:
    one, two = rng.sample(documents(folder), 2)
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    if first == second:
        one.unlink()


def rename_a_document(folder: Path, rng: Random) -> None:
    path = rng.choice(documents(folder))
    new = path.with_name(rng.choice(["day.pl.09", "nobody.pl.01", "x"]))
    for ending in (".ann", ".txt"):
        path.with_suffix(ending).rename(f"{new}{ending}")


def reorder_lines(folder: Path, rng: Random) -> None:
    """The ids of one span keep their order, which is that of a record."""

    def change(lines: Lines) -> Lines:
        links = [line for line in lines if line.startswith("N")]
        others = [line for line in lines if not line.startswith("N")]
        rng.shuffle(others)
        return [*others, *links] if rng.random() < 0.5 else [*links, *others]

    edit(folder, rng, change)


def renumber(folder: Path, rng: Random) -> None:
    by = rng.randrange(1, 50)
    edit(folder, rng, lambda lines: [renumbered(line, by) for line in lines])


def renumbered(line: str, by: int) -> str:
    name, data, *rest = line.split("\t")
    more = lambda match: f"{match[1]}{int(match[2]) + by}"  # noqa: E731
    data = re.sub(r"(?<![\w-])([TE])(\d+)(?=[ ]|$)", more, data)
    return "\t".join([re.sub(r"(\D)(\d+)", more, name), data, *rest])


def windows_line_ends(folder: Path, rng: Random) -> None:
    for path in (*folder.rglob("*.ann"), *folder.glob("*/*.txt")):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def spaces_and_marks(folder: Path, rng: Random) -> None:
    """A space behind an event without arguments, as brat writes; an empty line, a byte order mark."""
    edit(folder, rng, lambda lines: [f"\ufeff{lines[0]}", "", *(f"{x} " if x[0] in "EA" else x for x in lines[1:])])


def flip_bytes(folder: Path, rng: Random) -> None:
    path = rng.choice([*documents(folder), *sorted(folder.glob("*/*.txt"))])
    data = bytearray(path.read_bytes())
    for _ in range(rng.randrange(1, 6)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    path.write_bytes(data)


def cut_a_file(folder: Path, rng: Random) -> None:
    path = rng.choice([*documents(folder), *sorted(folder.glob("*/*.txt"))])
    data = path.read_bytes()
    path.write_bytes(data[: rng.randrange(len(data))])


def noise(folder: Path, rng: Random) -> None:
    kinds = [
        "T{} {} {} {}\t{}",
        "E{}\t{}:{} {}:{}",
        "A{}\t{} {} {}",
        "N{}\t{} {} {}:{}",
        "#{}\t{} {}\t{}",
        "{}\t{}",
        "*\t{} {}",
    ]
    words = ["T1", "E1", "1", "-4", "99999999999", "Request", "Speaker", "actors", "", "\x00", "é", "Reference"]
    line = "".join(rng.choice(kinds).format(*(rng.choice(words) for _ in range(6))))
    edit(folder, rng, lambda lines: [*lines, line])


CHANGES = [
    *(delete_a_line, double_a_line, double_an_annotation, replace_a_letter, cut_a_line, move_a_span, change_a_layer),
    *(change_an_act_or_a_topic, change_an_id, add_a_note, add_a_relation, change_the_text, lose_a_file),
    *(delete_a_span, add_a_request, lose_a_document, swap_annotations, rename_a_document),
]
SAME = [reorder_lines, renumber, windows_line_ends, spaces_and_marks]
DAMAGES = [flip_bytes, cut_a_file, noise]
