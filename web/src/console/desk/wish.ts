/** A rule as it is being typed, and the rule that it would be. */

import { readMoney } from "../../shared/money.ts";
import type { Audience, Said, ToolView } from "./records.ts";

const DAY = 86_400_000;

export interface Wish {
  tool: string;
  mode: "ask" | "auto";
  buyers: boolean;
  up_to: string;
  two_above: string;
  count: string;
  sum: string;
  days: string;
}

export const START: Wish = {
  tool: "", mode: "ask", buyers: false, up_to: "", two_above: "", count: "", sum: "", days: "",
};

/** Which field is wrong, and what to write there. */
export interface Fault {
  field: keyof Wish;
  remedy: string;
}

export const takesMoney = (tool: ToolView) => tool.takes.some(({ type }) => type === "amount");

/** The rule, or the first fault in what was typed. The bounds are the server's, said early. */
export function ruleOf(wish: Wish, tool: ToolView, currency: string, longest: number, now: number): Said | Fault {
  return faultIn(wish, tool, currency, longest) ?? {
    tool: tool.name, mode: wish.mode, audiences: audiencesOf(wish, tool),
    up_to: readMoney(wish.up_to, currency),
    two_above: wish.mode === "ask" ? readMoney(wish.two_above, currency) : null,
    cap: capOf(wish, currency),
    expires_at: wish.days ? new Date(now + Number(wish.days) * DAY).toISOString() : null,
  };
}

export function isFault(found: Said | Fault): found is Fault {
  return "remedy" in found;
}

function capOf({ count, sum }: Wish, currency: string): Said["cap"] {
  if (!count && !sum) return null;
  return { count: count ? Number(count) : null, amount: readMoney(sum, currency) };
}

function audiencesOf(wish: Wish, tool: ToolView): Audience[] {
  return wish.buyers && tool.audiences.includes("buyer") ? ["merchant", "buyer"] : ["merchant"];
}

function faultIn(wish: Wish, tool: ToolView, currency: string, longest: number): Fault | null {
  const auto = wish.mode === "auto";
  const spend = tool.effect === "spend";
  for (const field of ["up_to", "two_above", "sum"] as const) {
    const needed = auto && spend && field !== "two_above";
    if (needed && !wish[field]) return { field, remedy: "Managed mode that moves money needs an amount here." };
    if (wish[field] && !readMoney(wish[field], currency)) return { field, remedy: `Write an amount in ${currency}.` };
  }
  if (auto && !wish.count) return { field: "count", remedy: "Managed mode needs a number a day." };
  if (wish.count && !whole(wish.count, 100_000)) return { field: "count", remedy: "Write a whole number, 1 or more." };
  if (auto && !wish.days) return { field: "days", remedy: `Managed mode ends: write 1 to ${longest} days.` };
  if (wish.days && !whole(wish.days, auto ? longest : 3650)) {
    return { field: "days", remedy: `Write 1 to ${auto ? longest : 3650} days.` };
  }
  return null;
}

function whole(text: string, most: number): boolean {
  return /^[1-9]\d{0,6}$/.test(text) && Number(text) <= most;
}
