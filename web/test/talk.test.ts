import assert from "node:assert/strict";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";

import { tokenIn } from "../src/console/server.ts";
import { Failure, ask, newId } from "../src/shared/talk.ts";
import { EVENTS } from "./turns.ts";

let server: Server;
let base = "";
let heard: Record<string, unknown> = {};
let token: unknown;

/** `/ok` streams a turn, `/cut` half of one, `/403` and `/502` refuse. */
before(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => (body += piece));
    request.on("end", () => {
      heard = JSON.parse(body) as Record<string, unknown>;
      token = request.headers["x-csrf-token"];
      if (request.url === "/403") return response.writeHead(403).end('{"error":{"type":"Forbidden","message":"No.","hint":"Sign in."}}');
      if (request.url === "/502") return response.writeHead(502).end("<html>");
      const events = request.url === "/cut" ? EVENTS.slice(0, 5) : EVENTS;
      return response.writeHead(200).end(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(""));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => server.close());

const send = (path: string, given?: { order: string; email: string }) => {
  const types: string[] = [];
  const message = { thread: "t1", text: "hola", ...(given && { given }) };
  return ask(base + path, message, new AbortController().signal, (event) => types.push(event.type)).then(() => types);
};
const problem = (path: string) => send(path).then(() => null, (error: unknown) => (error as Failure).problem);

test("a message is an AG-UI run input and its events are heard in order", async () => {
  assert.deepEqual(await send("/ok", { order: "W1", email: "a@b.c" }), EVENTS.map((event) => event.type));
  assert.equal(heard["threadId"], "t1");
  assert.deepEqual(heard["forwardedProps"], { order: "W1", email: "a@b.c" });
  assert.deepEqual(Object.keys(heard).sort(), ["context", "forwardedProps", "messages", "runId", "state", "threadId", "tools"]);
});

test("a message says who sends it, or nothing", async () => {
  await send("/ok");
  assert.equal(token, undefined);
  const signal = new AbortController().signal;
  await ask(`${base}/ok`, { thread: "t1", text: "hola" }, signal, () => undefined, { "X-CSRF-Token": tokenIn("a=b; tradewind_csrf=0af9; c=d") });
  assert.equal(token, "0af9");
  assert.equal(tokenIn("x_tradewind_csrf=0af9; tradewind_csrf=<b>"), "");
});

test("a refusal keeps the server's words and remedy", async () => {
  assert.deepEqual(await problem("/403"), { status: 403, message: "No.", hint: "Sign in." });
});

test("an answer that is no JSON is named by its status", async () => {
  assert.match((await problem("/502"))!.message, /502/);
});

test("a stream that ends early is told as cut off", async () => {
  assert.match((await problem("/cut"))!.message, /cut off/);
});

test("a server that is not there is told as such", async () => {
  const gone = ask("http://127.0.0.1:1/", { thread: "t", text: "x" }, new AbortController().signal, () => undefined);
  await assert.rejects(gone, (error) => error instanceof Failure && error.problem.status === 0);
});

test("ids are names that the server takes", () => {
  assert.match(newId(), /^[0-9a-f]{16}$/);
  assert.notEqual(newId(), newId());
});
