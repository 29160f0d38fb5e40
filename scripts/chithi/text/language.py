"""The language of a text: first a search for common words, then an identifier where the search finds none."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

# Words that are common in a language and rare in similar languages: one of them is enough.
COMMON_WORDS = {
    "pl": "w|i|z|się|oraz|że|na|do|jest|które|który|przez|dla|aby|także|należy|nad|pod|przy|został|"
    "przewodniczący|partii|według",
    "de": "der|und|die|für|das|zur|auch|des|den|von|mit|auf|dass|eine|einen|zum|werden|wurde|nach|sich|bei",
    "en": "the|of|and|to|that|was|were|with|should|which",
    "fr": "les|des|dans|une|pour|du|aux|est|sur|et|avec",
    "es": "los|las|del|para|una|con|por|que|y",
    "pt": "da|dos|das|para|uma|com|não|ao|aos|pelo|pela|em|e",
    "vi": "và|của|các|trong|được|cho|với|phải|về|đã",
    "cs": "že|aby|se|na|v|podle|který|která|také|při|jako|pro|byl|byla|musí|výboru|člen|uvedl",
    "nl": "het|van|een|werd|voor|zijn|met|aan|heeft|moet|niet|bij",
    "no": "og|av|til|som|må|skal|på|har|ikke|det",
    "sv": "och|att|av|för|som|med|till|är|på|det",
    "hu": "és|az|hogy|mondott|egy|nem|kell|meg|szerint|valamint",
    "id": "dan|yang|untuk|dengan|dari|pada|dalam|harus|di",
    "ru": "и|в|на|по|провинции|что|для|с|о|об|от|при|также|как|был|было|комитета|выступил|прозвучало",
    "uk": "і|та|що|щодо|від|у|з|для|також|й|який|провінції|виборців",
    "ar": "في|من|على|أن|إلى|عن|التي|الذي|هذا|كما|مع",
    "fa": "و|در|از|که|را|این|برای|است|های",
    "ur": "کے|کی|اور|میں|نے|کو|سے|ہے|کہ",
    "he": "של|את|על|כי|לא|הוא|עם|או|גם",
    "hi": "के|की|और|में|ने|को|से|है|का|पर",
    "bn": "এবং|ও|এই|জন্য|করার|থেকে|একটি|সঙ্গে|করতে",
    "el": "και|του|της|να|για|από|με|το|τη|στην",
}
# Scripts that only one language of the corpus uses, or that have no spaces between words.
SCRIPTS = {"ja": "[ぁ-ヺ]", "ko": "[가-힣]", "th": "[ก-ฮ]", "zh": r"(?:[\u4e00-\u9fff][^ぁ-ヺ]{0,3}){6}"}
SHORTEST = 40  # letters; the language of a shorter text is left open
SURE, UNLIKELY = 0.9, 0.05  # probabilities: another language is at least SURE, the declared one at most UNLIKELY


def suspects(texts: Sequence[str], language: str) -> list[int]:
    """The indices of the texts without a common word, or the script, of a language.

    Nearly every text in the language has one, and hardly any other text does.
    """
    if language in SCRIPTS:
        pattern = re.compile(SCRIPTS[language])
        return [n for n, text in enumerate(texts) if not pattern.search(text)]
    left = list(range(len(texts)))
    for word in COMMON_WORDS.get(language, "").split("|") if left else ():
        between_spaces = f" {word} "
        left = [n for n in left if between_spaces not in texts[n]]
        if not left:
            break
    return left


@cache
def identifier() -> Any:
    """py3langid's classifier, with the model in its wheel. Loading takes 0.5 s, so it is done for suspects only."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def other_language(text: str, language: str) -> str | None:
    """The language of a text that is surely not in the declared language; None if it is or may be."""
    if not suspects([text], language):
        return None
    if sum(map(str.isalpha, text)) < SHORTEST or language not in identifier().labels:
        return None
    ranked = dict(identifier().rank(text))
    best = max(ranked, key=lambda name: ranked[name])
    return best if best != language and ranked[best] > SURE and ranked[language] < UNLIKELY else None
