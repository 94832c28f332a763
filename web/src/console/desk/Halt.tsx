import { useState } from "preact/hooks";

import { Icon } from "../../shared/icons.tsx";
import { halt } from "./calls.ts";
import { Dialog } from "./Dialog.tsx";
import type { Halt } from "./records.ts";
import { useAct } from "./useAct.ts";
import { useDesk } from "./useFront.ts";
import { exactly } from "./when.ts";
import { nameOf } from "./words.ts";

/** The kill switch. `small`: a round button in the bar of a phone. */
export function HaltSwitch({ small = false }: { small?: boolean }) {
  const { front } = useDesk();
  const [asking, setAsking] = useState(false);
  const told = front.halt ? "Lift the halt" : "Halt managed mode";
  if (front.me.role !== "merchant") return null;
  return (
    <>
      <button
        class={small ? "round switch-small" : "switch"} data-halted={front.halt !== null}
        aria-label={small ? told : undefined} onClick={() => setAsking(true)}
      >
        <Icon name={front.halt ? "go" : "stop"} />{!small && told}
      </button>
      {asking && <HaltDialog lift={front.halt !== null} onClose={() => setAsking(false)} />}
    </>
  );
}

/** On every page while managed mode is halted: by whom, since when, and the way back. */
export function HaltBanner() {
  const { front } = useDesk();
  const [asking, setAsking] = useState(false);
  if (!front.halt) return null;
  return (
    <div class="halted" role="status">
      <Icon name="stop" />
      <div>
        <p><b>Managed mode is halted.</b> Nothing is done without asking.</p>
        <p class="small">
          By {nameOf(front.halt.by, front.people)}, {exactly(front.halt.at)}
          {front.halt.reason && <>: <span dir="auto">“{front.halt.reason}”</span></>}
        </p>
      </div>
      {front.me.role === "merchant" && <button class="other" onClick={() => setAsking(true)}>Lift the halt</button>}
      {asking && <HaltDialog lift onClose={() => setAsking(false)} />}
    </div>
  );
}

function HaltDialog({ lift, onClose }: { lift: boolean; onClose: () => void }) {
  const { refresh } = useDesk();
  const [reason, setReason] = useState("");
  const act = useAct<{ halt: Halt | null }>();
  const yes = () => act.run(halt(!lift, reason.trim()), () => { refresh(); onClose(); });
  return (
    <Dialog
      title={lift ? "Lift the halt?" : "Halt managed mode?"} yes={lift ? "Let rules act again" : "Halt now"}
      danger={!lift} busy={act.busy} problem={act.problem} onYes={yes} onClose={onClose}
    >
      {lift
        ? (
          <p>
            From now on the rules of managed mode act without asking again, within their amounts and caps.
            What was turned down meanwhile is not done later.
          </p>
        )
        : (
          <p>
            From this moment nothing is done without asking: what a rule would let through is asked about
            instead (a buyer’s wish is passed on in words), and what one let through and nobody has sent yet
            is turned down. What people approve is still done. It stays so until somebody lifts it.
          </p>
        )}
      <label class="field">
        <span>Why <i>{lift ? "kept with the switch" : "all your people see it"}</i></span>
        <input value={reason} maxLength={500} dir="auto" onInput={(event) => setReason(event.currentTarget.value)} />
      </label>
    </Dialog>
  );
}
