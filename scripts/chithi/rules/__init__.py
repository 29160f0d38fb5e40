"""The rules, by level; importing this package registers all of them."""

from chithi.rules import corpus, exceptions, json, raw, references, registry, schema, sources, statement
from chithi.rules.table import LEVELS, RULES, Census, Context, Place, Rule, rules_of

__all__ = ["LEVELS", "RULES", "Census", "Context", "Place", "Rule", "rules_of"]
__all__ += ["corpus", "exceptions", "json", "raw", "references", "registry", "schema", "sources", "statement"]
