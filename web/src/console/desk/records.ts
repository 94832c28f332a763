/** What the server says of questions, effects and rules. */

import type { Money } from "../../shared/money.ts";

export type Audience = "merchant" | "buyer" | "ops";
export type Level = "read" | "draft" | "write" | "spend";
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export interface Halt {
  by: string;
  at: string;
  reason: string;
}

export interface Front {
  me: { id: string; name: string; role: "merchant" | "ops" };
  shop: { id: string; name: string; currency: string };
  people: Record<string, string>;
  halt: Halt | null;
  waiting: { approvals: number; unknown: number; inbox: number };
}

export interface Vote {
  by: string;
  yes: boolean;
  at: string;
  reason: string;
}

export interface Approval {
  id: string;
  run: string;
  effect: string;
  tool: string;
  summary: string;
  arguments: Record<string, Json>;
  arguments_hash: string;
  proposed_by: string;
  needs: 1 | 2;
  votes: Vote[];
  status: "pending" | "approved" | "rejected" | "expired";
  created_at: string;
  expires_at: string;
}

export interface Effect {
  id: string;
  run: string;
  tool: string;
  level: Level;
  arguments: Record<string, Json>;
  amount: Money | null;
  target: string;
  status: "proposed" | "approved" | "sending" | "done" | "failed" | "unknown" | "rejected";
  proposed_by: string;
  allowed_by: string | null;
  /** A buyer's own yes to exactly these arguments. */
  consent?: { at: string; way: "button" | "words"; policy: string } | null;
  receipt: Record<string, Json> | null;
  error: string | null;
  undoes: string | null;
  created_at: string;
  updated_at: string;
}

export interface EffectView {
  effect: Effect;
  sent_at: string | null;
  can_undo: boolean;
  undone_by: string;
  question: string;
}

export interface Evidence {
  id: string;
  source: string;
  title: string;
  excerpt: string;
  trust: "record" | "untrusted";
  facts: { type: string; name: string; value: Json }[];
}

export type Origin = "request" | "proof" | "record" | "person" | "buyer" | "untrusted" | "invented";

export interface Argument {
  name: string;
  type: string;
  required: boolean;
  fixed: boolean;
  value: Json;
  origin: Origin | null;
}

export interface Briefing {
  approval: Approval;
  effect: Effect;
  arguments: Argument[];
  rule: Rule | null;
  asked_by: string;
  audience: Audience;
  words: string;
  records: Evidence[];
  now: Evidence | null;
  against: string;
  barred: string;
  filing: Filing | null;
}

/** What would be put to a processor for a dispute, as people see it. */
export interface Filing {
  packet: string;
  dispute: string;
  letter: string;
  fields: Record<string, string>;
  objects: Record<string, Json>;
  exhibits: { number: number; title: string; source: string; file: string; page: number; outsider: boolean }[];
  files: FiledFile[];
  pages: number;
  notes: string[];
}

export interface FiledFile {
  name: string;
  field: string;
  media: string;
  size: number;
  sha256: string;
}

export interface Cap {
  tool: string;
  count: number | null;
  amount: Money | null;
}

/** What a rule says, whether it is kept or only wished for. */
export interface Said {
  tool: string;
  mode: "ask" | "auto";
  audiences: Audience[];
  up_to: Money | null;
  two_above: Money | null;
  cap: { count: number | null; amount: Money | null } | null;
  expires_at: string | null;
}

export interface Rule extends Said {
  id: string;
  granted_by: string;
  created_at: string;
}

export interface ToolView {
  name: string;
  about: string;
  effect: Level;
  audiences: Audience[];
  takes: { name: string; type: string }[];
  can_undo: boolean;
  asks: Audience[];
}

export interface Terms {
  tools: ToolView[];
  longest_grant_days: number;
  question_hours: number;
  caps: Cap[];
}

export interface DisputeView {
  id: string;
  order: string;
  amount: Money;
  category: string;
  network: string;
  reason_code: string;
  status: string;
  deadline: string | null;
  advice: string;
  reason: string;
  odds: number | null;
}

export interface FileView {
  file: string;
  sha256: string;
  name: string;
  role: string;
  media: string;
  size: number;
  pages: number;
  chosen: string;
  shown: boolean;
  reason: string;
  remedy: string;
  notes: string[];
  warnings: string[];
  text: string;
  given_by: string;
  given_at: string;
  vouched_by: string;
  vouched_at: string | null;
}

export interface RoleView {
  id: string;
  title: string;
}

export interface EvidenceView {
  dispute: DisputeView;
  shown: { title: string; grade: "required" | "compelling" | "weak" | "against" }[];
  contradictions: string[];
  files: FileView[];
  roles: RoleView[];
  largest: number;
}
