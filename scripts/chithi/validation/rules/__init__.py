"""The rules, by level. Importing this package registers all of them."""

from chithi.validation.rule import RULES, Rule, rules_of
from chithi.validation.rules import articles, bytes, corpus, json, references, registries, schema, spans, suppressions, texts  # noqa: A004

__all__ = ["RULES", "Rule", "rules_of"]
__all__ += ["articles", "bytes", "corpus", "json", "references", "registries", "schema", "spans", "suppressions", "texts"]
