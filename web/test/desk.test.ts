import assert from "node:assert/strict";
import { test } from "node:test";

import { changesOf, typedOf, wrongIn } from "../src/console/desk/arguments.ts";
import type { Argument, Said, ToolView } from "../src/console/desk/records.ts";
import { fromNow } from "../src/console/desk/when.ts";
import { START, type Wish, isFault, ruleOf } from "../src/console/desk/wish.ts";
import { label, nameOf, ruleWords, targetText, valueText } from "../src/console/desk/words.ts";
import { hashOf, placeOf } from "../src/console/places.ts";
import { decimalOf, moneyText, placesOf, readMoney } from "../src/shared/money.ts";

const usd = (minor: number) => ({ minor, currency: "USD" });

test("amounts are read and written in their currency's own places", () => {
  for (const [minor, currency, text] of [[2000, "USD", "20.00"], [5, "USD", "0.05"], [2000, "JPY", "2000"], [1500, "KWD", "1.500"]] as const) {
    assert.equal(decimalOf({ minor, currency }), text);
    assert.deepEqual(readMoney(text, currency), { minor, currency });
  }
  assert.deepEqual(readMoney(" 12,5 ", "USD"), usd(1250));
  for (const wrong of ["", "0", "0.00", "-1", "2.505", "2o", "1e3", "1.000,00", "٣", "9".repeat(13)]) {
    assert.equal(readMoney(wrong, "USD"), null, wrong);
  }
  assert.equal(readMoney("1.5", "JPY"), null);
  assert.equal(placesOf("EUR"), 2);
});

const argument = (name: string, type: string, value: Argument["value"], fixed = false): Argument =>
  ({ name, type, value, fixed, required: true, origin: "request" });
const REFUND = [argument("order_id", "order_id", "#W1", true), argument("amount", "amount", usd(2000))];

test("only what a person changed is sent, and only if it can be read", () => {
  const typed = typedOf(REFUND);
  assert.deepEqual(typed, { order_id: "#W1", amount: "20.00" });
  assert.deepEqual(changesOf(REFUND, typed, "USD"), {});
  assert.deepEqual(changesOf(REFUND, { ...typed, amount: "12.5" }, "USD"), { amount: usd(1250) });
  assert.deepEqual(changesOf(REFUND, { ...typed, order_id: "#W2" }, "USD"), {});
  assert.equal(wrongIn(REFUND, { ...typed, amount: "x" }, "USD"), "amount");
  assert.equal(wrongIn(REFUND, typed, "USD"), null);
});

test("an amount keeps its own currency, whatever the shop's is", () => {
  const yen = [argument("amount", "amount", { minor: 900, currency: "JPY" })];
  assert.deepEqual(changesOf(yen, { amount: "800" }, "USD"), { amount: { minor: 800, currency: "JPY" } });
});

test("a text that was emptied is wrong", () => {
  const address = [argument("address", "text", "Main St 1")];
  assert.equal(wrongIn(address, { address: "  " }, "USD"), "address");
});

const PAY: ToolView = {
  name: "refunds.pay", about: "Refund an order.", effect: "spend", audiences: ["buyer", "merchant"],
  takes: [{ name: "order_id", type: "order_id" }, { name: "amount", type: "amount" }], can_undo: false, asks: ["merchant"],
};
const CANCEL: ToolView = { ...PAY, name: "orders.cancel", effect: "write", takes: [{ name: "order_id", type: "order_id" }] };
const AUTO: Wish = { ...START, tool: "refunds.pay", mode: "auto", up_to: "20", count: "5", sum: "100", days: "30" };
const fault = (wish: Partial<Wish>, tool = PAY) => {
  const found = ruleOf({ ...AUTO, ...wish }, tool, "USD", 92, 0);
  return isFault(found) ? found.field : null;
};

