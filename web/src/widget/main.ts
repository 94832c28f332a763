/**
 * The buyer widget. One tag puts it on any page:
 *
 *     <script defer src="https://HOST/assets/widget.js" data-shop="Name"></script>
 *
 * `data-language` fixes the language (else the browser's), `data-theme` light or dark (else the
 * system's). Anything with `data-tradewind-open` opens it; the attribute's value is written into
 * the message field. `data-shop` is read when the widget is first opened.
 */

import { el, icon } from "./dom.ts";
import { type Panel, panel } from "./panel.ts";
import { languageFor, stringsOf } from "./strings.ts";
import styles from "./widget.css?inline";

const BUBBLE =
  "M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.5 4v-4A2.5 2.5 0 0 1 4 13.5z";

function mount(script: HTMLScriptElement): void {
  const { language: fixed, theme } = script.dataset;
  const language = languageFor(fixed ? [fixed] : navigator.languages);
  const rtl = language === "ar";
  const say = stringsOf(language);
  const url = new URL("/api/chat?as_=buyer", script.src).href;

  const launch = el("button", { className: "launch", onclick: () => open("") }, icon(BUBBLE), say.open);
  const root = el("div", {
    className: "tw", lang: language, dir: rtl ? "rtl" : "ltr",
    onkeydown: (event) => void (event.key === "Escape" && close()),
  }, launch);
  let opened: Panel | undefined;

  function open(text: string): void {
    opened ??= panel(url, script.dataset.shop || say.open, say, close);
    root.replaceChildren(opened.node);
    opened.enter(text);
  }
  function close(): void {
    root.replaceChildren(launch);
    launch.focus();
  }

  document.addEventListener("click", (event) => {
    const marked = (event.target as Element).closest<HTMLElement>("[data-tradewind-open]");
    if (marked) open(marked.dataset.tradewindOpen ?? "");
  });
  const host = document.createElement("tradewind-chat");
  host.dataset.side = rtl ? "left" : "right";
  if (theme) host.dataset.theme = theme;
  const shadow = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  shadow.adoptedStyleSheets = [sheet];
  shadow.append(root);
  /** Beside the body, not in it: a transform on the body would move a fixed box. */
  document.documentElement.append(host);
}

mount(document.currentScript as HTMLScriptElement);
