/** What the console reads of the server beside the chat. */

import type { Agent, Problem } from "../shared/records.ts";
import { problemOf } from "../shared/talk.ts";

export interface Scenario {
  id: string;
  title: string;
  agent: Agent;
  status: "ready" | "planned";
  /** Messages that ask for it, by language. */
  examples?: Record<string, string[]>;
}

export interface Span {
  path: string;
  ordinal: number;
  kind: string;
  name: string;
  started_us: number;
  duration_us: number;
  request: unknown;
  response: unknown;
  error: string | null;
  attributes: Record<string, unknown>;
}

export interface Run {
  id: string;
  status: string;
  started_at: string;
  seconds: number;
  tokens: number;
  error: string | null;
}

/** The token that the console's writes repeat; other sites cannot read our cookies. */
export function tokenIn(cookies: string): string {
  return /(?:^|; )tradewind_csrf=([0-9a-f]+)/.exec(cookies)?.[1] ?? "";
}

export type Loaded<T> = { value: T } | { problem: Problem } | null;

/** Whether the server does not know who this is, and a new sign-in is the remedy. */
export function signedOut(problem: Problem): boolean {
  return problem.status === 403 && problem.message.startsWith("you are not signed in");
}

/** What a write came to, or why it was refused. The page repeats its token. */
export function write<T>(path: string, body: object): Promise<{ value: T } | { problem: Problem }> {
  return read<T>(path, {
    method: "POST", body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", "X-CSRF-Token": tokenIn(document.cookie) },
  });
}

/** As `write`, with a file. */
export function send<T>(path: string, form: FormData): Promise<{ value: T } | { problem: Problem }> {
  return read<T>(path, { method: "POST", body: form, headers: { "X-CSRF-Token": tokenIn(document.cookie) } });
}

/** A JSON document of the server, or why it cannot be had. */
export async function read<T>(path: string, request?: RequestInit): Promise<{ value: T } | { problem: Problem }> {
  try {
    const response = await fetch(path, request);
    return response.ok ? { value: (await response.json()) as T } : { problem: await problemOf(response) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const hint = "Check that it is running, then reload this page.";
    return { problem: { status: 0, message: "The server cannot be reached.", hint } };
  }
}
