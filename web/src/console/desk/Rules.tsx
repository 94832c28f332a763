import { useState } from "preact/hooks";

import { moneyText } from "../../shared/money.ts";
import { revoke } from "./calls.ts";
import { Dialog } from "./Dialog.tsx";
import { Empty, Page, Whole } from "./Page.tsx";
import type { Cap, Rule, Terms, ToolView } from "./records.ts";
import { useAct } from "./useAct.ts";
import { useDesk, useDocument } from "./useFront.ts";
import { dayOf, fromNow } from "./when.ts";
import { aboutOf, nameOf, ruleWords } from "./words.ts";

const LEAD = "What the platform may do without asking you, and what it asks about. Whatever no rule names is asked "
  + "about or left alone.";

/** What may be done without asking, and what is asked about. */
export function Rules() {
  const { front } = useDesk();
  const [rules, again] = useDocument<{ rules: Rule[] }>("/api/rules");
  const [terms] = useDocument<Terms>("/api/rules/terms");
  const merchant = front.me.role === "merchant";
  return (
    <Page
      title="Rules" lead={LEAD}
      action={merchant && <a class="do" href="#/rules/new">New rule</a>}
    >
      <Whole of={terms}>
        {(known) => (
          <>
            <Whole of={rules}>{(found) => <Kept rules={found.rules} terms={known} onRevoked={again} />}</Whole>
            <Shipped terms={known} />
          </>
        )}
      </Whole>
    </Page>
  );
}

function Kept({ rules, terms, onRevoked }: { rules: Rule[]; terms: Terms; onRevoked: () => void }) {
  const { front } = useDesk();
  const tools = new Map(terms.tools.map((tool) => [tool.name, tool]));
  const rows = (mode: Rule["mode"]) => rules.filter((rule) => rule.mode === mode)
    .map((rule) => <Row key={rule.id} rule={rule} tool={tools.get(rule.tool)} onRevoked={onRevoked} />);
  const [auto, ask] = [rows("auto"), rows("ask")];
  return (
    <>
      <section class="part">
        <h2>Done without asking (managed mode)</h2>
        {front.halt && auto.length > 0 && <p class="note">Halted: while the halt stands, none of these acts.</p>}
        {auto.length > 0
          ? <ul class="stack" aria-label="Managed mode">{auto}</ul>
          : (
            <Empty title="Nothing is done without asking.">
              A rule of managed mode lets the platform act alone, within an amount, a cap a day and an end
              that you give.
            </Empty>
          )}
      </section>
      {ask.length > 0 && (
        <section class="part">
          <h2>Your rules for asking</h2>
          <ul class="stack" aria-label="Rules for asking">{ask}</ul>
        </section>
      )}
    </>
  );
}

function Row({ rule, tool, onRevoked }: { rule: Rule; tool: ToolView | undefined; onRevoked: () => void }) {
  const { front } = useDesk();
  const [asking, setAsking] = useState(false);
  const what = aboutOf(rule, tool);
  return (
    <li class="entry rule" data-mode={rule.mode}>
      <p class="entry-title">{what}</p>
      <ul class="words">{ruleWords(rule).map((text) => <li key={text}>{text}</li>)}</ul>
      <p class="entry-facts">
        <span class="mono">{rule.tool}</span>
        <span>given by {nameOf(rule.granted_by, front.people)} on {dayOf(rule.created_at)}</span>
        {rule.expires_at && <span class="pill">ends {fromNow(rule.expires_at, Date.now())}</span>}
        {front.me.role === "merchant" && <button class="link red" onClick={() => setAsking(true)}>Revoke</button>}
      </p>
      {asking && <Revoking rule={rule} what={what} onClose={() => setAsking(false)} onRevoked={onRevoked} />}
    </li>
  );
}

function Revoking({ rule, what, onClose, onRevoked }: {
  rule: Rule; what: string; onClose: () => void; onRevoked: () => void;
}) {
  const act = useAct<Rule>();
  const yes = () => act.run(revoke(rule.id), () => { onClose(); onRevoked(); });
  return (
    <Dialog
      title="Revoke this rule?" yes="Revoke it" danger
      busy={act.busy} problem={act.problem} onYes={yes} onClose={onClose}
    >
      <p>{what}</p>
      <p>
        It ends for good; what it let through and nobody has sent yet is turned down. You can give a new one
        at any time.
      </p>
    </Dialog>
  );
}

function Shipped({ terms }: { terms: Terms }) {
  const asked = terms.tools.filter((tool) => tool.asks.length > 0);
  return (
    <section class="part">
      <h2>Where you have no rule</h2>
      <p class="soft">
        One of your people is asked before any of this; a question that nobody answers for {terms.question_hours}{" "}
        hours is a no. A buyer’s wish is passed on to you in words.
      </p>
      <ul class="plain">
        {asked.map((tool) => <li key={tool.name}>{tool.about} <span class="mono soft">{tool.name}</span></li>)}
      </ul>
      <p class="soft">{terms.caps.map(capText).join(" ")}</p>
    </section>
  );
}

function capText({ tool, count, amount }: Cap): string {
  const most = [count === null ? "" : `${count} things`, amount ? moneyText(amount) : ""].filter(Boolean).join(" and ");
  return `Whatever the rules say: at most ${most} a day ${tool === "*" ? "in all" : `with ${tool}`}.`;
}
