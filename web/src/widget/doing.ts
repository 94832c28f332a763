/** What a buyer has done to their order: the form of it, and their own yes or no. */

import type { FormField, Offer, OrderForm } from "../shared/records.ts";
import { Failure } from "../shared/talk.ts";
import { el } from "./dom.ts";

/** What a form comes to: the arguments of its tool. */
export type Filled = Record<string, unknown>;

interface Part {
  node: HTMLElement;
  /** Adds what was chosen; false where something is missing. */
  read: (into: Filled) => boolean;
}

/** The form. `onSend` takes it; `onPhoto` keeps a picture and gives what names it. */
export function orderForm(
  form: OrderForm, onSend: (filled: Filled) => void, onPhoto: (file: File) => Promise<string>,
): HTMLFormElement {
  const parts = form.fields.map((field) => partOf(field, onPhoto));
  return el(
    "form", {
      className: "proof order", ariaLabel: form.title,
      onsubmit: (event) => {
        event.preventDefault();
        const filled: Filled = { tool: form.tool, order_id: form.order };
        const missing = parts.find((part) => !part.read(filled));
        if (!missing) return onSend(filled);
        missing.node.querySelector<HTMLElement>("input, select")?.focus();
      },
    },
    ...parts.map((part) => part.node),
    el("button", {}, form.send),
  );
}

/** Yes and no under what would happen. Only one of them can be pressed, once. */
export function decision(offer: Offer, onSay: (yes: boolean) => void): HTMLElement {
  const say = (yes: boolean) => () => {
    for (const button of node.querySelectorAll("button")) button.disabled = true;
    onSay(yes);
  };
  const node = el(
    "div", { className: "decision", role: "group", ariaLabel: offer.question },
    el("button", { className: "yes", onclick: say(true) }, offer.yes),
    el("button", { className: "quick", onclick: say(false) }, offer.no),
  );
  return node;
}

function partOf(field: FormField, onPhoto: (file: File) => Promise<string>): Part {
  switch (field.kind) {
    case "items": return amounts(field);
    case "swaps": return swaps(field);
    case "choice": return choice(field);
    case "photo": return photo(field, onPhoto);
  }
}

function group(field: FormField, ...rows: Node[]): HTMLElement {
  return el("fieldset", {}, el("legend", {}, field.label), ...rows);
}

function select(label: string, options: { id: string; label: string }[], required = false): HTMLSelectElement {
  const made = options.map(({ id, label: text }) => el("option", { value: id, dir: "auto" }, text));
  return el("select", { ariaLabel: label, required }, ...made);
}

/** How many of each: none at first, one where there is but one thing. */
function amounts(field: FormField): Part {
  const alone = field.items.length === 1;
  const rows = field.items.map((item) => {
    const counts = Array.from({ length: item.most + 1 }, (_, n) => ({ id: `${n}`, label: `${n}` }));
    const box = select(item.label, counts);
    box.value = alone ? "1" : "0";
    return { item, box, node: el("label", { className: "row" }, el("bdi", {}, item.label), box) };
  });
  const read = (into: Filled) => {
    const items = rows.flatMap(({ item, box }) => Array<string>(Number(box.value)).fill(item.id));
    into.items = items;
    return items.length > 0;
  };
  return { node: group(field, ...rows.map((row) => row.node)), read };
}

/** For each unit what comes in its place. */
function swaps(field: FormField): Part {
  const rows = field.items.flatMap((item) => Array.from({ length: item.most }, () => {
    const box = select(item.label, [...field.options, ...item.options]);
    return { item, box, node: el("label", {}, el("bdi", {}, item.label), box) };
  }));
  const read = (into: Filled) => {
    const chosen = rows.filter(({ box }) => box.value);
    into.items = chosen.map(({ item }) => item.id);
    into.new_items = chosen.map(({ box }) => box.value);
    return chosen.length > 0;
  };
  return { node: group(field, ...rows.map((row) => row.node)), read };
}

function choice(field: FormField): Part {
  const box = select(field.label, [{ id: "", label: "" }, ...field.options], true);
  const read = (into: Filled) => {
    into[field.name] = box.value;
    return box.value !== "";
  };
  return { node: el("label", {}, field.label, box), read };
}

/** A picture is sent as soon as it is chosen; what names it goes with the form. */
function photo(field: FormField, onPhoto: (file: File) => Promise<string>): Part {
  let sha = "";
  const box = el("input", { type: "file", accept: "image/jpeg,image/png,image/webp", required: true });
  const told = el("p", { className: "note", role: "status" });
  box.onchange = () => {
    const file = box.files?.[0];
    sha = "";
    told.className = "note";
    told.textContent = file ? "…" : "";
    if (!file) return;
    onPhoto(file).then(
      (name) => {
        if (box.files?.[0] !== file) return;
        sha = name;
        told.textContent = "✓";
      },
      (error: unknown) => {
        if (!(error instanceof Failure)) throw error;
        box.value = "";
        told.className = "failed";
        told.textContent = `${error.problem.message} ${error.problem.hint}`;
      },
    );
  };
  const read = (into: Filled) => {
    into[field.name] = sha;
    return sha !== "";
  };
  return { node: el("label", {}, field.label, box, told), read };
}
