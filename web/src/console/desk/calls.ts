/** What people do at the desk, as the server takes it. */

import type { TurnResult } from "../../shared/records.ts";
import { send, write } from "../server.ts";
import type { Approval, Effect, FileView, Halt, Json, Rule, Said } from "./records.ts";

export interface Decided {
  id: string;
  status: Approval["status"];
  answer: TurnResult | null;
}

/** A person's word on a question as it was shown: its hash names the exact arguments. `changed` are
 *  put in place of those, and checked again. */
export function decide(
  question: Pick<Approval, "id" | "arguments_hash">, decision: "approve" | "reject", reason: string,
  changed: Record<string, Json> | null = null,
) {
  const body = { decision, reason, seen: question.arguments_hash, arguments: changed };
  return write<Decided>(`/api/approvals/${question.id}`, body);
}

export const grant = (rule: Said) => {
  const { cap, ...rest } = rule;
  return write<Rule>("/api/rules", { ...rest, cap_count: cap?.count ?? null, cap_amount: cap?.amount ?? null });
};
export const revoke = (rule: string) => write<Rule>(`/api/rules/${rule}/revoke`, {});
export const halt = (on: boolean, reason: string) =>
  write<{ halt: Halt | null }>(`/api/halt/${on ? "on" : "off"}`, { reason });
export const lookUp = (effect: string) => write<{ effect: Effect; known: boolean }>(`/api/effects/${effect}/look`, {});
export const settle = (effect: string, done: boolean, note: string) =>
  write<Effect>(`/api/effects/${effect}/settle`, { done, note });
export const undo = (effect: string) => write<TurnResult>(`/api/effects/${effect}/undo`, {});
export const signOut = (everywhere: boolean) => write<{ provider: boolean }>("/api/signout", { everywhere });

/** A file for a dispute; `path` is that of its evidence. */
export function attachFile(path: string, file: File, given: { role: string; pages: string; vouch: boolean }) {
  const form = new FormData();
  form.set("role", given.role);
  form.set("pages", given.pages);
  form.set("vouch", String(given.vouch));
  form.set("file", file);
  return send<FileView>(path, form);
}
export const vouchFor = (path: string, file: string) => write<FileView>(`${path}/${file}/vouch`, {});
export const detachFile = (path: string, file: string) => write<FileView>(`${path}/${file}/detach`, {});
