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
          {pick(scenarios.value).map((scenario) => (
            <li key={scenario.id}>
              <button class="idea" onClick={() => onPick(exampleOf(scenario, navigator.languages))}>
                <AgentChip agent={scenario.agent} />
                <span class="idea-title">{scenario.title}</span>
                <span class="idea-text" dir="auto">{exampleOf(scenario, navigator.languages)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
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
function exampleOf(scenario: Scenario, languages: readonly string[]): string {
  const wanted = [...languages.map((tag) => tag.slice(0, 2)), "en"];
  return wanted.flatMap((tag) => scenario.examples?.[tag] ?? [])[0] ?? scenario.title;
}
