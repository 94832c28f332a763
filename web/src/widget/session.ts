/** The buyer's session: the shop's word where the page brings one, else a visitor's. */

import { Failure, post, problemOf } from "../shared/talk.ts";

/** What the page says beside the tag. */
export interface Origin {
  /** Where the server is. */
  server: URL;
  /** The shop's id; must be named on the shop's own site. */
  shop: string;
  /** A fresh token that the shop signed; none when it knows no buyer. */
  token: () => Promise<string>;
}

interface Kept {
  bearer: string;
  /** Unix seconds. */
  expires: number;
}

const KEY = "tradewind.session.1";
const EARLY = 30;

export class Session {
  private kept: Kept | undefined;

  constructor(private readonly origin: Origin, private readonly now = () => Date.now() / 1000) {
    const kept = sessionStorage.getItem(KEY);
    if (kept) this.kept = JSON.parse(kept) as Kept;
  }

  /** An address of the server's, naming the shop. */
  url(path: string): string {
    const url = new URL(path, this.origin.server);
    if (this.origin.shop) url.searchParams.set("shop", this.origin.shop);
    return url.href;
  }

  /** What goes with a message. Opens a session, or a new one when it is about to end. */
  async headers(): Promise<Record<string, string>> {
    if (!this.kept || this.kept.expires - EARLY < this.now()) await this.open();
    return this.kept?.bearer ? { Authorization: `Bearer ${this.kept.bearer}` } : {};
  }

  /** The server does not take this session any more. */
  drop(): void {
    this.kept = undefined;
    sessionStorage.removeItem(KEY);
  }

  /** A session that still holds goes on; else the shop's word; else a visitor's. */
  private async open(): Promise<void> {
    const holds = this.kept !== undefined && this.kept.expires > this.now();
    const opened = (holds && (await this.ask({ visit: true }))) || (await this.vouched()) || (await this.visit());
    this.kept = opened;
    sessionStorage.setItem(KEY, JSON.stringify(opened));
  }

  /** Whom the shop's word names; null when there is none, or none that holds. */
  private async vouched(): Promise<Kept | null> {
    this.drop();
    const token = await this.origin.token();
    return token ? this.ask({ token }) : null;
  }

  /** Somebody whom nobody knows. Throws Failure. */
  private async visit(): Promise<Kept> {
    return this.told(await post(this.url("/api/widget/session"), { visit: true }, {}));
  }

  /** Null when it was refused: whatever the reason, the next way is tried. */
  private async ask(proof: { token: string } | { visit: true }): Promise<Kept | null> {
    const bearer = this.kept?.bearer;
    const headers = bearer ? { Authorization: `Bearer ${bearer}` } : {};
    const response = await post(this.url("/api/widget/session"), proof, headers);
    return response.status === 403 ? null : this.told(response);
  }

  private async told(response: Response): Promise<Kept> {
    if (!response.ok) throw new Failure(await problemOf(response));
    return { bearer: "", ...((await response.json()) as { expires: number; bearer?: string }) };
  }
}
