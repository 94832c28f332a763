import { useRef, useState } from "preact/hooks";

import { ProblemNote } from "../ProblemNote.tsx";
import { attachFile } from "./calls.ts";
import type { EvidenceView, FileView } from "./records.ts";
import { useAct } from "./useAct.ts";
import { sizeText } from "./words.ts";

interface Props {
  path: string;
  view: EvidenceView;
  onChanged: () => void;
}

/** Choose a file, say what it is to show, and whether you stand by it. */
export function AttachFile({ path, view, onChanged }: Props) {
  const act = useAct<FileView>();
  const box = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const [role, setRole] = useState(view.roles[0]?.id ?? "");
  const [pages, setPages] = useState("");
  const [vouch, setVouch] = useState(false);
  const [told, setTold] = useState("");
  const tooLarge = file !== null && file.size > view.largest;
  const send = (event: Event) => {
    event.preventDefault();
    if (file === null || tooLarge) return;
    act.run(attachFile(path, file, { role, pages, vouch }), (kept) => {
      setTold(kept.shown ? `${kept.name} is attached.` : `${kept.name} is kept, and not shown: it ${kept.reason}.`);
      setFile(null);
      setVouch(false);
      setPages("");
      if (box.current) box.current.value = "";
      onChanged();
    });
  };
  return (
    <form class="form attach" onSubmit={send}>
      <h3>Attach a file</h3>
      <label class="field">
        <span>File <i>PDF or picture, at most {sizeText(view.largest)}</i></span>
        <input
          type="file" ref={box} accept=".pdf,image/*" aria-invalid={tooLarge}
          onChange={(event) => setFile(event.currentTarget.files?.[0] ?? null)}
        />
        {tooLarge && <span class="wrong">It has {sizeText(file.size)}. Save it smaller, or only the pages that matter.</span>}
      </label>
      <div class="boxes">
        <label class="field">
          <span>What it shows</span>
          <select value={role} onChange={(event) => setRole(event.currentTarget.value)}>
            {view.roles.map(({ id, title }) => <option key={id} value={id}>{title}</option>)}
          </select>
        </label>
        <label class="field">
          <span>Pages <i>all, or as in 1-3,7</i></span>
          <input value={pages} onInput={(event) => setPages(event.currentTarget.value)} />
        </label>
      </div>
      <label class="choice">
        <input type="checkbox" checked={vouch} onChange={(event) => setVouch(event.currentTarget.checked)} />
        <span><b>I looked at it, and it is what it says</b><i>Without this a packet shows it, and it counts as nothing.</i></span>
      </label>
      <p class="buttons">
        <button class="do" disabled={file === null || tooLarge || act.busy}>{act.busy ? "Reading it…" : "Attach"}</button>
      </p>
      <p class="told" aria-live="polite">{told}</p>
      {act.problem && <ProblemNote problem={act.problem} />}
    </form>
  );
}
