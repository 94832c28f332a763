/** The AG-UI events that this server sends, and a reader for the stream that carries them. */

import type { Citation, Plan, TurnResult } from "./records.ts";

export type AguiEvent =
  | { type: "RUN_STARTED"; threadId: string; runId: string }
  | { type: "CUSTOM"; name: "plan"; value: Plan }
  | { type: "CUSTOM"; name: "citations"; value: Citation[] }
  | { type: "STEP_STARTED" | "STEP_FINISHED"; stepName: string }
  | { type: "TEXT_MESSAGE_START" | "TEXT_MESSAGE_END"; messageId: string }
  | { type: "TEXT_MESSAGE_CONTENT"; messageId: string; delta: string }
  | { type: "RUN_FINISHED"; threadId: string; runId: string; result: TurnResult }
  | { type: "RUN_ERROR"; message: string; code?: string };

const KNOWN: ReadonlySet<string> = new Set<AguiEvent["type"]>([
  "RUN_STARTED", "CUSTOM", "STEP_STARTED", "STEP_FINISHED", "TEXT_MESSAGE_START",
  "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END", "RUN_FINISHED", "RUN_ERROR",
]);

/** The event of one `data:` payload; null for types that this reader does not know. */
export function parseEvent(data: string): AguiEvent | null {
  const value: unknown = JSON.parse(data);
  if (typeof value !== "object" || value === null || !("type" in value)) return null;
  return KNOWN.has(String(value.type)) ? (value as AguiEvent) : null;
}

/** Events of a server-sent stream, in order. Chunks may end anywhere, even inside a character. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<AguiEvent> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    rest += done ? `${decoder.decode()}\n\n` : decoder.decode(value, { stream: true });
    const blocks = rest.split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = eventOf(block);
      if (event) yield event;
    }
    if (done) return;
  }
}

function eventOf(block: string): AguiEvent | null {
  const lines = block.split(/\r?\n/).filter((line) => line.startsWith("data:"));
  return lines.length ? parseEvent(lines.map((line) => line.slice(5).trimStart()).join("\n")) : null;
}
