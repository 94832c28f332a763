/** Amounts as the server sends them: integers in the currency's minor unit. */

export interface Money {
  minor: number;
  currency: string;
}

/** ISO 4217: currencies whose minor unit is not 1/100; as `tradewind/base.py` has them. */
const NO_PLACES = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" ");
const THREE_PLACES = "BHD IQD JOD KWD LYD OMR TND".split(" ");

/** How many decimal places a currency has. */
export function placesOf(currency: string): number {
  if (NO_PLACES.includes(currency)) return 0;
  return THREE_PLACES.includes(currency) ? 3 : 2;
}

/** `20.00`: the amount without its currency. */
export function decimalOf({ minor, currency }: Money): string {
  const places = placesOf(currency);
  const digits = String(Math.abs(minor)).padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  const sign = minor < 0 ? "-" : "";
  return places ? `${sign}${whole}.${digits.slice(-places)}` : `${sign}${whole}`;
}

/** `20.00 USD` */
export function moneyText(money: Money): string {
  return `${decimalOf(money)} ${money.currency}`;
}

/** What somebody typed; null for what is no amount above zero, or has more places than there are. */
export function readMoney(text: string, currency: string): Money | null {
  const found = /^(\d{1,12})(?:[.,](\d{1,3}))?$/.exec(text.trim());
  const places = placesOf(currency);
  const part = found?.[2] ?? "";
  if (!found || part.length > places) return null;
  const minor = Number(`${found[1]}${part.padEnd(places, "0")}`);
  return minor > 0 && Number.isSafeInteger(minor) ? { minor, currency } : null;
}

export function isMoney(value: unknown): value is Money {
  return typeof value === "object" && value !== null && "minor" in value && "currency" in value;
}
