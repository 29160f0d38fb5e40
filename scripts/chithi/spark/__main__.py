"""`python -m chithi.spark validate`, which spark-submit runs, too."""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chithi import __version__
from chithi.records.broken import CorpusError
from chithi.text.display import safe
from chithi.validation import reporters
from chithi.validation.findings import Problem

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from chithi.spark.validating import Outcome

RAISED = re.compile(r"^\w*(?:Error|Exception): (.*)", re.MULTILINE)
OK, PROBLEMS, MISUSE, INTERRUPTED = 0, 1, 2, 130  # the exit codes of `chithi`


def main(arguments: Sequence[str] | None = None) -> int:
    """Validates a corpus on Spark. Returns 0 without findings, 1 with some, 2 for wrong arguments or paths."""
    top = argparse.ArgumentParser("python -m chithi.spark", description="Checks corpora on Spark.", allow_abbrev=False)
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    check = commands.add_parser("validate", help="check a corpus, or statements outside of one", allow_abbrev=False)
    check.add_argument("path", metavar="PATH", help="a corpus's folder; with --corpus a file or folder of statements")
    check.add_argument("--corpus", metavar="DIR", help="the corpus that the statements refer to")
    check.add_argument("--out", metavar="DIR", help="write the findings into this folder, which must not exist")
    forms_help = "how to write them (default: parquet), or to print them without --out (default: text)"
    check.add_argument("--format", choices=("text", "json", "parquet"), metavar="FORM", help=forms_help)
    args = top.parse_args(arguments)
    if args.format == ("text" if args.out else "parquet"):
        check.error(f"--format {args.format} does not go {'with' if args.out else 'without'} --out")
    try:
        return run(args)
    except CorpusError as error:
        return fail(str(error))
    except OSError as error:
        return fail(f"{error.filename or 'input or output'}: {error.strerror or error}")
    except KeyboardInterrupt:
        fail("interrupted")
        return INTERRUPTED


def fail(message: str) -> int:
    """Says on stderr why nothing was checked."""
    print(f"chithi: {safe(message)}", file=sys.stderr)
    return MISUSE


def reason(message: str) -> str:
    """What Python has raised in a task, or the first line of what Spark says."""
    raised = RAISED.findall(message) if "Traceback" in message else ()
    return raised[-1] if raised else message.partition("\n")[0]


def run(args: argparse.Namespace) -> int:
    """Validates, and writes or prints the findings."""
    try:
        from py4j.protocol import Py4JJavaError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        return fail("Spark is not installed: pip install 'chithi[spark]'")
    from chithi.spark.files import causes, told, without_password
    from chithi.spark.validating import outcome

    without_password(args.out or "")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else the workers of a local run are another Python
    spark = SparkSession.builder.appName("chithi validate").getOrCreate()
    try:
        return write(spark, outcome(spark, args.path, args.corpus), args)
    except PySparkException as error:
        return fail(reason(str(error).strip()))
    except Py4JJavaError as error:
        chain = causes(error)
        return fail(": ".join(dict.fromkeys(map(told, (chain[0], chain[-1])))))
    finally:
        spark.stop()


def write(spark: "SparkSession", found: "Outcome", args: argparse.Namespace) -> int:
    """Writes or prints findings, and the summary. Returns the exit code."""
    count = found.findings.count()
    if args.out:
        writer = found.findings.write
        writer.json(args.out) if args.format == "json" else writer.parquet(args.out)
        print(reporters.summary_of(count, found.result))
        return PROBLEMS if count else OK
    rows = (row.asDict() for row in found.findings.collect())
    found.result.problems = [Problem(**{key: row[key] for key in Problem.__struct_fields__}) for row in rows]
    found.result.opened = {}
    for line in reporters.REPORTERS[args.format or "text"](found.result, __version__):
        print(line)
    return PROBLEMS if count else OK


if __name__ == "__main__":
    sys.exit(main())
