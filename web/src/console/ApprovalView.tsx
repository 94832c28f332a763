import { useEffect, useState } from "preact/hooks";

import type { ApprovalCard, Problem, TurnResult } from "../shared/records.ts";
import { decide } from "./desk/calls.ts";
import type { Approval } from "./desk/records.ts";
import { useMaybeDesk } from "./desk/useFront.ts";
import { read } from "./server.ts";

type State = "open" | "sending" | "decided";

/** One question: what would be done exactly, and the two answers. The hash of what is shown here goes
 *  with the answer, so that nobody decides about something else than they have seen. */
export function ApprovalView({ card }: { card: ApprovalCard }) {
  const [question, setQuestion] = useState<Approval | null>(null);
  const desk = useMaybeDesk();
  const [state, setState] = useState<State>("open");
  const [told, setTold] = useState("");
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);

  useEffect(() => {
    let here = true;
    void read<{ approvals: Approval[] }>("/api/approvals").then((found) => {
      if (!here) return;
      if ("problem" in found) return setProblem(found.problem);
      const mine = found.value.approvals.find((one) => one.id === card.id);
      if (mine) setQuestion(mine);
      else setState("decided");
    });
    return () => { here = false; };
  }, [card.id]);

  const answer = async (decision: "approve" | "reject") => {
    if (!question) return;
    setState("sending");
    setProblem(null);
    const done = await decide(question, decision, reason);
    if ("problem" in done) {
      setProblem(done.problem);
      return setState("open");
    }
    desk?.refresh();
    setTold(said(done.value.answer, done.value.status));
    setState(done.value.status === "pending" ? "open" : "decided");
  };

  return (
    <div class="card" data-approval={state}>
      <p class="card-head">{state === "decided" ? "Decided" : "Waits for your approval"}</p>
      <p dir="auto">{question?.summary ?? card.summary}</p>
      {question && !isPacket(question) && state !== "decided" && (
        <form class="decide" onSubmit={(event) => { event.preventDefault(); void answer("approve"); }}>
          <button class="yes" type="submit" disabled={state === "sending"}>Approve</button>
          <button class="no" type="button" disabled={state === "sending"} onClick={() => void answer("reject")}>Reject</button>
          <input aria-label="Reason" placeholder="Reason, if you reject" maxLength={500} value={reason}
            onInput={(event) => setReason(event.currentTarget.value)} />
        </form>
      )}
      {question && (
        <p class="small">
          <a href={`#/approvals/${card.id}`}>
            {linkWords(question, state)}
          </a>
        </p>
      )}
      <p class="soft small" aria-live="polite" dir="auto">
        {state === "sending" ? "Sending…" : problem ? `${problem.message} ${problem.hint}` : told}
      </p>
    </div>
  );
}

/** Whether files would be sent: they are read on the question’s own page before anybody decides. */
function isPacket(question: Approval): boolean {
  return typeof question.arguments.packet === "string";
}

function linkWords(question: Approval, state: State): string {
  if (state === "decided") return "See the question";
  return isPacket(question) ? "Read the packet and decide" : "See what carries it, or change it";
}

function said(answer: TurnResult | null, status: string): string {
  if (answer) return answer.answer;
  return status === "pending" ? "One more person must agree." : `It is ${status}.`;
}
