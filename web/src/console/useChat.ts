/** The conversations and the turns that run in them. */

import { useEffect, useRef, useState } from "preact/hooks";

import { Failure, ask } from "../shared/talk.ts";
import { type Turn, fail, openTurn, reduce, stop } from "../shared/turn.ts";
import { tokenIn } from "./server.ts";
import { type Thread, changeThread, readThreads, writeThreads } from "./threads.ts";

export interface Chat {
  threads: Thread[];
  /** What was typed and not sent, by conversation. */
  drafts: Map<string, string>;
  send: (thread: string, text: string) => void;
  stop: (thread: string) => void;
  remove: (thread: string) => void;
}

export function useChat(): Chat {
  const [threads, setThreads] = useState<Thread[]>(() => readThreads(localStorage));
  const drafts = useRef(new Map<string, string>());
  const running = useRef(new Map<string, AbortController>());
  const busy = threads.some((thread) => thread.turns.at(-1)?.state === "running");

  const asked = threads.reduce((sum, thread) => sum + thread.turns.length, 0);

  /** Kept when something was asked, answered or deleted, not at every word. */
  useEffect(() => writeThreads(localStorage, threads), [busy, asked]);

  function change(id: string, make: (turns: Turn[]) => Turn[]): void {
    setThreads((all) => changeThread(all, id, Date.now(), make));
  }
  function last(id: string, make: (turn: Turn) => Turn): void {
    change(id, (turns) => turns.map((turn, i) => (i === turns.length - 1 ? make(turn) : turn)));
  }
  async function send(id: string, text: string): Promise<void> {
    const control = new AbortController();
    running.current.set(id, control);
    change(id, (turns) => [...turns, openTurn(text)]);
    try {
      const message = { thread: id, text };
      await ask("/api/chat?as_=merchant", message, control.signal, (event) =>
        last(id, (turn) => (control.signal.aborted ? turn : reduce(turn, event))), { "X-CSRF-Token": tokenIn(document.cookie) });
    } catch (error) {
      if (control.signal.aborted) return;
      if (!(error instanceof Failure)) throw error;
      last(id, (turn) => fail(turn, error.problem));
    }
  }
  function halt(id: string): void {
    running.current.get(id)?.abort();
    last(id, stop);
  }
  function remove(id: string): void {
    running.current.get(id)?.abort();
    setThreads((all) => all.filter((thread) => thread.id !== id));
  }
  return { threads, drafts: drafts.current, send: (id, text) => void send(id, text), stop: halt, remove };
}
