/** Where in the console somebody is, as the address says it: `#/rules`, or a conversation's id. */

export type Place =
  | { page: "talk"; thread: string }
  | { page: "approvals" | "effects" | "rules" | "grant" | "inbox" | "answers" }
  | { page: "disputes" | "prevention" | "measures" | "replies" | "insights" }
  | { page: "question" | "conversation" | "dispute" | "letter"; id: string };

const PAGES = {
  "#/approvals": "approvals", "#/effects": "effects", "#/rules": "rules", "#/rules/new": "grant",
  "#/disputes": "disputes", "#/prevention": "prevention", "#/measures": "measures", "#/inbox": "inbox",
  "#/inbox/answers": "answers", "#/replies": "replies", "#/insights": "insights",
} as const;
const CONVERSATION = /^#\/inbox\/(ho_[\w-]+)$/;
const LETTER = /^#\/replies\/([\w-]+)$/;
const QUESTION = /^#\/approvals\/([\w-]+)$/;
/** A dispute's id is the processor's own: written as an address writes it. */
const DISPUTE = /^#\/disputes\/((?:[\w.~!'()*-]|%[\dA-F]{2})+)$/;

/** The place of an address; `thread` is a new conversation's, for an address that names none. */
export function placeOf(hash: string, thread: () => string): Place {
  const page = PAGES[hash as keyof typeof PAGES];
  if (page) return { page };
  const question = QUESTION.exec(hash)?.[1];
  if (question) return { page: "question", id: question };
  const letter = LETTER.exec(hash)?.[1];
  if (letter) return { page: "letter", id: letter };
  const dispute = DISPUTE.exec(hash)?.[1];
  if (dispute) return { page: "dispute", id: decoded(dispute) };
  const conversation = CONVERSATION.exec(hash)?.[1];
  if (conversation) return { page: "conversation", id: conversation };
  const named = hash.replace(/^#/, "");
  return { page: "talk", thread: /^[\w-]+$/.test(named) ? named : thread() };
}

export function hashOf(place: Place): string {
  switch (place.page) {
    case "talk": return `#${place.thread}`;
    case "question": return `#/approvals/${place.id}`;
    case "dispute": return `#/disputes/${encodeURIComponent(place.id)}`;
    case "conversation": return `#/inbox/${place.id}`;
    case "letter": return `#/replies/${place.id}`;
    case "answers": return "#/inbox/answers";
    case "grant": return "#/rules/new";
    default: return `#/${place.page}`;
  }
}

/** The text of an address; as it stands where that is none. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return text;
  }
}
