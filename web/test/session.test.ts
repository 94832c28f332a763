import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Failure } from "../src/shared/talk.ts";
import { Session } from "../src/widget/session.ts";

type Asked = { url: string; proof: unknown; bearer: string };
let asked: Asked[] = [];
let answers: [number, unknown][] = [];
let now = 1000;
const stored = new Map<string, string>();

beforeEach(() => {
  [asked, answers, now] = [[], [], 1000];
  stored.clear();
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  };
  const fetched = (url: string, init: { body: string; headers: Record<string, string> }) => {
    asked.push({ url, proof: JSON.parse(init.body), bearer: init.headers["Authorization"] ?? "" });
    const [status, body] = answers.shift() ?? [500, {}];
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  };
  Object.assign(globalThis, { sessionStorage: storage, fetch: fetched });
});

const open = (token = "", shop = "s1") =>
  new Session({ server: new URL("https://desk.example/assets/widget.js"), shop, token: () => Promise.resolve(token) }, () => now);
const until = (expires: number, bearer = "b1"): [number, unknown] => [200, { expires, bearer }];

test("the shop's word opens a session, which goes with every message", async () => {
  answers = [until(1900)];
  const session = open("jwt");
  assert.deepEqual(await session.headers(), { Authorization: "Bearer b1" });
  assert.deepEqual(await session.headers(), { Authorization: "Bearer b1" });
  assert.deepEqual(asked, [{ url: "https://desk.example/api/widget/session?shop=s1", proof: { token: "jwt" }, bearer: "" }]);
  assert.equal(session.url("/api/chat?as_=buyer"), "https://desk.example/api/chat?as_=buyer&shop=s1");
});

test("without a word, and with one that is refused, the buyer is a visitor", async () => {
  answers = [until(1900), [403, {}], until(1900)];
  await open().headers();
  stored.clear();
  await open("old").headers();
  assert.deepEqual(asked.map(({ proof }) => proof), [{ visit: true }, { token: "old" }, { visit: true }]);
});

test("a session that is about to end goes on; one that ended asks the shop again", async () => {
  answers = [until(1900), until(2800, "b2"), until(4000, "b3")];
  const session = open("jwt");
  await session.headers();
  now = 1880;
  assert.deepEqual(await session.headers(), { Authorization: "Bearer b2" });
  now = 2801;
  assert.deepEqual(await session.headers(), { Authorization: "Bearer b3" });
  assert.deepEqual(asked.map(({ proof, bearer }) => [proof, bearer]), [
    [{ token: "jwt" }, ""], [{ visit: true }, "Bearer b1"], [{ token: "jwt" }, ""],
  ]);
});

test("a session is kept over a page change, and dropped when the server does not take it", async () => {
  answers = [until(1900), until(1900, "b2")];
  await open("jwt").headers();
  const next = open("jwt");
  assert.deepEqual(await next.headers(), { Authorization: "Bearer b1" });
  next.drop();
  assert.deepEqual(await next.headers(), { Authorization: "Bearer b2" });
});

test("on the server's own pages a cookie is enough", async () => {
  answers = [[200, { expires: 1900 }]];
  const session = open("", "");
  assert.deepEqual(await session.headers(), {});
  assert.equal(session.url("/api/chat"), "https://desk.example/api/chat");
});

test("a server that fails is told", async () => {
  answers = [[429, { error: { message: "too many tries.", hint: "Come back." } }]];
  await assert.rejects(open().headers(), (error: Failure) => error.problem.status === 429);
});
