import type { Agent } from "../shared/records.ts";
import { Icon } from "../shared/icons.tsx";
import type { Step, Turn } from "../shared/turn.ts";
import type { Scenario } from "./server.ts";

const STATES: Record<Step["state"], string> = { planned: "planned", running: "running", done: "done" };

export function AgentChip({ agent }: { agent: Agent }) {
  return <span class="agent" data-agent={agent}>{agent}</span>;
}

/** The plan's steps and how far each is. A step that ends with the turn unfinished is stopped. */
export function PlanView({ turn, scenarios }: { turn: Turn; scenarios: Map<string, Scenario> }) {
  const over = turn.state === "stopped" || turn.state === "failed";
  return (
    <ol class="plan" aria-label="Plan">
      {turn.steps.map((step, i) => {
        const halted = over && step.state === "running";
        return (
          <li key={i} class="step" data-state={halted ? "halted" : step.state}>
            <span class="dot">{step.state === "done" && <Icon name="check" />}</span>
            <span class="step-title">{scenarios.get(step.scenario)?.title ?? step.scenario}</span>
            <AgentChip agent={step.agent} />
            <span class="away">{halted ? "stopped" : STATES[step.state]}</span>
            {Object.keys(step.inputs).length > 0 && <Inputs inputs={step.inputs} question={turn.question} />}
          </li>
        );
      })}
    </ol>
  );
}

/** What the step was given; the message itself is not said again. */
function Inputs({ inputs, question }: { inputs: Record<string, string>; question: string }) {
  const told = Object.entries(inputs).filter(([, value]) => value !== question);
  return (
    <span class="inputs">
      {told.map(([name, value]) => (
        <span key={name}>{name.replaceAll("_", " ")} <bdi>{value}</bdi></span>
      ))}
    </span>
  );
}
