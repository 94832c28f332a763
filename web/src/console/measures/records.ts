/** The measures as the server tells them, and their words. See docs/measures.md. */

export interface Interval {
  value: number;
  low: number;
  high: number;
}

export interface Share {
  hits: number;
  of: number;
  part: Interval | null;
}

export interface Sum {
  micros: number;
  currency: string;
}

export interface CostPart {
  part: "models" | "computing" | "people";
  units: number;
  unit: string;
  cost: Sum | null;
  unknown: string;
}

export type Class = "confirmed" | "assumed" | "reopened" | "handed_over" | "unresolved" | "open";

export interface Measures {
  version: number;
  since: string;
  until: string;
  silence_hours: number;
  reopen_days: number;
  service: {
    conversations: number;
    classes: Record<Class, number>;
    beside: Record<string, number>;
    came_back: number;
    provisional: number;
    resolved: Share;
    confirmed: Share;
    handed_over: Share;
    intents: Record<string, Partial<Record<Class, number>>>;
    languages: Record<string, Partial<Record<Class, number>>>;
  };
  costs: { parts: CostPart[]; resolved: number; each: Sum | null; at_least: Sum[]; unknown: string[] };
  conversion: {
    share: number;
    verdict: "no_holdout" | "too_few" | "cannot_tell" | "more" | "fewer";
    shown: { bought: Share };
    holdout: { bought: Share };
    difference: Interval | null;
    waiting: number;
    undated: number;
  };
}

export const CLASSES: Record<Class, [string, string]> = {
  confirmed: ["Confirmed", "the buyer said that it helped"],
  assumed: ["Assumed", "answered from records, and the buyer said nothing more"],
  reopened: ["Reopened", "was assumed, and the buyer came back"],
  handed_over: ["Handed over", "a person was needed"],
  unresolved: ["Unresolved", "said not to have helped, or not answered"],
  open: ["Open", "the buyer may still write"],
};

export const BESIDE: Record<string, string> = {
  nothing_asked: "in which nothing was asked", older: "kept by an older version", terminal: "tried at the terminal",
};

export const VERDICTS: Record<Measures["conversion"]["verdict"], string> = {
  no_holdout: "Cannot tell: every visitor is shown the chat. A holdout is set by “tradewind measures set --holdout 10”.",
  too_few: "Too few to tell.",
  cannot_tell: "Cannot tell: the difference may be none.",
  more: "Those who were shown the chat bought more often.",
  fewer: "Those who were shown the chat bought less often.",
};

/** `71.4 %` */
export const percent = (share: number) => `${(share * 100).toFixed(1)}\u00a0%`;

/** `71.4 % (54.0 to 84.0)`, or that there is nothing to count. */
export function shareText({ part }: Share): string {
  return part ? `${percent(part.value)} (${(part.low * 100).toFixed(1)} to ${(part.high * 100).toFixed(1)})` : "nothing to count";
}

/** `0.0041 USD`: a conversation costs less than the currency's smallest coin. */
export const sumText = ({ micros, currency }: Sum) => `${(micros / 1e6).toFixed(micros < 1e6 ? 4 : 2)} ${currency}`;

/** An intent as it begins a line. */
export function named(word: string): string {
  const text = word.replaceAll("_", " ");
  return text === "none" ? "Not told" : text.charAt(0).toUpperCase() + text.slice(1);
}

const LANGUAGES = new Intl.DisplayNames(["en"], { type: "language" });

export const languageName = (code: string) => LANGUAGES.of(code) ?? code;

export const total = (counts: Partial<Record<Class, number>>) => Object.values(counts).reduce((sum, n) => sum + n, 0);
