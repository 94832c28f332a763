/**
 * The buyer widget. One tag puts it on any page:
 *
 *     <script defer src="https://HOST/assets/widget.js" data-shop="Name"></script>
 *
 * On the shop's own site it also names the shop, whose origins the site must be one of (see
 * `tradewind keys origins`), and may say who the buyer is:
 *
 *     data-shop-id="ID"      the shop
 *     data-token="JWT"       a token that the shop's server signed for the buyer of this page
 *     data-token-from="name" a function of the page's that gives a fresh one, or a promise of it;
 *                            asked again whenever a session is over. "" for a buyer nobody knows.
 *
 * A shop that holds the chat back from some visitors, to see what it does (docs/measures.md), says
 * whether this visitor agreed to be counted:
 *
 *     data-consent="yes"|"no"  or  data-consent-from="name", a function of the page's
 *
 * and hears `tradewind:visitor` on the document, whose detail is an id for the cart.
 *
 * `data-language` fixes the language (else the browser's), `data-theme` light or dark (else the
 * system's). Anything with `data-tradewind-open` opens it; the attribute's value is written into
 * the message field. `data-shop` is read when the widget is first opened.
 */

import { el, icon } from "./dom.ts";
import { type Panel, panel } from "./panel.ts";
import { Session } from "./session.ts";
import { languageFor, stringsOf } from "./strings.ts";
import { isShown } from "./visitor.ts";
import styles from "./widget.css?inline";

const BUBBLE =
  "M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.5 4v-4A2.5 2.5 0 0 1 4 13.5z";

function mount(script: HTMLScriptElement): void {
  const { language: fixed, theme } = script.dataset;
  const language = languageFor(fixed ? [fixed] : navigator.languages);
  const rtl = language === "ar";
  const say = stringsOf(language);
  const session = new Session({
    server: new URL(script.src), shop: script.dataset.shopId ?? "", token: () => tokenOf(script),
  });

  const launch = el("button", { className: "launch", onclick: () => open("") }, icon(BUBBLE), say.open);
  const root = el("div", {
    className: "tw", lang: language, dir: rtl ? "rtl" : "ltr",
    onkeydown: (event) => void (event.key === "Escape" && close()),
  }, launch);
  let opened: Panel | undefined;

  function open(text: string): void {
    opened ??= panel(session, script.dataset.shop || say.open, say, close);
    root.replaceChildren(opened.node);
    opened.enter(text);
  }
  function close(): void {
    root.replaceChildren(launch);
    launch.focus();
  }

  if (script.dataset.consent || script.dataset.consentFrom) {
    launch.hidden = true;
    void held(script, session).then((show) => void (launch.hidden = !show));
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

/** Whether the launcher is there. Who asks for the chat by the page's own button has it in any case. */
async function held(script: HTMLScriptElement, session: Session): Promise<boolean> {
  const { consent, consentFrom } = script.dataset;
  const agreed = consentFrom ? await asked(consentFrom) : consent === "yes";
  return isShown(session.url("/api/widget/visitor"), agreed === true, (detail) =>
    void document.dispatchEvent(new CustomEvent("tradewind:visitor", { detail })));
}

/** The shop's word for the buyer. What the page does wrong is told to the page; the buyer goes on
 * as somebody nobody knows. */
async function tokenOf(script: HTMLScriptElement): Promise<string> {
  const { token = "", tokenFrom } = script.dataset;
  if (!tokenFrom) return token;
  return String((await asked(tokenFrom)) ?? "");
}

/** What a function of the page's gives; nothing where it fails. */
async function asked(name: string): Promise<unknown> {
  try {
    return await (window as unknown as Record<string, () => unknown>)[name]!();
  } catch (error) {
    reportError(error);
    return undefined;
  }
}

mount(document.currentScript as HTMLScriptElement);
