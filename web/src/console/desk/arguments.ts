/** Arguments of a tool as a form holds them: texts by name, and what they come to. */

import { decimalOf, isMoney, readMoney } from "../../shared/money.ts";
import type { Argument, Json } from "./records.ts";

export type Typed = Record<string, string>;

/** What stands in the fields at first. */
export function typedOf(all: Argument[]): Typed {
  return Object.fromEntries(all.map((argument) => [argument.name, textOf(argument)]));
}

/** The arguments that were changed, as the server takes them. */
export function changesOf(all: Argument[], typed: Typed, currency: string): Record<string, Json> {
  const changed = all.filter((a) => !a.fixed && (typed[a.name] ?? "").trim() !== textOf(a).trim());
  return Object.fromEntries(changed.map((a) => [a.name, valueOf(a, typed[a.name] ?? "", currency)]));
}

/** The first argument that cannot be sent as it stands. */
export function wrongIn(all: Argument[], typed: Typed, currency: string): string | null {
  const wrong = all.find((a) => !a.fixed && (typed[a.name] ?? "").trim() !== textOf(a).trim()
    && valueOf(a, typed[a.name] ?? "", currency) === null);
  return wrong?.name ?? null;
}

/** The currency that an amount is in: its own, else the shop's. */
export function currencyOf(argument: Argument, currency: string): string {
  return isMoney(argument.value) ? argument.value.currency : currency;
}

function textOf({ type, value }: Argument): string {
  if (type === "amount") return isMoney(value) ? decimalOf(value) : "";
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** Null for what is none: an amount that cannot be read, an empty text. */
function valueOf(argument: Argument, text: string, currency: string): Json {
  if (argument.type !== "amount") return text.trim() || null;
  const money = readMoney(text, currencyOf(argument, currency));
  return money ? { ...money } : null;
}
