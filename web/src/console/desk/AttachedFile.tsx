import { useState } from "preact/hooks";

import { ProblemNote } from "../ProblemNote.tsx";
import { detachFile, vouchFor } from "./calls.ts";
import { Dialog } from "./Dialog.tsx";
import type { FileView, RoleView } from "./records.ts";
import { useAct } from "./useAct.ts";
import { useDesk } from "./useFront.ts";
import { exactly } from "./when.ts";
import { nameOf, sizeText } from "./words.ts";

interface Props {
  file: FileView;
  roles: RoleView[];
  path: string;
  may: boolean;
  onChanged: () => void;
}

/** A file of a dispute: what it is, what was left out of what is shown, who stands by it. */
export function AttachedFile({ file, roles, path, may, onChanged }: Props) {
  const { front } = useDesk();
  const [asking, setAsking] = useState(false);
  const act = useAct<FileView>();
  const title = roles.find(({ id }) => id === file.role)?.title ?? file.role;
  const pages = file.pages === 1 ? "1 page" : `${file.pages} pages`;
  return (
    <li class={file.shown ? "entry" : "entry unknown"}>
      <p class="entry-title"><bdi>{file.name}</bdi></p>
      <p class="entry-facts">
        <span>{title}</span>
        <span>{file.shown ? `${pages}, ` : ""}{sizeText(file.size)}</span>
        <span title={file.sha256} class="mono">{file.file}</span>
        {file.vouched_by
          ? <span class="pill">vouched for by {nameOf(file.vouched_by, front.people)}</span>
          : file.shown && <span class="pill warn">nobody has vouched for it</span>}
        <span title={exactly(file.given_at)}>given by {nameOf(file.given_by, front.people)}</span>
      </p>
      {!file.shown && <p class="note"><bdi>{file.name}</bdi> {file.reason}. It is kept, and not shown. {file.remedy}</p>}
      {file.warnings.map((text) => <p class="note" key={text}>Look at it before you vouch: {text}.</p>)}
      {file.notes.length > 0 && <p class="soft small">In what is shown: {file.notes.join("; ")}.</p>}
      {file.text && (
        <details class="file-text">
          <summary>Text found in it: an outsider’s words, which prove nothing</summary>
          <p dir="auto">{file.text}</p>
        </details>
      )}
      {may && (
        <p class="buttons">
          {file.shown && !file.vouched_by && (
            <button class="do" disabled={act.busy} onClick={() => act.run(vouchFor(path, file.file), onChanged)}>
              Vouch for it
            </button>
          )}
          <a class="other" href={`${path}/${file.file}/original`} download>Original</a>
          <button class="other danger" onClick={() => setAsking(true)}>Take off…</button>
        </p>
      )}
      {act.problem && <ProblemNote problem={act.problem} />}
      {asking && <TakingOff file={file} path={path} onClose={() => setAsking(false)} onDone={onChanged} />}
    </li>
  );
}

function TakingOff({ file, path, onClose, onDone }: {
  file: FileView; path: string; onClose: () => void; onDone: () => void;
}) {
  const act = useAct<FileView>();
  const yes = () => act.run(detachFile(path, file.file), () => { onClose(); onDone(); });
  return (
    <Dialog
      title="Take this file off?" yes="Take it off" danger
      busy={act.busy} problem={act.problem} onYes={yes} onClose={onClose}
    >
      <p><bdi>{file.name}</bdi> is deleted here, original and all. A packet that was filed already keeps its pages.</p>
    </Dialog>
  );
}
