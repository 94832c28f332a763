/** Rules, statuses and arguments in plain words. */

import { isMoney, moneyText } from "../../shared/money.ts";
import type { Audience, Effect, Front, Json, Origin, Said, ToolView } from "./records.ts";
import { dayOf } from "./when.ts";

/** What a rule is about. */
export function aboutOf(rule: Said, tool: ToolView | undefined): string {
  return tool?.about ?? rule.tool;
}

/** What a rule means for what it is about, sentence by sentence; also of one that is not saved yet. */
export function ruleWords(rule: Said): string[] {
  return rule.mode === "auto" ? autoWords(rule) : askWords(rule);
}

function autoWords(rule: Said): string[] {
  return [
    `Managed mode: when ${whoAsks(rule.audiences)} for it, the platform does it without asking anybody.`,
    ...(rule.up_to ? [`Each time up to ${moneyText(rule.up_to)}. ${beyond(rule)}`] : []),
    ...capWords(rule),
    ...(rule.expires_at ? [`It ends by itself on ${dayOf(rule.expires_at)}, and at once when somebody revokes it.`] : []),
    "While managed mode is halted it does nothing.",
  ];
}

function askWords(rule: Said): string[] {
  return [
    `When ${whoAsks(rule.audiences)} for it, people are asked before it is done: ${peopleWords(rule)}`,
    ...(rule.up_to ? [`It is for amounts up to ${moneyText(rule.up_to)}; above, it is as if it were not there.`] : []),
    ...capWords(rule),
    rule.expires_at ? `It ends on ${dayOf(rule.expires_at)}.` : "It stands until somebody revokes it.",
  ];
}

/** How many must agree to what a rule asks about. */
export function peopleWords({ two_above }: Said): string {
  if (!two_above) return "one of your people must agree.";
  return `one of your people must agree; above ${moneyText(two_above)} two must, and who asked is none of the two.`;
}

function beyond({ audiences }: Said): string {
  const buyers = audiences.includes("buyer") ? " and a buyer’s wish is passed on in words" : "";
  return `Above that your other rules decide; where there is none, your people are asked first${buyers}.`;
}

function capWords({ cap }: Said): string[] {
  if (!cap || (cap.count === null && cap.amount === null)) return [];
  const times = cap.count === null ? "" : `${cap.count} ${cap.count === 1 ? "time" : "times"}`;
  const sum = cap.amount ? `${moneyText(cap.amount)} together` : "";
  const most = [times, sum].filter(Boolean).join(" and ");
  const over = "What comes over that is turned down, not done later.";
  return [`On one day at most ${most}, counting what people approve as well. ${over}`];
}

function whoAsks(audiences: Audience[]): string {
  const buyers = audiences.includes("buyer");
  if (!audiences.includes("merchant")) return "a buyer asks";
  return buyers ? "your own people or a buyer ask" : "your own people ask";
}

/** Somebody's name; ids that nobody here bears are buyers, programs, or people who left. */
export function nameOf(id: string, people: Front["people"], audience?: Audience): string {
  if (people[id]) return people[id];
  if (id === "assistant") return "the assistant";
  if (id === "terminal") return "somebody at the server’s terminal";
  return audience === "buyer" || id.startsWith("buyer") ? "a buyer" : id;
}

export const STATUS: Record<Effect["status"], string> = {
  proposed: "waits for people", approved: "approved, about to be sent", sending: "being sent", done: "done",
  failed: "failed", unknown: "nobody knows", rejected: "turned down",
};

export const ORIGINS: Record<Origin, string> = {
  request: "said in the request", proof: "the order the buyer proved", record: "from the shop’s records",
  person: "typed by a person", buyer: "a buyer’s own words", untrusted: "from an outsider’s text", invented: "from nowhere known",
};

/** `order_id` as `Order`, `address` as `Address`. */
export function label(name: string): string {
  const words = name.replace(/_id$/, "").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** An argument or a fact as text. */
export function valueText(value: Json): string {
  if (isMoney(value)) return moneyText(value);
  if (value === null) return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** `order/#W1` as `order #W1`. */
export function targetText(target: string): string {
  return target.replace("/", " ");
}

/** What is advised on a dispute. */
export const ADVICE: Record<string, string> = {
  fight: "fight it", accept: "accept it", refund: "refund it", answer: "answer it", ask: "needs your word",
  too_late: "too late", closed: "closed",
};

/** What a piece of evidence is for the claim. */
export const GRADES = {
  required: "answers the claim", compelling: "helps much", weak: "helps a little", against: "speaks against you",
} as const;

/** `product_not_received` as `product not received`. */
export function categoryText(category: string): string {
  return category.replaceAll("_", " ");
}

/** `1.4 MB`, `204 kB` */
export function sizeText(bytes: number): string {
  if (bytes >= 1e6) return `${Number((bytes / 1e6).toFixed(1))} MB`;
  return bytes >= 1e3 ? `${Math.round(bytes / 1e3)} kB` : `${bytes} bytes`;
}
