import { useState } from "preact/hooks";

import { Icon } from "../shared/icons.tsx";
import { Prose } from "../shared/Prose.tsx";
import type { TurnResult } from "../shared/records.ts";
import { type Turn, languageOf } from "../shared/turn.ts";
import type { Opened } from "./Panel.tsx";
import { ApprovalView } from "./ApprovalView.tsx";
import { PlanView } from "./PlanView.tsx";
import { ProblemNote } from "./ProblemNote.tsx";
import type { Scenario } from "./server.ts";

interface Props {
  turn: Turn;
  scenarios: Map<string, Scenario>;
  onOpen: (what: Opened) => void;
  onRetry: (text: string) => void;
}

/** One answer: plan, text, what it stands on, and how it came about. */
export function AnswerView({ turn, scenarios, onOpen, onRetry }: Props) {
  const { state, text, result, problem } = turn;
  return (
    <div class="answer" aria-busy={state === "running"} data-state={state}>
      <span class="away">Tradewind: </span>
      {turn.steps.length > 0 && <PlanView turn={turn} scenarios={scenarios} />}
      {state === "running" && !text && <p class="working">{waitingFor(turn)}</p>}
      {text && <Prose text={text} lang={languageOf(turn)} />}
      {turn.citations.length > 0 && <Citations turn={turn} onOpen={onOpen} />}
      {result && <Notices result={result} />}
      {state === "stopped" && <p class="soft small">Stopped. Nothing more was done for this message.</p>}
      {problem && <ProblemNote problem={problem} onRetry={() => onRetry(turn.question)} />}
      {state !== "running" && turn.run && <Foot turn={turn} onOpen={onOpen} />}
    </div>
  );
}

function waitingFor(turn: Turn): string {
  if (!turn.plan) return "Reading your message";
  return turn.steps.some((step) => step.state !== "done") ? "Working through the plan" : "Checking the answer";
}

function Citations({ turn, onOpen }: { turn: Turn; onOpen: (what: Opened) => void }) {
  return (
    <ul class="citations" aria-label="Sources">
      {turn.citations.map((citation, i) => (
        <li key={citation.id}>
          <button
            class="citation"
            onClick={() => onOpen({ kind: "citation", run: turn.run, citations: turn.citations, index: i })}
          >
            <span class="away">Source </span><b>{i + 1}</b><bdi>{citation.source}</bdi>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Notices({ result }: { result: TurnResult }) {
  return (
    <>
      {(result.handover !== null || !result.grounded) && (
        <p class="badges">
          {result.handover !== null && (
            <span class="badge amber"><Icon name="person" />Handed to a person<i>{plain(result.handover)}</i></span>
          )}
          {!result.grounded && (
            <span class="badge red"><Icon name="warn" />Not grounded<i>not every sentence is carried by a record</i></span>
          )}
        </p>
      )}
      {result.approvals.map((card) => <ApprovalView key={card.id} card={card} />)}
      {result.actions.length > 0 && (
        <ul class="actions" aria-label="Actions">
          {result.actions.map((action, i) => (
            <li key={i}><span class="mono">{action.tool}</span> {action.effect} · {action.status}</li>
          ))}
        </ul>
      )}
    </>
  );
}

/** `order_status.lost` as a person reads it. */
function plain(reason: string): string {
  return reason.replaceAll("_", " ").replaceAll(".", ": ");
}

function Foot({ turn, onOpen }: { turn: Turn; onOpen: (what: Opened) => void }) {
  const seconds = turn.result ? `${turn.result.seconds.toFixed(turn.result.seconds < 10 ? 2 : 0)} s` : "";
  return (
    <p class="foot">
      {turn.text && <Copy text={turn.text} />}
      <button class="link run" onClick={() => onOpen({ kind: "run", run: turn.run })}>
        <span class="mono">{turn.run}</span>{seconds && <span>{seconds}</span>}
      </button>
    </p>
  );
}

function Copy({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  if (!navigator.clipboard) return null;
  const copy = () => void navigator.clipboard.writeText(text).then(() => setCopied(true), () => setCopied(false));
  return (
    <button class="link copy" onClick={copy}>
      <Icon name={copied ? "check" : "copy"} /><span aria-live="polite">{copied ? "Copied" : "Copy"}</span>
    </button>
  );
}
