/** What a buyer has done to their order: the form of it, and their own yes or no. */

import type { Choice, FormField, Offer, OrderForm } from "../shared/records.ts";
import { Failure } from "../shared/talk.ts";
import { el } from "./dom.ts";

/** What a form comes to: the arguments of its tool. */
export type Filled = Record<string, unknown>;

/** A question. `read` adds what was chosen; it gives the box that lacks an answer. */
interface Part {
  node: HTMLElement;
  read: (into: Filled) => HTMLElement | undefined;
}

type Box = HTMLInputElement | HTMLSelectElement;

/** The form. `onSend` takes it; `onPhoto` keeps a picture and gives what names it. */
export function orderForm(
  form: OrderForm, onSend: (filled: Filled) => void, onPhoto: (file: File) => Promise<string>,
): HTMLFormElement {
  const parts = form.fields.map((field) => partOf(field, form, onPhoto));
  const wrong = el("p", { className: "failed", id: "tw-wrong", dir: "auto" }, form.missing);
  const made = el(
    "form", {
      className: "proof order", ariaLabel: form.title, noValidate: true,
      onsubmit: (event) => {
        event.preventDefault();
        const filled: Filled = { tool: form.tool, order_id: form.order };
        unmark();
        const lacking = parts.map((part) => part.read(filled)).find((box) => box);
        if (!lacking) return onSend(filled);
        lacking.ariaInvalid = "true";
        lacking.setAttribute("aria-describedby", wrong.id);
        lacking.closest("label")!.append(wrong);
        lacking.focus();
      },
      oninput: unmark,
    },
    ...parts.map((part) => part.node),
    el("button", {}, form.send),
  );
  function unmark(): void {
    const marked = wrong.parentNode?.querySelector("[aria-invalid]");
    marked?.removeAttribute("aria-invalid");
    marked?.removeAttribute("aria-describedby");
    wrong.remove();
  }
  return made;
}

/** Yes and no under what would happen. Only one of them can be pressed, once. */
export function decision(offer: Offer, onSay: (yes: boolean) => void): HTMLElement {
  const say = (yes: boolean) => () => {
    for (const button of node.querySelectorAll("button")) button.disabled = true;
    onSay(yes);
  };
  const node = el(
    "div", { className: "decision", role: "group", ariaLabel: offer.question, tabIndex: -1 },
    el("button", { className: "yes", onclick: say(true) }, offer.yes),
    el("button", { className: "quick", onclick: say(false) }, offer.no),
  );
  return node;
}

function partOf(field: FormField, form: OrderForm, onPhoto: (file: File) => Promise<string>): Part {
  switch (field.kind) {
    case "items": return amounts(field);
    case "swaps": return swaps(field);
    case "address": return address(field);
    case "photo": return photo(field, form, onPhoto);
    default: return single(field);
  }
}

function group(field: FormField, rows: { node: Node }[]): HTMLElement {
  return el("fieldset", {}, el("legend", {}, field.label), ...rows.map(({ node }) => node));
}

function select(options: Choice[], required = false): HTMLSelectElement {
  const made = options.map(({ id, label: text }) => el("option", { value: id, dir: "auto" }, text));
  return el("select", { required }, ...made);
}

const NONE = { id: "", label: "" };

/** How many of each: none at first, one where there is but one thing. */
function amounts(field: FormField): Part {
  const alone = field.items.length === 1;
  const rows = field.items.map(({ id, label, most }) => {
    const box = select(Array.from({ length: most + 1 }, (_, n) => ({ id: `${n}`, label: `${n}` })));
    box.value = alone ? "1" : "0";
    return { id, box, node: el("label", { className: "row" }, el("bdi", {}, label), box) };
  });
  const read = (into: Filled) => {
    const items = rows.flatMap(({ id, box }) => Array<string>(Number(box.value)).fill(id));
    into.items = items;
    return items.length ? undefined : rows[0]?.box;
  };
  return { node: group(field, rows), read };
}

/** For each unit what comes in its place. */
function swaps(field: FormField): Part {
  const rows = field.items.flatMap(({ id, label, most, options }) => Array.from({ length: most }, () => {
    const box = select([...field.options, ...options]);
    return { id, box, node: el("label", {}, el("bdi", {}, label), box) };
  }));
  const read = (into: Filled) => {
    const chosen = rows.filter(({ box }) => box.value);
    into.items = chosen.map(({ id }) => id);
    into.new_items = chosen.map(({ box }) => box.value);
    return chosen.length ? undefined : rows[0]?.box;
  };
  return { node: group(field, rows), read };
}

/** One of the options, or words of one's own. */
function single(field: FormField): Part {
  const required = field.required !== false;
  const box: Box = field.kind === "choice"
    ? select([NONE, ...field.options], required)
    : el("input", { dir: "auto", maxLength: field.most ?? 200, required });
  return { node: el("label", {}, field.label, box), read: (into) => put(into, field, box) };
}

/** Adds what a box holds, where it holds anything. */
function put(into: Filled, of: { name: string; required?: boolean }, box: Box): HTMLElement | undefined {
  const value = box.value.trim();
  if (value) into[of.name] = value;
  return !value && of.required !== false ? box : undefined;
}

/** The lines of an address; what stays as it is is read, not asked. */
function address(field: FormField): Part {
  const rows = field.blanks!.map((blank) => {
    const { label, most, fill, required, fixed, value, options } = blank;
    const box: Box = options.length
      ? select([NONE, ...options], required)
      : el("input", { dir: "auto", maxLength: most, autocomplete: fill as AutoFill, required });
    if (fixed || options.length) box.value = fixed || value;
    if (fixed) (box as HTMLInputElement).readOnly = true;
    return { blank, box, node: el("label", {}, label, box) };
  });
  const read = (into: Filled) => {
    const parts: Filled = {};
    into[field.name] = parts;
    return rows.map(({ blank, box }) => (blank.fixed ? undefined : put(parts, blank, box))).find((box) => box);
  };
  return { node: group(field, rows), read };
}

/** A picture is sent as soon as it is chosen; what names it goes with the form. */
function photo(field: FormField, form: OrderForm, onPhoto: (file: File) => Promise<string>): Part {
  let sha = "";
  const box = el("input", { type: "file", accept: "image/jpeg,image/png,image/webp", required: true });
  const told = el("p", { className: "note", role: "status", dir: "auto" });
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
        told.textContent = `✓ ${form.kept ?? ""}`;
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
    return sha ? undefined : box;
  };
  return { node: el("label", {}, field.label, box, told), read };
}
