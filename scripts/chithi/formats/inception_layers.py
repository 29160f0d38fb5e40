"""The layers of INCEpTION that statements need, and the file from which it imports them."""

import json
from typing import Any, NamedTuple

from chithi.corpus import Corpus
from chithi.records.schemas import enum_of

SEGMENTATION = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type"
SENTENCE, TOKEN = f"{SEGMENTATION}.Sentence", f"{SEGMENTATION}.Token"  # built into INCEpTION
OWN = "webanno.custom.Chithi"
LINK = f"{OWN}AddresseeLink"
CONCEPT, CONCEPTS = "kb:<ANY>", "kb-multi:<ANY>"  # types of features whose values are in a knowledge base


class Feature(NamedTuple):
    """A feature of a layer. Its values are strings unless said otherwise."""

    name: str
    says: str
    concept: bool = False  # whether values are IRIs of the knowledge base
    several: bool = False  # whether there may be several values
    links: bool = False  # whether values are links to addressees
    tags: bool = False  # whether values are those that the corpus's schema allows in this field of requests


class Layer(NamedTuple):
    """A layer of spans."""

    name: str
    label: str
    says: str
    features: tuple[Feature, ...]


SPEAKER = Layer(f"{OWN}Speaker", "Speaker", "Who speaks.", (Feature("actor", "The actor.", concept=True),))
ROLE = Layer(
    f"{OWN}Role",
    "Role",
    "The phrase that names the speaker's offices.",
    (Feature("offices", "The offices, in the order of the phrase.", concept=True, several=True),),
)
DIRECTIVE = Layer(
    f"{OWN}Directive", "Directive", "A cited document.", (Feature("directive", "The document.", concept=True),)
)
ADDRESSEE = Layer(
    f"{OWN}Addressee",
    "Addressee",
    "Whoever is asked.",
    (Feature("actors", "The actors.", concept=True, several=True),),
)
REQUEST = Layer(
    f"{OWN}Request",
    "Request",
    "An action that the speaker asks for.",
    (
        Feature("act", "How the speaker asks.", tags=True),
        Feature("topic", "What the request is about.", tags=True),
        Feature("addressee", "Whom the request is addressed to.", links=True),
        Feature("english", "The words of the translation that render the request."),
    ),
)
STATEMENT = Layer(
    f"{OWN}Statement",
    "Statement",
    "A statement: a line of the text.",
    (
        Feature("statement", "The id of the statement."),
        Feature("paragraph", "The number of the paragraph in the article."),
        Feature("translation", "The statement in English."),
    ),
)
LAYERS = (STATEMENT, SPEAKER, ROLE, DIRECTIVE, ADDRESSEE, REQUEST)


def layers_json(corpus: Corpus) -> str:
    """The layers as INCEpTION exports and imports them, in one array."""
    return json.dumps([exported(layer, corpus) for layer in LAYERS], ensure_ascii=False, indent=2) + "\n"


def exported(layer: Layer, corpus: Corpus) -> dict[str, Any]:
    """A layer as INCEpTION exports it. Spans may begin and end within tokens, and overlap."""
    return {
        "name": layer.name,
        "uiName": layer.label,
        "type": "span",
        "description": layer.says,
        "enabled": True,
        "built_in": False,
        "readonly": False,
        "anchoring_mode": "CHARACTERS",
        "overlap_mode": "ANY_OVERLAP",
        "validation_mode": "NEVER",
        "cross_sentence": False,
        "show_hover": True,
        "features": [of_feature(feature, corpus) | {"rank": rank} for rank, feature in enumerate(layer.features)],
    }


def of_feature(feature: Feature, corpus: Corpus) -> dict[str, Any]:
    """A feature as INCEpTION exports it."""
    several = feature.several or feature.links
    found = {
        "name": feature.name,
        "uiName": feature.name.capitalize(),
        "description": feature.says,
        "type": type_of(feature),
        "enabled": True,
        "visible": True,
        "include_in_hover": True,
        "required": False,
        "remember": False,
        "curatable": True,
        "multi_value_mode": "ARRAY" if several else "NONE",
        "link_mode": "WITH_ROLE" if feature.links else "NONE",
    }
    if feature.links:
        found |= {
            "link_type_name": LINK,
            "link_type_role_feature_name": "role",
            "link_type_target_feature_name": "target",
        }
    return found | ({"tag_set": tag_set(feature.name, corpus)} if feature.tags else {})


def type_of(feature: Feature) -> str:
    """INCEpTION's type of a feature; of links it is the layer that they lead to."""
    if feature.links:
        return ADDRESSEE.name
    if feature.concept:
        return CONCEPTS if feature.several else CONCEPT
    return "uima.cas.String"


def tag_set(field: str, corpus: Corpus) -> dict[str, Any]:
    """What the corpus's schema allows in a field of requests, as a set of tags to which none is added."""
    allowed = enum_of("statements", "requests", field, schemas=corpus.schemas)
    tags = [{"tag_name": value, "tag_description": None} for value in allowed]
    name = f"{corpus.metadata.title if corpus.metadata else 'ChiThi'} {field}"
    return {"name": name, "description": None, "language": "en", "tags": tags, "create_tag": False}
