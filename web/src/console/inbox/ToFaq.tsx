import { useState } from "preact/hooks";

import { ProblemNote } from "../ProblemNote.tsx";
import { read } from "../server.ts";
import { useAct } from "../desk/useAct.ts";
import { draft } from "./calls.ts";
import type { Draft, Wording } from "./records.ts";

/** Question and answer as they would stand in the FAQ; a person edits them, and nothing is published. */
export function ToFaq({ id }: { id: string }) {
  const [wording, setWording] = useState<Wording | null>(null);
  const [saved, setSaved] = useState(false);
  const propose = useAct<Wording>();
  const save = useAct<Draft>();
  if (saved) return <p class="told" role="status">Saved as a draft. <a href="#/inbox/answers">Publish it there</a> when it reads well.</p>;
  if (!wording) {
    return (
      <p class="buttons">
        <button class="other" disabled={propose.busy} onClick={() => propose.run(read<Wording>(`/api/inbox/${id}/faq`), setWording)}>
          Make this an FAQ entry…
        </button>
        {propose.problem && <ProblemNote problem={propose.problem} />}
      </p>
    );
  }
  const set = (changed: Partial<Wording>) => setWording({ ...wording, ...changed });
  return (
    <form class="form replying" onSubmit={(event) => { event.preventDefault(); save.run(draft(id, wording), () => setSaved(true)); }}>
      <h2>For the FAQ</h2>
      <p class="soft small">What tells of the buyer was taken out where we found it: […]. Write the sentences so that none is left.</p>
      <label class="field">
        <span>Question</span>
        <textarea rows={2} dir="auto" maxLength={500} value={wording.question} onInput={(event) => set({ question: event.currentTarget.value })} />
      </label>
      <label class="field">
        <span>Answer</span>
        <textarea rows={4} dir="auto" maxLength={4000} value={wording.answer} onInput={(event) => set({ answer: event.currentTarget.value })} />
      </label>
      <p class="buttons">
        <button class="do" type="submit" disabled={save.busy}>Save as a draft</button>
        <button class="other" type="button" onClick={() => setWording(null)}>Leave it</button>
      </p>
      {save.problem && <ProblemNote problem={save.problem} />}
    </form>
  );
}
