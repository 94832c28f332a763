/** Why a person is needed, where a conversation stands, in plain words. */

import type { Handover, Turn } from "./records.ts";

const WHY: Record<string, string> = {
  no_record: "No record answers the question",
  stopped: "The assistant met a limit and stopped",
  failed: "The assistant could not finish",
  contact: "Left word in the contact form",
  "common.handover": "Asked for a person",
  "inbox.shop_word": "The records differ from what one of you wrote",
  "damaged.report": "Something arrived broken, wrong or incomplete",
  "payment_invoice.order": "A question about the payment or an invoice",
  "effect.asked_shop": "A wish that one of you must decide",
};
const PARCEL: Record<string, string> = {
  exception: "The delivery has a problem", returning: "The parcel is on its way back",
  returned: "The parcel went back", lost: "The carrier reports the parcel as lost",
  stale: "The tracking has stood still",
};
const WISH: Record<string, string> = {
  cancel_order: "Wants to cancel an order", change_address: "Wants another address",
};

/** Why a person is needed. A key that has no words of its own is shown as it is. */
export function whyWords(why: string): string {
  const [area = "", name = ""] = why.split(".");
  return WHY[why] ?? (area === "order_status" ? PARCEL[name] : WISH[area]) ?? why.replaceAll(/[._]/g, " ");
}

const INTENTS: Record<string, string> = { human_agent: "a person", damaged_or_wrong_item: "something broken or wrong" };

/** What was asked for, as the assistant understood it. */
export function intentWords(intent: string): string {
  return INTENTS[intent] ?? intent.replaceAll("_", " ");
}

const LANGUAGE = new Intl.DisplayNames("en", { type: "language" });

export function languageWords(language: string): string {
  return LANGUAGE.of(language) ?? language;
}

/** Where it stands, for one of the shop's people. */
export function stateWords(told: Handover, me: string, name: (id: string) => string, now: number): string {
  if (told.state === "closed") return "Closed";
  if (!holds(told, now)) return "Waits";
  const who = told.taken_by === me ? "You have it" : `${name(told.taken_by)} has it`;
  return told.state === "answered" ? `${who}, answered` : who;
}

/** Whether somebody has it now; a lease that is over is nobody's. */
export function holds(told: Handover, now: number): boolean {
  const live = told.held_until !== null && Date.parse(told.held_until) > now;
  return live && (told.state === "taken" || told.state === "answered");
}

export const SPEAKERS: Record<Turn["role"], string> = {
  user: "Buyer", assistant: "Assistant", person: "One of you", draft: "Not sent: one of you had it",
};

/** Scripts that run from right to left. */
export function directionOf(language: string): "rtl" | "ltr" {
  return ["ar", "he", "fa", "ur"].includes(language) ? "rtl" : "ltr";
}
