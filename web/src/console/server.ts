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

/** A JSON document of the server, or why it cannot be had. */
export async function read<T>(path: string): Promise<{ value: T } | { problem: Problem }> {
  try {
    const response = await fetch(path);
    return response.ok ? { value: (await response.json()) as T } : { problem: await problemOf(response) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const hint = "Check that it is running, then reload this page.";
    return { problem: { status: 0, message: "The server cannot be reached.", hint } };
  }
}
