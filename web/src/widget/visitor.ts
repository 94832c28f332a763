/** Who of the shop's visitors is shown the chat, where the shop holds it back from some to see what it
 * does. Nothing is kept or sent of who did not agree. */

import { Failure, newId, post } from "../shared/talk.ts";

const KEY = "tradewind.visitor.1";
const DAY = 86_400_000;

interface Kept {
  id: string;
  show: boolean;
  until: number;
}

/** Whether the chat is shown. `url` is where that is told, `told` hears the visitor's id, which goes
 * with their order. */
export async function isShown(url: string, consent: boolean, told: (id: string) => void): Promise<boolean> {
  const kept = JSON.parse(localStorage.getItem(KEY) ?? "null") as Kept | null;
  if (!consent) {
    localStorage.removeItem(KEY);
    if (kept) await drawn(url, kept.id, false);
    return true;
  }
  const id = kept?.id ?? `twv_${newId()}${newId()}`;
  told(id);
  if (kept && kept.until > Date.now()) return kept.show;
  const show = await drawn(url, id, true);
  if (show !== null) localStorage.setItem(KEY, JSON.stringify({ id, show, until: Date.now() + DAY } satisfies Kept));
  return show ?? true;
}

/** Null when it cannot be told now: the chat is then there, and nobody is counted. */
async function drawn(url: string, visitor: string, consent: boolean): Promise<boolean | null> {
  try {
    const response = await post(url, { visitor, consent }, {});
    return response.ok ? ((await response.json()) as { show: boolean }).show : null;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}
