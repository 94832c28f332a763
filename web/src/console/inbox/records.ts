/** What the server says of conversations that need a person. */

import type { Action, ApprovalCard, Citation } from "../../shared/records.ts";
import type { Evidence } from "../desk/records.ts";

export interface Handover {
  id: string;
  thread: string;
  why: string;
  language: string;
  intent: string;
  state: "waiting" | "taken" | "answered" | "closed";
  opened_at: string;
  taken_by: string;
  held_until: string | null;
  taken_at: string | null;
  answered_at: string | null;
  closed_at: string | null;
  reopened_from: string;
  contact: Contact | null;
}

export interface Contact {
  name: string;
  email: string;
  message: string;
  order: string;
}

export interface Queue {
  handovers: Handover[];
  there: boolean;
}

export interface Turn {
  role: "user" | "assistant" | "person" | "draft";
  text: string;
  run: string;
  at: string;
}

export interface Asking {
  run: string;
  at: string;
  language: string;
  intent: string;
  text: string;
  told: string;
  citations: Citation[];
  why: string;
}

export interface Suggestion {
  key: string;
  language: string;
  text: string;
  citations: Citation[];
}

export interface Story {
  handover: Handover;
  held: boolean;
  steps: { kind: string; by: string; at: string }[];
  language: string;
  order: string;
  proven: boolean;
  asked: Asking[];
  records: Evidence[];
  tried: { tool: string; times: number; failed: number }[];
  actions: Action[];
  waiting: ApprovalCard[];
  turns: Turn[];
  suggestions: Suggestion[];
}

export interface Wording {
  question: string;
  answer: string;
  language: string;
}

export interface Draft extends Wording {
  id: string;
  handover: string;
  status: "draft" | "published" | "removed";
  drafted_by: string;
  drafted_at: string;
  decided_by: string;
  decided_at: string | null;
  answered_on: string;
}
