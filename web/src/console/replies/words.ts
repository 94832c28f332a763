/** Words for channels, notes and reasons. */

import type { Channel } from "./records.ts";

export const CHANNELS: Record<Channel, string> = { email: "Mail", marketplace: "Message", review: "Review" };

export const NOTES: Record<string, string> = {
  automatic: "sent by a machine", answered: "answered already", cut: "cut, it was long",
  html_only: "HTML only", remote_pictures: "pictures elsewhere, not fetched",
  quoted_cut: "older mails left out", no_text: "no text", many_parts: "only the first parts read",
};

export const WHY: Record<string, string> = {
  no_record: "No record tells this", identity: "Nobody may be told of an order here",
  refused: "Not for the assistant to answer",
};

export const starsOf = (stars: number | null) => (stars === null ? "" : `${stars} of 5 stars`);
export const attributeWords = (name: string) => (name === "other" ? "something else" : name);
