/** The conversation box: head, messages, forms. Built once, when first opened. */

import { type Given, newId } from "../shared/talk.ts";
import type { Turn } from "../shared/turn.ts";
import { decision, orderForm } from "./doing.ts";
import { el, icon } from "./dom.ts";
import { contact, proof, writing } from "./forms.ts";
import { asked, question, reply } from "./messages.ts";
import type { Session } from "./session.ts";
import type { Strings } from "./strings.ts";
import { Talk, asksForOrder } from "./talk.ts";

export interface Panel {
  node: HTMLElement;
  /** Bring it into use, with a text to go on writing when one is given. */
  enter: (text: string) => void;
}

export function panel(session: Session, title: string, say: Strings, onClose: () => void): Panel {
  const talk = new Talk(session, show);
  const log = el("div", { role: "log", ariaLive: "polite" });
  const start = el("div", { className: "start" }, el("p", { className: "hello" }, say.hello));
  const scroll = el("div", { className: "scroll" }, log, start);
  const { node: form, box } = writing(say, send);
  const look = el("button", { className: "look", onclick: () => askProof() }, say.order);
  let proofForm: HTMLFormElement | undefined;
  let contactForm: HTMLFormElement | undefined;
  const helped = question(say, (yes) => {
    void talk.judge(yes);
    box.focus();
  });
  let shown = 0;
  let newest: Turn | undefined;

  function send(text: string, given?: Given): boolean {
    if (talk.running) return false;
    closeProof();
    void talk.send(text, given);
    return true;
  }
  function askProof(): void {
    proofForm ??= proof(say, (given) => {
      send(asksForOrder(talk.last) ? talk.last!.question : say.where, given);
      box.focus();
    });
    scroll.append(proofForm);
    look.hidden = true;
    proofForm.querySelector("input")?.focus();
    toEnd();
  }
  /** Nobody is there: once, a way to leave word. */
  function offerContact(): void {
    if (contactForm) return;
    contactForm = contact(say, (left) => talk.leave(left));
    scroll.append(contactForm);
    toEnd();
  }
  /** The newest turn's form, or yes and no: an older one is open no more. */
  function offerDoing(): void {
    doing?.remove();
    doing = undefined;
    const result = talk.last?.state === "done" ? talk.last.result : null;
    if (result?.form) {
      const form = result.form;
      const key = newId();
      doing = orderForm(
        form,
        (filled) => {
          void talk.act("do", form.title, { key, language: result.language, form: filled });
          box.focus();
        },
        (file) => talk.photo(file),
      );
    } else if (result?.offer) {
      const offer = result.offer;
      doing = decision(offer, (yes) => {
        void talk.act("reply", yes ? offer.yes : offer.no, { run: offer.run, hash: offer.hash, yes });
        box.focus();
      });
    }
    if (!doing) return;
    scroll.append(doing);
    /** To whoever waits for it, not to whoever writes. */
    if (result!.offer && !box.value && box.matches(":focus")) doing.focus();
  }
  let doing: HTMLElement | undefined;
  let drawn: Turn | undefined;
  function closeProof(): void {
    proofForm?.remove();
    proofForm = undefined;
    look.hidden = false;
  }
  function toEnd(): void {
    scroll.scrollTop = scroll.scrollHeight;
  }
  /** Draw new turns, and the newest anew when it has changed: no other does. */
  function show(): void {
    if (newest && newest !== talk.turns[shown - 1]) log.lastElementChild!.replaceWith(draw(shown - 1));
    for (; shown < talk.turns.length; shown++) {
      if (talk.turns[shown]!.question) log.append(asked(talk.turns[shown]!, say));
      log.append(draw(shown));
    }
    newest = talk.last;
    start.hidden = shown > 0;
    if (talk.judged) log.after(helped);
    else helped.remove();
    if (talk.last?.state === "done" && asksForOrder(talk.last)) askProof();
    if (talk.last?.state === "done" && talk.last.result?.desk?.contact) offerContact();
    if (drawn !== talk.last) offerDoing();
    drawn = talk.last;
    toEnd();
  }
  function draw(i: number): HTMLElement {
    return reply(talk.turns[i]!, say, () => talk.again());
  }

  for (const text of [say.where, say.returns, say.delivery]) {
    start.append(el("button", { className: "quick", onclick: () => void (send(text) && box.focus()) }, text));
  }
  const node = el(
    "section", { className: "box", role: "dialog", ariaLabel: title },
    el(
      "div", { className: "head" },
      el("div", {}, el("h2", {}, el("bdi", {}, title)), el("p", { className: "disclosure" }, say.disclosure)),
      el("button", { className: "close", ariaLabel: say.close, onclick: onClose }, icon("M6 6l12 12M18 6L6 18")),
    ),
    scroll,
    el("div", { className: "foot" }, look, form),
  );
  show();
  return {
    node,
    enter: (text) => {
      if (text) box.value = text;
      box.focus();
      toEnd();
    },
  };
}
