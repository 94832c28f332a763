/** How a turn looks: what was asked, and the reply. */

import { type Turn, languageOf } from "../shared/turn.ts";
import { el, prose } from "./dom.ts";
import type { Strings } from "./strings.ts";

export function asked(turn: Turn, say: Strings): HTMLElement {
  return el(
    "div", { className: "asked" },
    el("span", { className: "away" }, `${say.you}: `),
    prose(turn.question),
    turn.note && el("p", { className: "note" }, el("bdi", {}, turn.note)),
  );
}

/** The reply so far; `again` asks once more when there is none. */
export function reply(turn: Turn, say: Strings, again: () => void): HTMLElement {
  const { state, text, citations, result, problem, by } = turn;
  const waiting = state === "running" && !text;
  return el(
    "div", { className: by ? "reply by-person" : "reply", hidden: state === "done" && !text, ariaBusy: String(state === "running") },
    by && el("p", { className: "by" }, el("bdi", {}, by), ` · ${say.human}`),
    waiting && el("p", { className: "working" }, say.working, el("i", {})),
    text && prose(text, languageOf(turn)),
    ...citations.map(({ source, excerpt }, i) => el(
      "details", {},
      el("summary", {}, el("span", { className: "away" }, `${say.source} `), el("b", {}, `${i + 1}`), el("bdi", {}, source)),
      el("blockquote", { dir: "auto" }, excerpt),
    )),
    result?.handover && el("p", { className: "person", dir: "auto" }, result.desk?.text || say.person),
    problem && el("p", { className: "failed", role: "alert", dir: "auto" }, `${problem.message} ${problem.hint}`),
    /^(failed|stopped)$/.test(state) && el("button", { className: "quick", onclick: again }, say.again),
  );
}

/** The one question about an answer, in a line below it; gone once it is answered. */
export function question(say: Strings, onWord: (helped: boolean) => void): HTMLElement {
  const word = (text: string, helped: boolean) =>
    el("button", { className: "quick", onclick: () => onWord(helped) }, text);
  return el("p", { className: "helped" }, el("span", {}, say.helped), word(say.yes, true), word(say.no, false));
}
