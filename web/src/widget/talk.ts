/** The widget's conversation: kept for the browser tab's life. */

import { Failure, type Given, type News, ask, hearTurn, newId, post, problemOf, send } from "../shared/talk.ts";
import { type Turn, fail, openTurn, personTurn, reduce, stop } from "../shared/turn.ts";
import type { Session } from "./session.ts";

const KEY = "tradewind.widget.1";
/** How often a person's words are looked for while one is needed or reads. */
const EVERY = 4000;

export interface Left {
  name: string;
  email: string;
  message: string;
}

interface Kept {
  thread: string;
  turns: Turn[];
  heard?: number;
  waits?: boolean;
  settled?: boolean;
}

export class Talk {
  turns: Turn[] = [];
  private thread = newId();
  private given: Given | undefined;
  private redo: (() => void) | undefined;
  /** How many of a person's messages were shown, and whether more may come. */
  private heard = 0;
  private waits = false;
  /** The buyer has said whether it helped: nobody asks again in this conversation. */
  private settled = false;

  constructor(private readonly session: Session, private readonly changed: () => void) {
    const kept = sessionStorage.getItem(KEY);
    if (!kept) return;
    const { thread, turns, heard, waits, settled } = JSON.parse(kept) as Kept;
    this.thread = thread;
    this.turns = turns.map(stop);
    this.heard = heard ?? 0;
    this.waits = waits ?? false;
    this.settled = settled ?? false;
    if (this.waits) this.watch();
  }

  get last(): Turn | undefined {
    return this.turns.at(-1);
  }

  get running(): boolean {
    return this.last?.state === "running";
  }

  /** The run whose answer the buyer may be asked about: carried by records, and no person needed. */
  get judged(): string {
    const result = this.last?.state === "done" && !this.settled ? this.last.result : null;
    const whole = result?.grounded && result.citations.length && !result.asks;
    return whole && !result.handover && !result.desk?.held ? result.run : "";
  }

  /** Say whether the last answer helped. What does not arrive may be said again. */
  async judge(helped: boolean): Promise<void> {
    const told = { thread: this.thread, run: this.judged, helped };
    this.settle(true);
    try {
      const { ok } = await post(this.session.url("/api/chat/helped"), told, await this.session.headers());
      if (!ok) this.settle(false);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.settle(false);
    }
  }

  private settle(settled: boolean): void {
    this.settled = settled;
    this.changed();
    this.keep();
  }

  /** Ask again what was asked last, with the same proof; send the same form or word again. */
  again(): void {
    if (this.redo) return this.redo();
    const asked = this.turns.findLast((turn) => turn.question);
    if (asked) void this.send(asked.question, this.given);
  }

  async send(text: string, given?: Given): Promise<void> {
    this.given = given;
    this.redo = undefined;
    this.turns = [...this.turns, openTurn(text, given ? Object.values(given).join(" · ") : "")];
    this.changed();
    this.keep();
    try {
      await this.ask(text, given);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.set((turn) => fail(turn, error.problem));
    }
    if (this.last?.result?.handover || this.last?.result?.desk?.held) this.watch();
    this.keep();
  }

  /** Send a form or a word on an offer: a turn, whose question is `shown`. */
  async act(path: "do" | "reply", shown: string, body: object): Promise<void> {
    if (this.running) return;
    this.redo = () => void this.act(path, shown, body);
    this.turns = [...this.turns, openTurn(shown)];
    this.changed();
    try {
      const url = this.session.url(`/api/chat/${path}`), all = { thread: this.thread, ...body };
      const headers = await this.session.headers();
      await hearTurn(url, all, new AbortController().signal, (event) => this.set((turn) => reduce(turn, event)), headers);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.set((turn) => fail(turn, error.problem));
    }
    if (this.last?.result?.handover) this.watch();
    this.keep();
  }

  /** Keep a photo for the order that is proven here; gives its SHA-256. Throws Failure. */
  async photo(file: File): Promise<string> {
    const body = new FormData();
    body.append("file", file, "photo");
    const url = this.session.url(`/api/chat/photo?thread=${this.thread}`);
    const response = await send(url, body, await this.session.headers());
    if (!response.ok) throw new Failure(await problemOf(response));
    return ((await response.json()) as { sha256: string }).sha256;
  }

  /** Leave word for the shop's people. Throws Failure. */
  async leave(left: Left): Promise<void> {
    const body = { ...left, thread: this.thread };
    const response = await post(this.session.url("/api/contact"), body, await this.session.headers());
    if (!response.ok) throw new Failure(await problemOf(response));
    this.watch();
    this.keep();
  }

  /** Look for a person's words now and again, for as long as one is needed or reads. */
  private watch(): void {
    this.waits = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.look(), EVERY);
  }
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** What a person said since stands as turns of its own, never in the middle of an answer. */
  private async look(): Promise<void> {
    const told = document.visibilityState === "visible" && !this.running ? await this.news() : null;
    if (told && !this.running) {
      this.heard += told.messages.length;
      this.turns = [...this.turns, ...told.messages.map(({ text }) => personTurn(text, told.name))];
      this.waits = told.waits;
      if (told.messages.length) this.changed();
      this.keep();
    }
    if (this.waits) this.watch();
  }

  /** Null when it cannot be had now: it is asked for again. */
  private async news(): Promise<News | null> {
    try {
      const url = this.session.url(`/api/chat/news?thread=${this.thread}&after=${this.heard}`);
      const response = await fetch(url, { headers: await this.session.headers() });
      return response.ok ? ((await response.json()) as News) : null;
    } catch (error) {
      if (error instanceof TypeError || error instanceof Failure) return null;
      throw error;
    }
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
    sessionStorage.setItem(KEY, JSON.stringify({ thread: this.thread, turns: this.turns, heard: this.heard, waits: this.waits, settled: this.settled } satisfies Kept));
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
