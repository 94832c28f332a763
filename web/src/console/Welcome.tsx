import type { Agent } from "../shared/records.ts";
import { AgentChip } from "./PlanView.tsx";
import { ProblemNote } from "./ProblemNote.tsx";
import type { Loaded, Scenario } from "./server.ts";

const SHOWN = 6;
const ORDER: Agent[] = ["chargeback", "service", "ads", "studio"];

/** The empty conversation: what can be asked for. */
export function Welcome({ scenarios, onPick }: { scenarios: Loaded<Scenario[]>; onPick: (text: string) => void }) {
  return (
    <div class="welcome">
      <h1>What can I take off your desk?</h1>
      <p class="lead">
        Ask in your own language. Every answer shows the records that it stands on, and says so
        when there are none.
      </p>
      {scenarios && "problem" in scenarios && <ProblemNote problem={scenarios.problem} />}
      {scenarios && "value" in scenarios && (
        <ul class="ideas">
          {pick(scenarios.value).map((scenario) => <Idea key={scenario.id} scenario={scenario} onPick={onPick} />)}
        </ul>
      )}
    </div>
  );
}

function Idea({ scenario, onPick }: { scenario: Scenario; onPick: (text: string) => void }) {
  const example = exampleOf(scenario, navigator.languages);
  return (
    <li>
      <button class="idea" onClick={() => onPick(example ?? scenario.title)}>
        <AgentChip agent={scenario.agent} />
        <span class="idea-title">{scenario.title}</span>
        {example && <span class="idea-text" dir="auto">{example}</span>}
      </button>
    </li>
  );
}

/** Some scenarios that are ready, one agent after the other in turn. */
function pick(scenarios: Scenario[]): Scenario[] {
  const ready = scenarios.filter((scenario) => scenario.status === "ready");
  const queues = ORDER.map((agent) => ready.filter((scenario) => scenario.agent === agent));
  const rounds = Math.max(0, ...queues.map((queue) => queue.length));
  return Array.from({ length: rounds }, (_, i) => queues.flatMap((queue) => queue[i] ?? []))
    .flat().slice(0, SHOWN);
}

/** A message that asks for the scenario, in the reader's language where there is one. */
function exampleOf(scenario: Scenario, languages: readonly string[]): string | undefined {
  const wanted = [...languages.map((tag) => tag.slice(0, 2)), "en"];
  return wanted.flatMap((tag) => scenario.examples?.[tag] ?? [])[0];
}