test("managed mode has an amount, a cap and an end before it can be saved", () => {
  assert.equal(fault({}), null);
  assert.equal(fault({ up_to: "" }), "up_to");
  assert.equal(fault({ sum: "" }), "sum");
  assert.equal(fault({ count: "" }), "count");
  for (const days of ["", "0", "93", "1.5"]) assert.equal(fault({ days }), "days", days);
  assert.equal(fault({ up_to: "", sum: "" }, CANCEL), null);
});

test("a rule that asks needs none of them", () => {
  const rule = ruleOf({ ...START, tool: "refunds.pay" }, PAY, "USD", 92, 0) as Said;
  assert.deepEqual([rule.mode, rule.up_to, rule.cap, rule.expires_at], ["ask", null, null, null]);
  assert.equal(fault({ mode: "ask", two_above: "x" }), "two_above");
});

test("buyers are only in a rule for a tool that is open to them", () => {
  const closed = { ...PAY, audiences: ["merchant" as const] };
  assert.deepEqual((ruleOf({ ...AUTO, buyers: true }, PAY, "USD", 92, 0) as Said).audiences, ["merchant", "buyer"]);
  assert.deepEqual((ruleOf({ ...AUTO, buyers: true }, closed, "USD", 92, 0) as Said).audiences, ["merchant"]);
});

test("a rule is told in words: who, how much, how often, how long", () => {
  const auto = ruleWords(ruleOf({ ...AUTO, buyers: true }, PAY, "USD", 92, 0) as Said).join(" ");
  for (const part of ["Managed mode", "or a buyer ask", "without asking anybody", "up to 20.00 USD", "5 times and 100.00 USD together", "31 January 1970"]) {
    assert.ok(auto.includes(part), part);
  }
  const ask = ruleWords(ruleOf({ ...START, tool: "refunds.pay", two_above: "50" }, PAY, "USD", 92, 0) as Said).join(" ");
  for (const part of ["people are asked", "above 50.00 USD two must", "until somebody revokes it"]) assert.ok(ask.includes(part), part);
  assert.ok(!ask.includes("Managed mode"));
});

test("places have addresses that lead back to them", () => {
  const places = [
    { page: "approvals" }, { page: "effects" }, { page: "rules" }, { page: "grant" },
    { page: "question", id: "ap_12" }, { page: "talk", thread: "ab12" },
    { page: "disputes" }, { page: "dispute", id: "dp_1Q" }, { page: "dispute", id: "PP/D #1 é%" },
    { page: "inbox" }, { page: "answers" }, { page: "conversation", id: "ho_12" }, { page: "prevention" },
  ] as const;
  for (const place of places) assert.deepEqual(placeOf(hashOf(place), () => "new"), place);
  for (const odd of ["", "#", "#/nowhere", "#/approvals/../x", "#/disputes/a/b", "#/disputes/", "#a b"]) {
    assert.deepEqual(placeOf(odd, () => "new"), { page: "talk", thread: "new" }, odd);
  }
});

test("names, values and times as people say them", () => {
  const people = { owner: "Mia" };
  assert.deepEqual(["owner", "assistant", "buyer_12", "left"].map((id) => nameOf(id, people)), ["Mia", "the assistant", "a buyer", "left"]);
  assert.match(nameOf("terminal", people), /terminal/);
  assert.equal(nameOf("visitor", people, "buyer"), "a buyer");
  assert.deepEqual([label("order_id"), label("daily_budget"), targetText("order/#W1")], ["Order", "Daily budget", "order #W1"]);
  assert.deepEqual([valueText(usd(5)), valueText(null), valueText("x"), moneyText(usd(-5))], ["0.05 USD", "–", "x", "-0.05 USD"]);
  const at = (seconds: number) => fromNow(new Date(seconds * 1000).toISOString(), 0);
  assert.deepEqual([at(-5), at(30), at(-7200), at(3 * 86_400)], ["just now", "in less than a minute", "2 hours ago", "in 3 days"]);
});
