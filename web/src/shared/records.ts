/** What the server says: the records of a turn as they go over the wire. */

export type Agent = "chargeback" | "service" | "ads" | "studio";

export interface PlanStep {
  scenario: string;
  agent: Agent;
  inputs: Record<string, string>;
  after: number[];
}

export interface Plan {
  language: string;
  steps: PlanStep[];
  ask: string | null;
  out_of_scope: boolean;
}

export interface Citation {
  id: string;
  source: string;
  excerpt: string;
}

export interface Action {
  tool: string;
  effect: string;
  status: string;
}

export interface ApprovalCard {
  id: string;
  summary: string;
}

export interface TurnResult {
  run: string;
  thread: string;
  language: string;
  answer: string;
  citations: Citation[];
  intent: string | null;
  actions: Action[];
  approvals: ApprovalCard[];
  handover: string | null;
  /** What is said of the shop's people: that one reads here, or when somebody is back. */
  desk?: { held: boolean; text: string; contact: boolean } | null;
  /** What the buyer is asked for before this can be answered. */
  asks: "identity" | null;
  grounded: boolean;
  seconds: number;
}

/** Why there is no answer, and what to do about it. `status` 0: the server was not reached. */
export interface Problem {
  status: number;
  message: string;
  hint: string;
}
