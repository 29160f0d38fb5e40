"""`python -m chithi`."""

from chithi.cli import program

program()
