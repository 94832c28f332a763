import { useState } from "preact/hooks";

import { moneyText } from "../../shared/money.ts";
import { ProblemNote } from "../ProblemNote.tsx";
import { lookUp, settle } from "./calls.ts";
import { Dialog } from "./Dialog.tsx";
import { EffectFacts } from "./EffectFacts.tsx";
import type { Effect, EffectView } from "./records.ts";
import { useAct } from "./useAct.ts";
import { useDesk } from "./useFront.ts";
import { targetText } from "./words.ts";

interface Props {
  view: EffectView;
  onChanged: () => void;
}

/** An effect whose outcome nobody knows: what is known, looking again, settling by hand. */
export function UnknownEffect({ view, onChanged }: Props) {
  const { front, refresh } = useDesk();
  const { effect } = view;
  const [asking, setAsking] = useState(false);
  const [told, setTold] = useState("");
  const act = useAct<{ effect: Effect; known: boolean }>();
  const changed = () => { refresh(); onChanged(); };
  const look = () => act.run(lookUp(effect.id), (found) => {
    if (found.effect.status !== "unknown") return changed();
    setTold(found.known
      ? "The receiver shows it otherwise than it was asked for. Look there, then settle it by hand."
      : "The receiver knows nothing under this key. If you are sure that it will not come in later, settle it as "
        + "not done.");
  });
  return (
    <li class="entry unknown">
      <p class="entry-title">
        <span class="mono">{effect.tool}</span> <bdi>{targetText(effect.target)}</bdi>{" "}
        {effect.amount && moneyText(effect.amount)}
      </p>
      <EffectFacts view={view} />
      {front.me.role === "merchant" && (
        <p class="buttons">
          <button class="do" disabled={act.busy} onClick={look}>
            {act.busy ? "Asking the receiver…" : "Look it up again"}
          </button>
          <button class="other" onClick={() => setAsking(true)}>Settle by hand…</button>
        </p>
      )}
      <p class="told" aria-live="polite">{told}</p>
      {act.problem && <ProblemNote problem={act.problem} />}
      {asking && (
        <Settling
          effect={effect} onClose={() => setAsking(false)} onSettled={() => { setAsking(false); changed(); }}
        />
      )}
    </li>
  );
}

function Settling({ effect, onClose, onSettled }: { effect: Effect; onClose: () => void; onSettled: () => void }) {
  const [done, setDone] = useState<boolean | null>(null);
  const [note, setNote] = useState("");
  const act = useAct<Effect>();
  const yes = () => { if (done !== null && note.trim()) act.run(settle(effect.id, done, note.trim()), onSettled); };
  return (
    <Dialog
      title="What became of it?" yes="Settle it for good"
      busy={act.busy} problem={act.problem} onYes={yes} onClose={onClose}
    >
      <p>
        Look at the receiver under the key <span class="mono">{effect.id}</span> first. Your word stands: nobody asks
        again.
      </p>
      <fieldset class="field choices">
        <legend class="away">What became of it</legend>
        <label class="choice">
          <input type="radio" name="done" required checked={done === true} onChange={() => setDone(true)} />
          <span><b>It was done</b><i>It stays counted against the caps.</i></span>
        </label>
        <label class="choice">
          <input type="radio" name="done" required checked={done === false} onChange={() => setDone(false)} />
          <span><b>It was not done</b><i>It counts no more, and can be asked for anew.</i></span>
        </label>
      </fieldset>
      <label class="field">
        <span>How you know</span>
        <input value={note} required maxLength={500} dir="auto" onInput={(event) => setNote(event.currentTarget.value)} />
      </label>
    </Dialog>
  );
}
