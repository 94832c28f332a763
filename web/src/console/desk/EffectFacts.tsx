import { useState } from "preact/hooks";

import type { EffectView } from "./records.ts";
import { RunLink } from "./RunLink.tsx";
import { useDesk } from "./useFront.ts";
import { exactly } from "./when.ts";
import { label, nameOf, valueText } from "./words.ts";

/** All that is known of an effect. */
export function EffectFacts({ view }: { view: EffectView }) {
  const { front } = useDesk();
  const { effect, sent_at, question, undone_by } = view;
  const receipt = effect.receipt?.["id"];
  const by = effect.receipt?.["settled_by"];
  return (
    <dl class="facts">
      {Object.entries(effect.arguments).map(([name, value]) => (
        <div key={name}><dt>{label(name)}</dt><dd dir="auto">{valueText(value)}</dd></div>
      ))}
      <div><dt>Proposed</dt><dd>by {nameOf(effect.proposed_by, front.people)}, {exactly(effect.created_at)}</dd></div>
      {sent_at && <div><dt>Sent</dt><dd>{exactly(sent_at)}</dd></div>}
      <div><dt>{effect.status === "unknown" ? "Parked" : "Last change"}</dt><dd>{exactly(effect.updated_at)}</dd></div>
      {effect.error && <div><dt>Told</dt><dd dir="auto">{effect.error}</dd></div>}
      <div><dt>Allowed by</dt><dd>{question
        ? <a href={`#/approvals/${question}`}>{effect.allowed_by ? "people, see their votes" : "see the question"}</a>
        : <>rule <span class="mono">{effect.allowed_by}</span></>}</dd></div>
      {receipt && <div><dt>Receipt</dt><dd class="mono">{valueText(receipt)}</dd></div>}
      {by && (
        <div>
          <dt>Settled</dt>
          <dd dir="auto">by {nameOf(valueText(by), front.people)}: {valueText(effect.receipt?.["note"] ?? "")}</dd>
        </div>
      )}
      {effect.undoes && <div><dt>Undoes</dt><dd class="mono">{effect.undoes}</dd></div>}
      {undone_by && <div><dt>Undone by</dt><dd class="mono">{undone_by}</dd></div>}
      <div><dt>Run</dt><dd><RunLink run={effect.run} /></dd></div>
      <div><dt>Key</dt><dd><Key text={effect.id} /></dd></div>
    </dl>
  );
}

/** Under which the receiver knows it. */
function Key({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = () => void navigator.clipboard.writeText(text).then(() => setCopied(true), () => setCopied(false));
  return (
    <span class="mono">{text}{" "}
      {navigator.clipboard && (
        <button class="link" onClick={copy}><span aria-live="polite">{copied ? "copied" : "copy"}</span></button>
      )}
    </span>
  );
}
