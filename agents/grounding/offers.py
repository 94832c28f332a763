"""Words that offer or promise something, in twelve languages: our own lists.

No text of an outsider may make an offer in the shop's name. What the shop itself promises stands
in its policies.
"""

import re
from functools import lru_cache

_SPACED = (
    # English
    r"discount|coupon|voucher|promo(?:tion(?:al)?)?\s?code|gift\s?card|cash\s?back|half\s(?:price|off)"
    r"|\d\s?%\s?off|for\sfree|free\sof\scharge|guarantee[ds]?\b|promise[ds]?\b|compensat|credited"
    r"|approved|refund(?:ed)?\s(?:is|was|of|has|will|in\sfull)|full\srefund|you\s(?:will|['’]ll)\s(?:get|receive)"
    r"|(?:i|we)\s?['’]ll\b|(?:i|we)\s(?:will|can\soffer)\b|use\s(?:the\s)?code"
    # Spanish, Portuguese
    r"|descuento|cup[oó]n|cupom|cupão|vale\sde|gratis|grátis|garantiz|garantimos|compensaci|compensação|promet"
    r"|reembols\w*\s.{0,30}aprob|reembols\w*\s.{0,30}aprovad|aprobad|aprovad|recibirá|receberá|desconto"
    # French, German, Italian
    r"|remise|réduction|bon\sd['’]achat|code\spromo|gratuit|garantissons|dédommag|indemnis|promett|approuv"
    r"|vous\s(?:recevrez|obtiendrez)|rabatt|gutschein|kostenlos|garantieren|entschädig|versprech|versproch"
    r"|genehmigt|bewilligt|sie\s(?:erhalten|bekommen)|sconto|buono\s|garantiamo|risarci|approvat|riceverà"
    # Turkish, Russian, Arabic
    r"|indirim|kupon|ücretsiz|bedava|tazminat|söz\sver|onaylan|скидк|купон|промокод|ваучер|бесплатн|гарантиру"
    r"|компенсац|обеща|одобрен|вы\sполучите|خصم|قسيمة|كوبون|مجان|نضمن|تعويض|نعدك|الموافقة|ستحصل"
)
_UNSPACED = (
    "优惠|折扣|打折|代金券|免费|赔偿|补偿|保证|承诺|返现|立减|半价|已批准|获批|全额退"
    "|割引|クーポン|無料|補償|保証します|約束し|承認|値引|半額|全額返金"
    "|할인|쿠폰|무료|보상|보장|약속|승인|반값|전액"
)
_OFFER = re.compile(rf"\b(?:{_SPACED})|(?:{_UNSPACED})", re.I)

SHORT = 3
"""A name of fewer words offers nothing."""


def offers(text: str) -> tuple[str, ...]:
    """The words of a text that offer or promise, folded."""
    return tuple(" ".join(match[0].casefold().split()) for match in _OFFER.finditer(text))


@lru_cache(maxsize=4096)
def offering_name(name: str) -> bool:
    """Whether a name says more than a name does."""
    spaced = name.count(" ")
    if spaced < SHORT - 1 and len(name) < 24 and name.isascii():
        return False
    return _OFFER.search(name) is not None
