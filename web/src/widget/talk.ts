/** The widget's conversation: kept for the browser tab's life. */

import { Failure, ask, newId } from "../shared/talk.ts";
import { type Turn, fail, openTurn, reduce, stop } from "../shared/turn.ts";

const KEY = "tradewind.widget.1";

export interface Given {
  order: string;
  email: string;
}

export class Talk {
  turns: Turn[] = [];
  private thread = newId();
  private given: Given | undefined;

  constructor(private readonly url: string, private readonly changed: () => void) {
    const kept = sessionStorage.getItem(KEY);
    if (!kept) return;
    const { thread, turns } = JSON.parse(kept) as { thread: string; turns: Turn[] };
    this.thread = thread;
    this.turns = turns.map(stop);
  }

  get last(): Turn | undefined {
    return this.turns.at(-1);
  }

  get running(): boolean {
    return this.last?.state === "running";
  }

  /** Ask again what was asked last, with the same proof. */
  again(): void {
    if (this.last) void this.send(this.last.question, this.given);
  }

  async send(text: string, given?: Given): Promise<void> {
    this.given = given;
    this.turns = [...this.turns, openTurn(text, given ? `${given.order} · ${given.email}` : "")];
    this.changed();
    this.keep();
    try {
      const message = { thread: this.thread, text, ...(given && { given }) };
      await ask(this.url, message, new AbortController().signal, (event) => this.set((turn) => reduce(turn, event)));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.set((turn) => fail(turn, error.problem));
    }
    this.keep();
  }

  private keep(): void {
    sessionStorage.setItem(KEY, JSON.stringify({ thread: this.thread, turns: this.turns }));
  }

  private set(make: (turn: Turn) => Turn): void {
    this.turns = this.turns.map((turn, i) => (i === this.turns.length - 1 ? make(turn) : turn));
    this.changed();
  }
}

/** Orders are open to those who prove them only. */
export function asksForOrder(turn: Turn | undefined): boolean {
  return turn?.result?.asks === "identity";
}
