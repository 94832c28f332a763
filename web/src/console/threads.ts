/** The conversations of this browser, kept in its local storage. */

import { type Turn, stop } from "../shared/turn.ts";

export interface Thread {
  id: string;
  at: number;
  turns: Turn[];
}

const KEY = "tradewind.threads.1";
const KEPT = 40;

/** Kept conversations, newest first. A turn that was running when the page closed is stopped. */
export function readThreads(store: Storage): Thread[] {
  const text = store.getItem(KEY);
  const threads = text ? (JSON.parse(text) as Thread[]) : [];
  return threads.map((thread) => ({ ...thread, turns: thread.turns.map(stop) }));
}

/** Keep the newest conversations; the oldest go first when the browser's room is full. */
export function writeThreads(store: Storage, threads: Thread[]): void {
  for (let kept = Math.min(KEPT, threads.length); kept > 0; kept = Math.floor(kept / 2)) {
    try {
      return store.setItem(KEY, JSON.stringify(threads.slice(0, kept)));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }
  store.removeItem(KEY);
}

/** Forget them all: somebody else may sit here next. */
export function forgetThreads(store: Storage): void {
  store.removeItem(KEY);
}

/** The threads with one changed and moved to the front; made when it is new. */
export function changeThread(
  threads: Thread[], id: string, now: number, change: (turns: Turn[]) => Turn[],
): Thread[] {
  const old = threads.find((thread) => thread.id === id);
  const rest = threads.filter((thread) => thread !== old);
  return [{ id, at: now, turns: change(old?.turns ?? []) }, ...rest];
}

/** What the rail calls a conversation: its first question. */
export function titleOf(thread: Thread): string {
  return thread.turns[0]?.question ?? "";
}
