/** What people do in the inbox, as the server takes it. */

import { write } from "../server.ts";
import type { Draft, Handover, Wording } from "./records.ts";

export type Move = "take" | "give-back" | "close";

export const move = (id: string, what: Move) => write<Handover>(`/api/inbox/${id}/${what}`, {});
/** `key` names the message: sent twice, it is said once. */
export const reply = (id: string, text: string, key: string) =>
  write<{ handover: Handover; new: boolean }>(`/api/inbox/${id}/reply`, { text, key });
export const draft = (id: string, wording: Wording) => write<Draft>(`/api/inbox/${id}/faq`, wording);
export const decide = (id: string, what: "publish" | "remove") => write<Draft>(`/api/inbox/faq/${id}/${what}`, {});
