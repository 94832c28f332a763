/** Where a buyer writes: the message, and the proof of an order. */

import { Failure, type Given } from "../shared/talk.ts";
import { el, icon } from "./dom.ts";
import type { Strings } from "./strings.ts";
import type { Left } from "./talk.ts";

export interface Writing {
  node: HTMLFormElement;
  box: HTMLTextAreaElement;
}

/** The message field. `onSend` says whether it took the text. Enter sends, unless an input method
 * is still composing. */
export function writing(say: Strings, onSend: (text: string) => boolean): Writing {
  function send(event: Event): void {
    event.preventDefault();
    if (box.value.trim() && onSend(box.value.trim())) box.value = box.dir = "";
  }
  const box = el("textarea", {
    rows: 1, ariaLabel: say.write, placeholder: say.write,
    /** An empty field keeps the widget's direction. */
    oninput: () => void (box.dir = box.value && "auto"),
    onkeydown: (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
    },
  });
  const button = el("button", { className: "send", ariaLabel: say.send }, icon("M12 19V5M6 11l6-6 6 6"));
  return { box, node: el("form", { className: "write", onsubmit: send }, box, button) };
}

/** Order number, and e-mail or postcode: the browser asks for the e-mail where both are missing. */
export function proof(say: Strings, onSend: (given: Given) => void): HTMLFormElement {
  const order = el("input", { dir: "ltr", required: true, maxLength: 64, autocomplete: "off" });
  const email = el("input", { type: "email", dir: "ltr", required: true, maxLength: 200, autocomplete: "email" });
  const postcode = el("input", {
    dir: "ltr", maxLength: 40, autocomplete: "postal-code",
    oninput: () => void (email.required = !postcode.value.trim()),
  });
  return el(
    "form", {
      className: "proof",
      onsubmit: (event) => {
        event.preventDefault();
        const given = { email: email.value.trim(), postcode: postcode.value.trim() };
        const typed = Object.entries(given).filter(([, value]) => value);
        onSend({ order: order.value.trim(), ...Object.fromEntries(typed) });
      },
    },
    el("label", {}, say.number, order),
    el("label", {}, say.email, email),
    el("label", {}, say.postcode, postcode),
    el("button", {}, say.lookup),
  );
}

/** Name, e-mail and message for when nobody of the shop is there. */
export function contact(say: Strings, onSend: (left: Left) => Promise<void>): HTMLFormElement {
  const name = el("input", { dir: "auto", required: true, maxLength: 100, autocomplete: "name" });
  const email = el("input", { type: "email", dir: "ltr", required: true, maxLength: 254, autocomplete: "email" });
  const message = el("textarea", { dir: "auto", required: true, maxLength: 4000, rows: 3 });
  const wrong = el("p", { className: "failed", role: "alert", dir: "auto", hidden: true });
  const button = el("button", {}, say.leave);
  const form: HTMLFormElement = el(
    "form", {
      className: "proof",
      onsubmit: (event) => {
        event.preventDefault();
        button.disabled = true;
        const left = { name: name.value.trim(), email: email.value.trim(), message: message.value.trim() };
        onSend(left).then(
          () => form.replaceChildren(el("p", { className: "person", role: "status" }, say.left)),
          (error: unknown) => {
            button.disabled = false;
            if (!(error instanceof Failure)) throw error;
            wrong.textContent = `${error.problem.message} ${error.problem.hint}`;
            wrong.hidden = false;
          },
        );
      },
    },
    el("label", {}, say.name, name),
    el("label", {}, say.address, email),
    el("label", {}, say.message, message),
    wrong, button,
  );
  return form;
}
