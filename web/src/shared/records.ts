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

/** One question of a form; what a person reads in it comes in their language. */
export interface FormField {
  name: string;
  kind: "items" | "swaps" | "choice" | "photo" | "address" | "text";
  label: string;
  required?: boolean;
  items: { id: string; label: string; most: number; options: Choice[] }[];
  options: Choice[];
  /** The lines of an address. */
  blanks?: Blank[];
  /** Characters of a text. */
  most?: number;
}

/** A line of an address. `fill` is HTML's autocomplete; `fixed` is read of one that stays as it is. */
export interface Blank {
  name: string;
  label: string;
  most: number;
  fill: string;
  required: boolean;
  fixed: string;
  value: string;
  options: Choice[];
}

export interface Choice {
  id: string;
  label: string;
}

/** What a buyer is asked for what they want done with their order. */
export interface OrderForm {
  tool: string;
  order: string;
  title: string;
  send: string;
  /** Said at a question that has no answer. */
  missing?: string;
  /** Said of a photo that has arrived. */
  kept?: string;
  fields: FormField[];
}

/** What would happen, and what a yes to it is bound to. */
export interface Offer {
  run: string;
  hash: string;
  text: string;
  question: string;
  yes: string;
  no: string;
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
  form?: OrderForm | null;
  offer?: Offer | null;
  grounded: boolean;
  seconds: number;
}

/** Why there is no answer, and what to do about it. `status` 0: the server was not reached. */
export interface Problem {
  status: number;
  message: string;
  hint: string;
}
