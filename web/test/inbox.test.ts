import assert from "node:assert/strict";
import { test } from "node:test";

import type { Handover } from "../src/console/inbox/records.ts";
import { directionOf, holds, intentWords, languageWords, stateWords, whyWords } from "../src/console/inbox/words.ts";
import { personTurn } from "../src/shared/turn.ts";

const TOLD: Handover = {
  id: "ho_1", thread: "b:t", why: "common.handover", language: "en", intent: "", state: "taken", opened_at: "1970-01-01T00:00:00Z",
  taken_by: "mia", held_until: "1970-01-01T00:10:00Z", taken_at: null, answered_at: null, closed_at: null, reopened_from: "",
  contact: null,
};
const name = (id: string) => (id === "mia" ? "Mia" : id);

test("a lease that is over is nobody's", () => {
  assert.equal(holds(TOLD, 0), true);
  assert.equal(holds(TOLD, 600_000), false);
  assert.equal(holds({ ...TOLD, state: "waiting" }, 0), false);
  assert.equal(holds({ ...TOLD, held_until: null }, 0), false);
});

test("where it stands is told to each in their words", () => {
  assert.equal(stateWords(TOLD, "mia", name, 0), "You have it");
  assert.equal(stateWords({ ...TOLD, state: "answered" }, "tom", name, 0), "Mia has it, answered");
  assert.equal(stateWords(TOLD, "mia", name, 600_000), "Waits");
  assert.equal(stateWords({ ...TOLD, state: "closed" }, "mia", name, 0), "Closed");
});

test("why a person is needed is told in words, an unknown key as it is", () => {
  assert.equal(whyWords("common.handover"), "Asked for a person");
  assert.equal(whyWords("order_status.lost"), "The carrier reports the parcel as lost");
  assert.equal(whyWords("cancel_order.pending"), "Wants to cancel an order");
  assert.equal(whyWords("some.new_key"), "some new key");
  assert.deepEqual([intentWords("human_agent"), intentWords("stock_price"), languageWords("pt")], ["a person", "stock price", "Portuguese"]);
  assert.deepEqual([directionOf("ar"), directionOf("de")], ["rtl", "ltr"]);
});

test("a person's words are a turn that was asked nothing", () => {
  const { question, state, text, by } = personTurn("Hello.", "Harbor & Pine");
  assert.deepEqual([question, state, text, by], ["", "done", "Hello.", "Harbor & Pine"]);
});
