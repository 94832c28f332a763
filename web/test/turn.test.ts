import assert from "node:assert/strict";
import { test } from "node:test";

import { languageOf, openTurn, reduce, stop } from "../src/shared/turn.ts";
import { EVENTS, RESULT } from "./turns.ts";

const after = (count: number) => EVENTS.slice(0, count).reduce(reduce, openTurn("¿Dónde está?"));
const states = (count: number) => after(count).steps.map((step) => step.state);

test("steps go from planned to running to done, one by one", () => {
  assert.deepEqual(states(2), ["planned", "planned"]);
  assert.deepEqual(states(3), ["running", "planned"]);
  assert.deepEqual(states(4), ["done", "planned"]);
  assert.deepEqual(states(5), ["done", "running"]);
  assert.deepEqual(states(6), ["done", "done"]);
});

test("two steps of one scenario are told apart by their order", () => {
  const step = { scenario: "a", agent: "ads" as const, inputs: {}, after: [] };
  const plan = { language: "en", steps: [step, step], ask: null, out_of_scope: false };
  const began = { type: "STEP_STARTED", stepName: "a" } as const;
  const turn = [{ type: "CUSTOM", name: "plan", value: plan } as const, began].reduce(reduce, openTurn("x"));
  assert.deepEqual(turn.steps.map((s) => s.state), ["running", "planned"]);
  const ended = [{ type: "STEP_FINISHED", stepName: "a" } as const, began].reduce(reduce, turn);
  assert.deepEqual(ended.steps.map((s) => s.state), ["done", "running"]);
});

test("text grows with each piece", () => {
  assert.equal(after(8).text, "Tu pedido ");
  assert.equal(after(9).text, "Tu pedido está en camino.");
  assert.equal(after(9).state, "running");
});

test("the end brings citations, run and result", () => {
  const turn = after(EVENTS.length);
  assert.equal(turn.state, "done");
  assert.equal(turn.run, "run_1");
  assert.deepEqual(turn.citations, RESULT.citations);
  assert.equal(turn.result?.seconds, 1.5);
});

test("the language is the plan's until the answer tells its own", () => {
  assert.equal(languageOf(after(1)), undefined);
  assert.equal(languageOf(after(2)), "es");
  assert.equal(languageOf({ ...after(2), result: { ...RESULT, language: "ar" } }), "ar");
});

test("an error ends the turn and keeps what was said so far", () => {
  const turn = reduce(after(8), { type: "RUN_ERROR", message: "The model is not there. Run make.", code: "BackendError" });
  assert.equal(turn.state, "failed");
  assert.equal(turn.text, "Tu pedido ");
  assert.match(turn.problem?.message ?? "", /model is not there/);
});

test("only a running turn can be stopped", () => {
  assert.equal(stop(after(5)).state, "stopped");
  assert.equal(stop(after(EVENTS.length)).state, "done");
});

test("a reduction leaves the old turn as it was", () => {
  const old = after(2);
  const copy = structuredClone(old);
  reduce(old, EVENTS[2]!);
  assert.deepEqual(old, copy);
});
