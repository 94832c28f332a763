"""Card numbers never get in: of each only the last four digits are kept, the code beside it goes.

A card number is 13 to 19 digits, together or in groups, that pass the check digit (ISO/IEC
7812-1, annex B) and begin as one of a network's with this many digits (the networks' own lists of
issuer numbers, 2026-10). What has the groups of a marketplace's order number (3-7-7) is none.
"""

import re

MASKED = "••••"

# Single blanks, dots or dashes between digits; letters around mean some other id.
_BETWEEN = r"[ .\u00a0\u2010-\u2015\u202f-]"
_NUMBER = re.compile(rf"(?<![0-9A-Za-z_])\d(?:{_BETWEEN}?\d){{12,}}(?![0-9A-Za-z_])")
_GROUP = re.compile(r"\d+")
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_SHORTEST, _LONGEST = 13, 19

# For the quick look: digits as 0, what may stand between them left out.
_AS_ZEROS = bytes(0x30 if 0x30 <= byte <= 0x39 else byte for byte in range(256))
_LEFT_OUT = b" .-" + bytes(range(0x80, 0x100))
_ZEROS = b"0" * _SHORTEST

_NETWORKS: tuple[tuple[range, frozenset[int]], ...] = (
    (range(4000, 5000), frozenset((13, 16, 19))),  # Visa
    (range(5100, 5600), frozenset((16,))),  # Mastercard
    (range(2221, 2721), frozenset((16,))),  # Mastercard
    (range(3400, 3500), frozenset((15,))),  # American Express
    (range(3700, 3800), frozenset((15,))),  # American Express
    (range(3528, 3590), frozenset((16, 17, 18, 19))),  # JCB
    (range(3000, 3060), frozenset((14, 16, 19))),  # Diners Club
    (range(3095, 3096), frozenset((14, 16, 19))),  # Diners Club
    (range(3600, 3700), frozenset((14, 16, 19))),  # Diners Club
    (range(3800, 4000), frozenset((14, 16, 19))),  # Diners Club
    (range(6011, 6012), frozenset((16, 19))),  # Discover
    (range(6440, 6600), frozenset((16, 19))),  # Discover, RuPay
    (range(6200, 6300), frozenset((16, 17, 18, 19))),  # UnionPay
    (range(8100, 8300), frozenset((16, 17, 18, 19))),  # UnionPay, RuPay
    (range(2200, 2205), frozenset((16, 17, 18, 19))),  # Mir
    (range(9792, 9793), frozenset((16,))),  # Troy
    (range(5018, 5100), frozenset((13, 14, 15, 16, 17, 18, 19))),  # Maestro, Elo, RuPay, Verve
    (range(5600, 5700), frozenset((13, 14, 15, 16, 17, 18, 19))),  # Maestro
    (range(5800, 5900), frozenset((13, 14, 15, 16, 17, 18, 19))),  # Maestro
    (range(6040, 6080), frozenset((16,))),  # Hipercard, RuPay
    (range(6304, 6305), frozenset((13, 14, 15, 16, 17, 18, 19))),  # Maestro
    (range(6362, 6369), frozenset((16,))),  # Elo
    (range(6759, 6771), frozenset((13, 14, 15, 16, 17, 18, 19))),  # Maestro
)

_CODE_WORDS = (
    r"cvv2?|cvc2?|cid|csc|cav2?|security code|card code|código de seguridad|codigo de seguridad|"
    r"código de segurança|codigo de seguranca|prüfziffer|kartenprüfnummer|code de sécurité|"
    r"cryptogramme|codice di sicurezza|güvenlik kodu|код безопасности|安全码|安全碼|"
    r"セキュリティコード|보안\s*코드|رمز الأمان|رمز التحقق"
)
_EXPIRY = r"(?:0?[1-9]|1[0-2])\s?[/.-]\s?(?:20)?\d\d"
_CODE = re.compile(
    rf"((?:{_CODE_WORDS})[^\d\n]{{0,20}}(?:{_EXPIRY}[\s,;|]+)?)\d{{3,4}}(?![\d/])", re.I
)
_BESIDE = re.compile(
    rf"({MASKED} \d{{4}}(?:[\s,;|]+(?:exp\w*\.?:?\s*)?{_EXPIRY})?[\s,;|/]+)"
    r"\d{3,4}(?![\d.,/-]?\d)",
    re.I,
)


def passes_luhn(digits: str) -> bool:
    """The check-digit rule of payment cards (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def has_long_number(text: str) -> bool:
    """Whether the text may hold a card number: a quick look before the exact one."""
    if len(text) < _SHORTEST:
        return False
    if _ZEROS in text.encode(errors="replace").translate(_AS_ZEROS, _LEFT_OUT):
        return True
    return not text.isascii() and _OTHER_DIGIT.search(text) is not None


def mask_cards(text: str) -> str:
    """The text with each card number cut to `•••• 1234`, and without the security code where one
    stands in a text with a card."""
    if not has_long_number(text):
        return text
    masked = _NUMBER.sub(_masked, text)
    if masked == text:
        return text
    return _BESIDE.sub(r"\1•••", _CODE.sub(r"\1•••", masked))


def is_card(digits: str) -> bool:
    """Whether these digits are a card number's."""
    head, size = int(digits[:4]), len(digits)
    known = any(head in heads and size in sizes for heads, sizes in _NETWORKS)
    return known and passes_luhn(digits)


def _masked(match: re.Match[str]) -> str:
    """A number in groups: any of its groups together may be a card's."""
    found, cut, done = match.group(), "", 0
    groups = [group.span() for group in _GROUP.finditer(found)]
    if [end - start for start, end in groups] == [3, 7, 7]:
        return found
    for place, (start, _) in enumerate(groups):
        if start >= done and (end := _card_end(found, groups[place:])):
            digits = _plain(found[start:end])
            cut += f"{found[done:start]}{MASKED} {digits[-4:]}"
            done = end
    return cut + found[done:]


def _card_end(text: str, groups: list[tuple[int, int]]) -> int:
    """Where the longest card number ends that begins with the first group; 0 for none."""
    digits, found = "", 0
    for start, end in groups:
        digits += _plain(text[start:end])
        if len(digits) > _LONGEST:
            break
        if len(digits) >= _SHORTEST and is_card(digits):
            found = end
    return found


def _plain(text: str) -> str:
    """Its digits, of any script, as ASCII."""
    return "".join(str(int(char)) for char in text if char.isdecimal())
