"""The rules, by level. Importing this package registers all of them."""

from chithi.validation.rule import RULES, Rule, code_of, documented, rules_of
from chithi.validation.rules import (
    anchors,
    articles,
    bytes,  # noqa: A004
    characters,
    corpus,
    imports,
    json,
    metadata,
    notices,
    references,
    registries,
    schema,
    spans,
    suppressions,
    texts,
)

__all__ = ["RULES", "Rule", "code_of", "documented", "rules_of"]
__all__ += ["anchors", "articles", "bytes", "characters", "corpus", "imports", "json", "metadata", "notices"]
__all__ += ["references", "registries", "schema", "spans", "suppressions", "texts"]
