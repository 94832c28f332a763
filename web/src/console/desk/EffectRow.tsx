import { useState } from "preact/hooks";

import { moneyText } from "../../shared/money.ts";
import type { TurnResult } from "../../shared/records.ts";
import { undo } from "./calls.ts";
import { Dialog } from "./Dialog.tsx";
import { EffectFacts } from "./EffectFacts.tsx";
import type { EffectView } from "./records.ts";
import { useAct } from "./useAct.ts";
import { useDesk } from "./useFront.ts";
import { exactly, fromNow } from "./when.ts";
import { STATUS, targetText } from "./words.ts";

/** One effect on a line; opens to all that is known of it, and to its undoing. */
export function EffectRow({ view, onChanged }: { view: EffectView; onChanged: () => void }) {
  const { front } = useDesk();
  const { effect } = view;
  const [asking, setAsking] = useState(false);
  const [told, setTold] = useState<TurnResult | null>(null);
  return (
    <li>
      <details class="row" data-status={effect.status}>
        <summary>
          <span class="row-what"><span class="mono">{effect.tool}</span> <bdi>{targetText(effect.target)}</bdi></span>
          <span class="row-amount">{effect.amount ? moneyText(effect.amount) : ""}</span>
          <span class="row-status">{STATUS[effect.status]}</span>
          <span class="row-when" title={exactly(effect.created_at)}>{fromNow(effect.created_at, Date.now())}</span>
        </summary>
        <EffectFacts view={view} />
        {view.can_undo && front.me.role === "merchant" && (
          <p class="buttons"><button class="other" onClick={() => setAsking(true)}>Undo this…</button></p>
        )}
        {told && <Told told={told} />}
      </details>
      {asking && (
        <Undoing
          view={view} onClose={() => setAsking(false)}
          onDone={(result) => { setTold(result); setAsking(false); onChanged(); }}
        />
      )}
    </li>
  );
}

function Undoing({ view, onClose, onDone }: {
  view: EffectView; onClose: () => void; onDone: (told: TurnResult) => void;
}) {
  const { refresh } = useDesk();
  const act = useAct<TurnResult>();
  const yes = () => act.run(undo(view.effect.id), (told) => { refresh(); onDone(told); });
  return (
    <Dialog title="Undo this?" yes="Undo it" busy={act.busy} problem={act.problem} onYes={yes} onClose={onClose}>
      <p dir="auto"><span class="mono">{view.effect.tool}</span> · {targetText(view.effect.target)}</p>
      <p>
        What stood there before is put back. That is an effect of its own, under the same rules: it may be
        asked about before it is done.
      </p>
    </Dialog>
  );
}

function Told({ told }: { told: TurnResult }) {
  return (
    <p class="note" aria-live="polite" dir="auto">
      {told.answer} {told.approvals.map((card) => <a key={card.id} href={`#/approvals/${card.id}`}>Answer the question</a>)}
    </p>
  );
}
