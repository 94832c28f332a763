/** The weekly view of disputes as the server tells it, and its words. */

import { type Money, moneyText } from "../../shared/money.ts";

export interface Counts {
  network: string;
  month: string;
  ended: boolean;
  settled: number;
  disputes: number;
  frauds: number;
}

export interface Meter {
  programme: string;
  title: string;
  network: string;
  month: string;
  ended: boolean;
  floor: boolean;
  ratio: number;
  limit: number;
  count: number;
  least: number;
  share: number;
  state: "safe" | "near" | "over";
}

export interface Week {
  begins: string;
  ended: boolean;
  disputes: number;
  amounts: Money[];
}

export interface Cause {
  dimension: string;
  name: string;
  orders: number;
  disputed: number;
  rest_orders: number;
  rest_disputed: number;
  verdict: "more" | "chance" | "few";
  chance: number | null;
}

export interface Parcel {
  order: string;
  tracking_no: string;
  carrier: string;
  destination: string;
  total: Money | null;
  age: number;
  usual: number | null;
  share: number | null;
  lane_level: string;
  lane_parcels: number;
  reasons: string[];
  evidence: string;
}

export interface Draft {
  order: string;
  key: string;
  language: string;
  guessed: boolean;
  text: string;
}

export interface Seen {
  view: {
    at: string;
    counts: Counts[];
    meters: Meter[];
    left_out: { no_network: number; undated_payments: number; undated_disputes: number };
    weeks: Week[];
    trend: "more" | "fewer" | "chance" | "few";
    causes: {
      days: number; orders: number; disputed: number; undated: number;
      kinds: Record<string, number>; codes: Record<string, number>; groups: Cause[];
    };
    parcels: { open: number; no_history: number; settled: number; not_sent: number; risky: Parcel[] };
  };
  drafts: Draft[];
}

export const REASONS: Record<string, string> = {
  lost: "reported lost", returned: "went back to the sender", returning: "on its way back", exception: "the carrier reports a problem",
  stale: "tracking shows nothing new", asked: "the buyer has written", late: "older than usual on its lane",
  past_promise: "the carrier’s day has passed", attempt_failed: "a delivery failed", pickup: "waits to be picked up",
};

export const TRENDS: Record<Seen["view"]["trend"], string> = {
  more: "More than in the weeks before, beyond chance.", fewer: "Fewer than in the weeks before, beyond chance.",
  chance: "No more of a change than chance brings.", few: "Too few to tell a trend.",
};

export const STATES: Record<Meter["state"], string> = { safe: "below the limit", near: "near the limit", over: "over the limit" };

/** `1.5 %` */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}\u00a0%`;
}

/** The sums of a week, one for each currency. */
export const sums = (amounts: Money[]) => amounts.map(moneyText).join(" + ");

/** What is usual on a parcel’s lane, and how that is known. */
export function usualText(parcel: Parcel): string {
  if (parcel.usual === null) return "the shop’s own parcels cannot tell what is usual";
  return `${parcel.share} of 100 such parcels took ${parcel.usual} days at most (${parcel.lane_parcels} parcels, ${parcel.lane_level.replace("_", " ")})`;
}

/** A network or a word of the records as it begins a line. */
export function named(word: string): string {
  const known: Record<string, string> = { amex: "American Express", paypal: "PayPal", "": "Network not told" };
  const words = word.replaceAll("_", " ");
  return known[word] ?? words.charAt(0).toUpperCase() + words.slice(1);
}
