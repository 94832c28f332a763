/** Events of a turn as the server sends them, for the tests. */

import type { AguiEvent } from "../src/shared/agui.ts";
import type { TurnResult } from "../src/shared/records.ts";

export const RESULT: TurnResult = {
  run: "run_1", thread: "t", language: "es", answer: "Tu pedido está en camino.",
  citations: [{ id: "ev_1", source: "shipments/1Z", excerpt: "moving" }],
  intent: "order_status", actions: [], approvals: [], handover: null, asks: null, grounded: true, seconds: 1.5,
};

const STEPS = [
  { scenario: "chargeback.list", agent: "chargeback", inputs: {}, after: [] },
  { scenario: "service.order_status", agent: "service", inputs: { order_id: "#W1" }, after: [0] },
] as const;

export const EVENTS: AguiEvent[] = [
  { type: "RUN_STARTED", threadId: "t", runId: "run_1" },
  {
    type: "CUSTOM", name: "plan",
    value: { language: "es", steps: STEPS.map((step) => ({ ...step, after: [...step.after] })), ask: null, out_of_scope: false },
  },
  { type: "STEP_STARTED", stepName: "chargeback.list" },
  { type: "STEP_FINISHED", stepName: "chargeback.list" },
  { type: "STEP_STARTED", stepName: "service.order_status" },
  { type: "STEP_FINISHED", stepName: "service.order_status" },
  { type: "TEXT_MESSAGE_START", messageId: "m" },
  { type: "TEXT_MESSAGE_CONTENT", messageId: "m", delta: "Tu pedido " },
  { type: "TEXT_MESSAGE_CONTENT", messageId: "m", delta: "está en camino." },
  { type: "TEXT_MESSAGE_END", messageId: "m" },
  { type: "CUSTOM", name: "citations", value: RESULT.citations },
  { type: "RUN_FINISHED", threadId: "t", runId: "run_1", result: RESULT },
];
