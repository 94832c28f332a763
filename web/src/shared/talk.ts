/** Sending one message and hearing the turn. */

import { type AguiEvent, readEvents } from "./agui.ts";
import type { Problem } from "./records.ts";

/** An order's number with the e-mail or the postcode of the order. */
export interface Given {
  order: string;
  email?: string;
  postcode?: string;
}

export interface Message {
  thread: string;
  text: string;
  /** What a buyer types to prove an order. */
  given?: Given;
}

/** What `ask` throws when there is no answer. */
export class Failure extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** A name for a thread or message: 16 hex digits. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Post one message; `hear` gets every event. `headers` say who sends it.
 * Throws Failure, or AbortError when stopped.
 */
export async function ask(
  url: string, message: Message, signal: AbortSignal, hear: (event: AguiEvent) => void,
  headers: Record<string, string> = {},
): Promise<void> {
  await hearTurn(url, inputOf(message), signal, hear, headers);
}

/** Post what is a turn and hear it, as `ask` does. */
export async function hearTurn(
  url: string, body: object, signal: AbortSignal, hear: (event: AguiEvent) => void,
  headers: Record<string, string> = {},
): Promise<void> {
  const response = await post(url, body, { Accept: "text/event-stream", ...headers }, signal);
  if (!response.ok || !response.body) throw new Failure(await problemOf(response));
  let ended = false;
  try {
    for await (const event of readEvents(response.body)) {
      ended ||= event.type === "RUN_FINISHED" || event.type === "RUN_ERROR";
      hear(event);
    }
  } catch (error) {
    if (signal.aborted || !(error instanceof TypeError)) throw error;
  }
  if (!ended) throw new Failure({ status: 0, message: "The answer was cut off.", hint: "Send it again." });
}

/** The server's error as it words it: `{"error": {"message", "hint"}}`. */
export async function problemOf(response: Response): Promise<Problem> {
  const { status } = response;
  const body: unknown = await response.json().catch(() => null);
  const error = (body as { error?: Partial<Problem> } | null)?.error;
  const message = error?.message ?? `The server answered with status ${status}.`;
  return { status, message, hint: error?.hint ?? "" };
}

const UNREACHABLE: Problem = {
  status: 0, message: "The server cannot be reached.", hint: "Check that it is running, then send again.",
};

/** The message as AG-UI has it. */
function inputOf(message: Message): object {
  return {
    threadId: message.thread,
    runId: newId(),
    messages: [{ id: newId(), role: "user", content: message.text }],
    tools: [], context: [], state: {}, forwardedProps: message.given ?? {},
  };
}

/** What people of the shop said to a buyer: what is new, and whether more may come. */
export interface News {
  name: string;
  held: boolean;
  waits: boolean;
  messages: { n: number; text: string; at: string }[];
}

/** Post JSON. Throws Failure when the server is not reached, AbortError when stopped. */
export async function post(
  url: string, body: object, headers: Record<string, string>, signal: AbortSignal | null = null,
): Promise<Response> {
  return send(url, JSON.stringify(body), { "Content-Type": "application/json", ...headers }, signal);
}

/** Post a body as it is. Throws as `post` does. */
export async function send(
  url: string, body: string | FormData, headers: Record<string, string>, signal: AbortSignal | null = null,
): Promise<Response> {
  try {
    return await fetch(url, { method: "POST", headers, body, signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Failure(UNREACHABLE);
  }
}
