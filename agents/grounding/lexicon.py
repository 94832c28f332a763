"""Words that the verifier must know in twelve languages: months, units, negation, currencies,
halves of the day.

Months, units, currency signs and day halves come from CLDR through Babel; negation markers and
the everyday words beside CLDR's are our own lists.
"""

import re
from functools import lru_cache
from itertools import product
from typing import Literal

from babel import Locale
from babel.core import get_global
from babel.units import format_unit

# A sign stands for any of these ISO 4217 codes; a code stands for itself.
_SIGNS: dict[str, tuple[str, ...]] = {
    "$": ("USD", "CAD", "AUD", "HKD", "SGD", "TWD", "MXN", "NZD", "CLP", "COP", "ARS"),
    "¥": ("JPY", "CNY"), "￥": ("JPY", "CNY"), "€": ("EUR",), "£": ("GBP",), "₩": ("KRW",),
    "₺": ("TRY",), "₽": ("RUB",), "₹": ("INR",), "us$": ("USD",), "r$": ("BRL",),
    "c$": ("CAD",), "zł": ("PLN",), "tl": ("TRY",), "rmb": ("CNY",),
    "元": ("CNY",), "人民币": ("CNY",), "美元": ("USD",), "欧元": ("EUR",), "日元": ("JPY",),
    "英镑": ("GBP",), "円": ("JPY",), "ドル": ("USD",), "ユーロ": ("EUR",), "ポンド": ("GBP",),
    "원": ("KRW",), "유로": ("EUR",), "달러": ("USD",), "엔": ("JPY",), "파운드": ("GBP",),
    "euro": ("EUR",), "euros": ("EUR",), "dollar": ("USD",), "dollars": ("USD",),
    "us dollars": ("USD",), "pounds": ("GBP",), "dólar": ("USD",), "dólares": ("USD",),
    "reais": ("BRL",), "dollaro": ("USD",), "dollari": ("USD",), "sterline": ("GBP",),
    "dolar": ("USD",), "avro": ("EUR",), "lira": ("TRY",), "pfund": ("GBP",),
    "доллар": ("USD",), "доллара": ("USD",), "долларов": ("USD",), "евро": ("EUR",),
    "рубль": ("RUB",), "рубля": ("RUB",), "рублей": ("RUB",), "руб": ("RUB",),
    "دولار": ("USD",), "دولارًا": ("USD",), "دولارات": ("USD",), "يورو": ("EUR",),
    "ريال": ("SAR", "QAR", "OMR"), "درهم": ("AED", "MAD"), "جنيه": ("EGP", "GBP"),
}  # fmt: skip

_NEGATION = {
    "en": r"\b(?:not?|never|none|cannot|without|neither|nor|nobody|nothing)\b|n['’]t\b|\bun(?:available|able)\b",
    "es": r"\b(?:no|nunca|sin|ningún|ninguna|ninguno|nada|tampoco|jamás)\b",
    "pt": r"\b(?:não|nao|nunca|sem|nenhum|nenhuma|nada|jamais)\b",
    "fr": r"\b(?:ne|pas|jamais|sans|aucun|aucune|rien|non)\b|\bn['’]",
    "it": r"\b(?:non|mai|senza|nessun[oa]?|niente|né)\b",
    "de": r"\b(?:nicht|kein\w*|nie|niemals|ohne|weder|nichts)\b",
    "tr": r"\b(?:değil\w*|yok\w*|hiç|asla)\b|\w+m[ae]z\b|\w+m[ae]d[ıi]\w*|\w+m[ıiuü]yor\w*",
    "ru": r"\b(?:не|нет|ни|никогда|без|нельзя)\b",
    "ar": r"(?:^|\s)(?:لا|لم|لن|ليس\w*|غير|بدون|دون|ما)(?=\s)",
    "zh": r"[不没未无别]|沒|非(?!常)",
    "ja": r"ない|ません|なかった|ずに|無し|なし|未",
    "ko": r"않|없|못|안\s|아니|미(?:배송|도착|발송)",
}

NUMBER_UNITS = (
    "duration-day", "duration-hour", "duration-week", "duration-month", "duration-year",
    "duration-minute", "mass-kilogram", "mass-gram", "length-centimeter", "length-meter",
    "length-millimeter", "length-inch", "volume-liter", "volume-milliliter",
)  # fmt: skip

# One number for each CLDR plural form that our languages have.
_PLURALS = (1, 2, 3, 5, 11, 100)

_SYMBOLS = {
    "kg": "kilogram", "g": "gram", "cm": "centimeter", "mm": "millimeter", "m": "meter",
    "ml": "milliliter", "l": "liter", "oz": "ounce", "min": "minute", "h": "hour",
}  # fmt: skip

