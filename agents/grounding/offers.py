"""Words that offer or promise something, and words of the shop's own matters, in twelve languages:
our own lists.

No text of an outsider may make an offer in the shop's name, or tell a reader of their order. What
the shop itself promises stands in its policies.
"""

import re

_SPACED = (
    # English
    r"discount|coupon|voucher|promo(?:tion(?:al)?)?\s?code|gift\s?card|cash\s?back|half\s(?:price|off)"
    r"|\d+\s?[%％]\s?off|for\sfree|free\sof\scharge|guarantee[ds]?\b|promise[ds]?\b|compensat|credited"
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
_MATTERS = (
    r"orders?\b|returns?\b|sen[dt]\s.{0,20}\bback\b|giv(?:e|en)\s.{0,20}\bback\b|parcels?\b|refund|cancel(?<!noise[\s-]cancel)|deliver(?:y|ed)\sto|address|account|payment|buyer|customer|budget"
    r"|campaign|polic(?:y|ies)|administrator|admin\b|system\b|instruction|prompt|assistant|\bbot\b|support"
    r"|staff|banned|seized|pedido|devoluci|devoluç|devolver|devuelv|reembols|direcci|endereço|comprador|conta\b|cuenta|presupuesto|orçamento"
    r"|campa[nñ]|política|instrucc|instruç|encomenda|commande|retours?\b|renvoyer|retourner|rembours|adresse|acheteur|compte|consigne|magasin"
    r"|bestell|erstatt|rückgabe|rücksend|zurück(?:geb|geg|send|ges|schick)|stornier|käufer|kunde|kampagne|tagesbudget|regel|händler|ordine|resi\b|reso\b|restitu|rimbors|annull|indirizzo"
    r"|acquirente|sipariş|iade|adres|alıcı|mağaza|kural|заказ|возврат|верн[иу]|отмен|адрес|покупател|кампани|бюджет"
    r"|ассистент|طلب|استرداد|إرجاع|أعد|عنوان|مشتري|حساب|تعليمات"
)
_MATTERS_UNSPACED = (
    "订单|退款|退货|取消|地址|买家|预算|广告活动|店规|系统|提示词|快递|注文|返金|返品|キャンセル|住所|お客様|管理者|プロンプト"
    "|주문|환불|반품|취소|배송지|고객|예산|캠페인"
)
_MATTER = re.compile(rf"\b(?:{_MATTERS})|(?:{_MATTERS_UNSPACED})", re.I)
_OFFER = re.compile(rf"\b(?:{_SPACED})|(?:{_UNSPACED})", re.I)

SHORT, SHORT_CHARACTERS = 3, 24
"""A name of fewer words and characters says nothing more."""


def offers(text: str) -> tuple[str, ...]:
    """The words of a text that offer or promise, folded."""
    return _found(_OFFER, text)


def matters(text: str) -> tuple[str, ...]:
    """The words of a text that speak of the shop's own matters, folded."""
    return _found(_MATTER, text)


def is_short(name: str) -> bool:
    """Whether a name is too short to say more than a name does."""
    return name.isascii() and name.count(" ") < SHORT - 1 and len(name) < SHORT_CHARACTERS


def _found(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    return tuple(" ".join(match[0].casefold().split()) for match in pattern.finditer(text))
