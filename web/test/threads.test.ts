import assert from "node:assert/strict";
import { test } from "node:test";

import { type Thread, changeThread, readThreads, writeThreads } from "../src/console/threads.ts";
import { openTurn } from "../src/shared/turn.ts";

/** A store that holds `room` characters, as a browser's. */
function storage(room: number): Storage {
  const kept = new Map<string, string>();
  return {
    get length() { return kept.size; },
    clear: () => kept.clear(),
    key: () => null,
    getItem: (key) => kept.get(key) ?? null,
    removeItem: (key) => void kept.delete(key),
    setItem: (key, value) => {
      if (value.length > room) throw new DOMException("full", "QuotaExceededError");
      kept.set(key, value);
    },
  };
}

const thread = (id: string): Thread => ({ id, at: 1, turns: [openTurn(`question ${id}`)] });

test("a changed conversation moves to the front", () => {
  const changed = changeThread([thread("a"), thread("b")], "b", 5, (turns) => [...turns, openTurn("more")]);
  assert.deepEqual(changed.map(({ id, turns }) => [id, turns.length]), [["b", 2], ["a", 1]]);
});

test("a new conversation is made by its first turn", () => {
  assert.deepEqual(changeThread([], "n", 5, () => [openTurn("x")]).map((t) => t.id), ["n"]);
});

test("a turn that ran when the page closed comes back as stopped", () => {
  const store = storage(100_000);
  writeThreads(store, [thread("a")]);
  assert.equal(readThreads(store)[0]?.turns[0]?.state, "stopped");
});

test("when the room is full the oldest conversations go", () => {
  const store = storage(900);
  writeThreads(store, Array.from({ length: 12 }, (_, i) => thread(`${i}`)));
  const ids = readThreads(store).map((t) => t.id);
  assert.ok(ids.length > 0 && ids.length < 12);
  assert.equal(ids[0], "0");
});