# Words beside CLDR's counting forms. An empty unit shields a word that begins like one.
_EXTRA_UNITS = {
    "en": {"hr": "hour", "hrs": "hour", "yr": "year", "yrs": "year"},
    "zh": {
        "日": "day", "工作日": "day", "自然日": "day", "小时": "hour", "星期": "week",
        "月": "month", "公斤": "kilogram",
    },
    "ja": {
        "日": "day", "営業日": "day", "日間": "day", "週": "week", "ヶ月": "month",
        "カ月": "month", "ヵ月": "month",
    },
    "ko": {
        "일": "day", "영업일": "day", "주": "week", "달": "month", "주문": "", "주소": "",
        "일반": "", "일부": "", "분의": "",
    },
    "de": {
        "tagen": "day", "tages": "day", "tägig": "day", "werktag": "day", "werktage": "day",
        "werktagen": "day", "arbeitstage": "day", "arbeitstagen": "day", "kalendertage": "day",
        "kalendertagen": "day", "monaten": "month", "monats": "month", "jahren": "year",
        "std": "hour",
    },
    "ru": {
        "дням": "day", "днями": "day", "днях": "day", "суток": "day", "сутки": "day",
        "неделю": "week", "неделями": "week", "кг": "kilogram", "г": "gram", "см": "centimeter",
        "мм": "millimeter", "м": "meter", "л": "liter", "мл": "milliliter", "ч": "hour",
        "мин": "minute",
    },
    "tr": {
        "ayda": "month", "aylık": "month", "aya": "month", "günü": "day", "günlük": "day",
        "günde": "day", "haftalık": "week", "haftada": "week", "yıllık": "year",
    },
    "ar": {
        "يوما": "day", "يومين": "day", "ساعتين": "hour", "أسبوعين": "week", "أسبوعا": "week",
        "أسبوع": "week", "أسبوعان": "week", "أسبوعًا": "week",
        "شهرين": "month", "شهرا": "month", "سنتين": "year", "كغ": "kilogram", "سم": "centimeter",
        "مل": "milliliter",
    },
}  # fmt: skip

_QUALIFIERS = re.compile(
    r"(?:business|working|calendar|full|рабочих|рабочие|рабочего|календарных|полных|iş|takvim|个|個)\s?"
)
_UNSPACED = frozenset(("zh", "ja", "ko"))


def fold(word: str) -> str:
    """Lower case with Turkish dotted and dotless i as one letter, no final dot."""
    return word.lower().replace("i̇", "i").replace("ı", "i").rstrip(".")


@lru_cache(maxsize=32)
def months(language: str) -> dict[str, int]:
    """Month names and abbreviations of a language (folded) to 1..12."""
    locale = Locale.parse(language)
    found: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[context][width].items():
                found.setdefault(fold(name), number)
    return {name: number for name, number in found.items() if name and not name[0].isdigit()}


@lru_cache(maxsize=32)
def units(language: str) -> dict[str, str]:
    """Unit words of a language (lower case) to the unit's CLDR name (day, hour, kilogram)."""
    found = _SYMBOLS | _EXTRA_UNITS.get(language, {})
    for unit, count in product(NUMBER_UNITS, _PLURALS):
        word = _unit_word(unit, count, "long", language) or _unit_word(
            unit, count, "short", language
        )
        if word:
            found.setdefault(word, unit.split("-", 1)[1])
    return found


def _unit_word(unit: str, count: int, length: Literal["long", "short"], language: str) -> str:
    """CLDR's word without the number; empty where CLDR has none of that length."""
    written = format_unit(count, unit, length=length, locale=language)
    word = re.sub(r"[\d٠-٩\s\u200f]+", " ", written).strip().lower().rstrip(".")
    return "" if word == unit else _QUALIFIERS.sub("", word)


def unit_after(rest: str, language: str) -> str:
    """The unit that the text after a number begins with, as its CLDR name; "" when none does.

    Where words are written with blanks the whole word must be one, else its beginning.
    """
    low = _QUALIFIERS.sub("", rest[:40].lower().lstrip(" -"), count=1)
    known = units(language)
    fitting = [w for w in known if low.startswith(w) and (language in _UNSPACED or _ends(low, w))]
    return known[max(fitting, key=len)] if fitting else ""


def _ends(text: str, word: str) -> bool:
    return re.match(r"[\w'’]", text[len(word) :]) is None


@lru_cache(maxsize=32)
def negation(language: str) -> re.Pattern[str]:
    """Matches each negation marker of a language; of English where we have no list."""
    return re.compile(_NEGATION.get(language, _NEGATION["en"]), re.I)


@lru_cache(maxsize=32)
def currency_signs(language: str) -> dict[str, frozenset[str]]:
    """Signs and words (lower case) of money in a language and everywhere, to the ISO codes that
    each may stand for. CLDR's signs are those of the language and of English."""
    found = {sign: set(codes) for sign, codes in _SIGNS.items()}
    for tongue in (language, "en"):
        for locale in _LOCALES.get(tongue, (tongue,)):
            for code, symbol in Locale.parse(locale).currency_symbols.items():
                plain = re.sub(r"[\u200e\u200f]", "", symbol)
                if code in ISO_CODES and not re.fullmatch(r"[A-Za-z]{1,3}\.?|", plain):
                    found.setdefault(plain.lower(), set()).add(code)
    return {sign: frozenset(codes) for sign, codes in found.items()}


_LOCALES = {"zh": ("zh_Hans_CN",), "pt": ("pt_BR", "pt_PT"), "es": ("es", "es_MX", "es_US")}

ISO_CODES: frozenset[str] = frozenset(get_global("all_currencies"))
"""Every ISO 4217 code that CLDR knows."""


@lru_cache(maxsize=32)
def day_halves(language: str) -> dict[str, int]:
    """Words for before and after noon (lower case) to 0 and 12, of a language and of English."""
    found = {"am": 0, "a.m.": 0, "pm": 12, "p.m.": 12}
    for context in Locale.parse(language).day_periods.values():
        for width in ("wide", "abbreviated"):
            for half, hours in (("am", 0), ("pm", 12)):
                word = context.get(width, {}).get(half, "")
                if word:
                    found[re.sub(r"\s", " ", word).lower()] = hours
    return found
