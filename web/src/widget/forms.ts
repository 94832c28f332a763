/** Where a buyer writes: the message, and the proof of an order. */

import type { Given } from "../shared/talk.ts";
import { el, icon } from "./dom.ts";
import type { Strings } from "./strings.ts";

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
