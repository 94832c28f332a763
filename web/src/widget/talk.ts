/** The widget's conversation: kept for the browser tab's life. */

import { Failure, type Given, ask, newId } from "../shared/talk.ts";
import { type Turn, fail, openTurn, reduce, stop } from "../shared/turn.ts";
import type { Session } from "./session.ts";

const KEY = "tradewind.widget.1";

export class Talk {
  turns: Turn[] = [];
  private thread = newId();
  private given: Given | undefined;

  constructor(private readonly session: Session, private readonly changed: () => void) {
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
    this.turns = [...this.turns, openTurn(text, given ? Object.values(given).join(" · ") : "")];
    this.changed();
    this.keep();
    try {
      await this.ask(text, given);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.set((turn) => fail(turn, error.problem));
    }
    this.keep();
  }

  /** Ask; once more in a new session where this one is over. */
  private async ask(text: string, given?: Given, again = true): Promise<void> {
    const message = { thread: this.thread, text, ...(given && { given }) };
    const url = this.session.url("/api/chat?as_=buyer");
    const headers = await this.session.headers();
    try {
      await ask(url, message, new AbortController().signal, (event) => this.set((turn) => reduce(turn, event)), headers);
    } catch (error) {
      if (!again || !(error instanceof Failure) || error.problem.status !== 403) throw error;
      this.session.drop();
      await this.ask(text, given, false);
    }
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
