/** One turn as a page shows it, and the reducer that brings it up to date with each event. */

import type { AguiEvent } from "./agui.ts";
import type { Citation, Plan, PlanStep, Problem, TurnResult } from "./records.ts";

export interface Step extends PlanStep {
  state: "planned" | "running" | "done";
}

export interface Turn {
  question: string;
  note: string;
  state: "running" | "done" | "stopped" | "failed";
  run: string;
  text: string;
  plan: Plan | null;
  steps: Step[];
  citations: Citation[];
  result: TurnResult | null;
  problem: Problem | null;
  /** The person of the shop who said it, asked nothing. */
  by?: string;
}

/** What a person of the shop said. */
export function personTurn(text: string, by: string): Turn {
  return { ...openTurn(""), state: "done", text, by };
}

/** A turn that was just asked. `note` stands small below the question. */
export function openTurn(question: string, note = ""): Turn {
  return {
    question, note, state: "running", run: "", text: "", plan: null, steps: [], citations: [],
    result: null, problem: null,
  };
}

/** The turn after one event. Pure. */
export function reduce(turn: Turn, event: AguiEvent): Turn {
  switch (event.type) {
    case "RUN_STARTED":
      return { ...turn, run: event.runId };
    case "CUSTOM":
      return custom(turn, event);
    case "STEP_STARTED":
      return { ...turn, steps: move(turn.steps, event.stepName, "planned", "running") };
    case "STEP_FINISHED":
      return { ...turn, steps: move(turn.steps, event.stepName, "running", "done") };
    case "TEXT_MESSAGE_CONTENT":
      return { ...turn, text: turn.text + event.delta };
    case "RUN_FINISHED":
      return finish(turn, event.result);
    case "RUN_ERROR":
      return fail(turn, { status: 200, message: event.message, hint: "" });
    case "TEXT_MESSAGE_START":
    case "TEXT_MESSAGE_END":
      return turn;
  }
}

/** The turn ended without an answer. */
export function fail(turn: Turn, problem: Problem): Turn {
  return { ...turn, state: "failed", problem };
}

/** The turn was stopped by the person who asked, or by leaving the page. */
export function stop(turn: Turn): Turn {
  return turn.state === "running" ? { ...turn, state: "stopped" } : turn;
}

/** The language that the turn is in, once known. */
export function languageOf(turn: Turn): string | undefined {
  return turn.result?.language ?? turn.plan?.language;
}

function custom(turn: Turn, event: Extract<AguiEvent, { type: "CUSTOM" }>): Turn {
  if (event.name === "plan") {
    const steps = event.value.steps.map((step): Step => ({ ...step, state: "planned" }));
    return { ...turn, plan: event.value, steps };
  }
  return event.name === "citations" ? { ...turn, citations: event.value } : turn;
}

function finish(turn: Turn, result: TurnResult): Turn {
  const { run, answer, citations } = result;
  return { ...turn, state: "done", run, text: answer, citations, result };
}

/** Steps with the first one of that name and state moved on. */
function move(steps: Step[], name: string, from: Step["state"], to: Step["state"]): Step[] {
  const at = steps.findIndex((step) => step.scenario === name && step.state === from);
  return steps.map((step, i) => (i === at ? { ...step, state: to } : step));
}
