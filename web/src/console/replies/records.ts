/** What was written to the shop, drafts to it, and what was asked, as the server tells it. */

import type { Citation } from "../../shared/records.ts";

export type Channel = "email" | "marketplace" | "review";

export interface Written {
  id: string;
  at: string;
  channel: Channel;
  place: string;
  name: string;
  address: string;
  subject: string;
  stars: number | null;
  product: string;
  order: string;
  language: string;
  excerpt: string;
  attachments: string[];
  notes: string[];
}

export interface Part {
  intent: string;
  asked: string;
  answered: boolean;
  why: "" | "no_record" | "identity" | "refused";
}

export interface Draft {
  message: string;
  channel: Channel;
  place: string;
  sender: string;
  language: string;
  order: string;
  to: string;
  subject: string;
  text: string;
  parts: Part[];
  citations: Citation[];
  longest: number;
  over: boolean;
  rule: string;
}

export interface Drafted {
  run: string;
  card: string[];
  draft: Draft;
}

type Counts = Record<string, number>;

export interface Gap {
  product: string;
  title: string;
  attribute: string;
  count: number;
  asked: number;
  examples: string[];
  few: boolean;
}

export interface Rated {
  product: string;
  title: string;
  reviews: number;
  low: number;
  attributes: Counts;
  few: boolean;
}

export interface Lane {
  name: string;
  parcels: number;
  late: number;
  rest: number;
  rest_late: number;
  verdict: "late" | "chance" | "few";
  chance: number | null;
}

export interface Seen {
  days: number;
  asked: {
    until: string;
    questions: number;
    unanswered: number;
    letters: Counts;
    unread: number;
    intents: Counts;
    languages: Counts;
    unanswered_intents: Counts;
    weeks: { begins: string; intents: Counts }[];
    gaps: Gap[];
    rated: Rated[];
    few: boolean;
  };
  lanes: Lane[];
  parcels: number;
  late: number;
}
