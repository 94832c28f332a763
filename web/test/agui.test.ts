import assert from "node:assert/strict";
import { test } from "node:test";

import { type AguiEvent, readEvents } from "../src/shared/agui.ts";
import { EVENTS } from "./turns.ts";

async function read(bytes: Uint8Array, size: number): Promise<AguiEvent[]> {
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size));
  const body = new ReadableStream<Uint8Array>({
    start(control) {
      for (const chunk of chunks) control.enqueue(chunk);
      control.close();
    },
  });
  const events: AguiEvent[] = [];
  for await (const event of readEvents(body)) events.push(event);
  return events;
}

const wire = (events: unknown[], end: string) =>
  new TextEncoder().encode(events.map((event) => `data: ${JSON.stringify(event)}${end}${end}`).join(""));

for (const size of [1, 2, 7, 64, 100_000]) {
  test(`events are whole when they come in pieces of ${size} bytes`, async () => {
    assert.deepEqual(await read(wire(EVENTS, "\n"), size), EVENTS);
    assert.deepEqual(await read(wire(EVENTS, "\r\n"), size), EVENTS);
  });
}

test("comments, ids and unknown types are passed over", async () => {
  const text = `: hello\n\nid: 4\ndata: {"type":"STATE_DELTA","delta":[]}\n\nevent: x\ndata: {"type":"STEP_STARTED","stepName":"a"}\n\n`;
  assert.deepEqual(await read(new TextEncoder().encode(text), 5), [{ type: "STEP_STARTED", stepName: "a" }]);
});

test("a last event without its blank line is still heard", async () => {
  const text = `data: {"type":"STEP_STARTED",\ndata: "stepName":"a"}`;
  assert.deepEqual(await read(new TextEncoder().encode(text), 3), [{ type: "STEP_STARTED", stepName: "a" }]);
});
