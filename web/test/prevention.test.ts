import assert from "node:assert/strict";
import { test } from "node:test";

import { placeOf } from "../src/console/places.ts";
import { named, type Parcel, percent, sums, usualText } from "../src/console/desk/prevention.ts";

const PARCEL: Parcel = {
  order: "#W1", tracking_no: "T1", carrier: "UPS", destination: "US", total: null, age: 9, usual: 4, share: 95,
  lane_level: "carrier_lane", lane_parcels: 61, reasons: ["late"], evidence: "ev_1",
};

test("the page has an address", () => {
  assert.deepEqual(placeOf("#/prevention", () => "t"), { page: "prevention" });
});

test("shares are of a hundred, without a break before the sign", () => {
  assert.equal(percent(0.015), "1.5\u00a0%");
  assert.equal(percent(0.20512), "20.51\u00a0%");
});

test("what is usual is told with how it is known, or that it is not", () => {
  assert.equal(usualText(PARCEL), "95 of 100 such parcels took 4 days at most (61 parcels, carrier lane)");
  assert.match(usualText({ ...PARCEL, usual: null }), /cannot tell/);
});

test("amounts of two currencies are not added", () => {
  assert.equal(sums([{ minor: 100, currency: "EUR" }, { minor: 50, currency: "JPY" }]), "1.00 EUR + 50 JPY");
});

test("networks are called as they call themselves", () => {
  assert.deepEqual(["amex", "visa", ""].map(named), ["American Express", "Visa", "Network not told"]);
});
