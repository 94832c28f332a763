import { useState } from "preact/hooks";

import { ProblemNote } from "../ProblemNote.tsx";
import { ArgumentField } from "./ArgumentField.tsx";
import { type Decided, decide } from "./calls.ts";
import { type Typed, changesOf, typedOf, wrongIn } from "./arguments.ts";
import type { Briefing } from "./records.ts";
import { useAct } from "./useAct.ts";
import { useDesk } from "./useFront.ts";
import { label, valueText } from "./words.ts";

/** What would be sent, exactly, and a person's word on it. What they change is checked anew. */
export function Answering({ told, onAnswered }: { told: Briefing; onAnswered: (said: string) => void }) {
  const { front, refresh } = useDesk();
  const [typed, setTyped] = useState<Typed>(() => typedOf(told.arguments));
  const [reason, setReason] = useState("");
  const act = useAct<Decided>();
  const { approval } = told;
  const changes = changesOf(told.arguments, typed, front.shop.currency);
  const wrong = wrongIn(told.arguments, typed, front.shop.currency);
  const changed = Object.keys(changes).length > 0;
  const may = approval.status === "pending" && !told.barred;

  const answer = (decision: "approve" | "reject") => {
    if (decision === "approve" && wrong) return;
    const others = decision === "approve" && changed ? changes : null;
    act.run(decide(approval, decision, reason.trim(), others), (done) => {
      refresh();
      onAnswered(wordsOf(done));
    });
  };

  return (
    <form class="answering form" data-open={may} onSubmit={(event) => { event.preventDefault(); answer("approve"); }}>
      <h2>{approval.status === "pending" ? "What would be sent" : "What it was about"}</h2>
      {told.arguments.map((argument) => may && !argument.fixed
        ? (
          <ArgumentField key={argument.name} argument={argument} text={typed[argument.name] ?? ""}
            currency={front.shop.currency} wrong={wrong === argument.name}
            onText={(text) => setTyped({ ...typed, [argument.name]: text })} />
        )
        : (
          <p key={argument.name} class="given">
            <span>{label(argument.name)}</span> <b dir="auto">{valueText(argument.value)}</b>
          </p>
        ))}
      {may && changed && (
        <p class="note">
          Your change makes a new question: it is checked again by the same rules, and earlier votes no longer count.
        </p>
      )}
      {may && (
        <>
          <label class="field">
            <span>Reason <i>kept with your word</i></span>
            <input value={reason} maxLength={500} dir="auto" onInput={(event) => setReason(event.currentTarget.value)} />
          </label>
          <p class="buttons">
            <button class="do" type="submit" disabled={act.busy || wrong !== null}>
              {changed ? "Approve as changed" : "Approve"}
            </button>
            <button class="other danger" type="button" disabled={act.busy} onClick={() => answer("reject")}>Reject</button>
          </p>
        </>
      )}
      {approval.status === "pending" && told.barred && <p class="note">You cannot answer this: {told.barred}.</p>}
      {act.problem && <ProblemNote problem={act.problem} />}
      {act.busy && <p class="working">One moment</p>}
      <p class="soft small">
        A word counts for these exact arguments and no others:{" "}
        <span class="mono">{approval.arguments_hash.slice(0, 12)}</span>
      </p>
    </form>
  );
}

function wordsOf({ status, answer }: Decided): string {
  if (answer) return answer.answer;
  return status === "pending" ? "Your yes is counted. One more person must agree." : `It is ${status}.`;
}
