/** What the console reads of the server beside the chat. */

import type { Agent, Problem, TurnResult } from "../shared/records.ts";
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

/** An open question; the hash names the exact arguments that it is about. */
export interface Question {
  id: string;
  summary: string;
  arguments_hash: string;
  expires_at: string;
}

export interface Decided {
  id: string;
  status: string;
  answer: TurnResult | null;
}

/** A person's word on a question as it was shown. */
export function decide(question: Question, decision: "approve" | "reject", reason: string) {
  const body = { decision, reason, seen: question.arguments_hash };
  return read<Decided>(`/api/approvals/${question.id}`, {
    method: "POST", body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", "X-CSRF-Token": tokenIn(document.cookie) },
  });
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
