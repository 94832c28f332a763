import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

import type { Problem } from "../../shared/records.ts";
import { ProblemNote } from "../ProblemNote.tsx";

interface Props {
  title: string;
  /** The button that does it. */
  yes: string;
  danger?: boolean;
  busy: boolean;
  problem: Problem | null;
  onYes: () => void;
  onClose: () => void;
  children: ComponentChildren;
}

/** A question before something that counts: the rest of the page waits, Escape leaves. */
export function Dialog({ title, yes, danger = false, busy, problem, onYes, onClose, children }: Props) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const opener = document.activeElement as HTMLElement | null;
    box.current?.showModal();
    return () => opener?.focus();
  }, []);
  return (
    <dialog
      class="dialog" ref={box} aria-labelledby={id}
      onCancel={(event) => { event.preventDefault(); onClose(); }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <form class="form" onSubmit={(event) => { event.preventDefault(); onYes(); }}>
        <h2 id={id}>{title}</h2>
        {children}
        {problem && <ProblemNote problem={problem} />}
        <p class="buttons">
          <button class={danger ? "do danger" : "do"} type="submit" disabled={busy}>{busy ? "One moment…" : yes}</button>
          <button class="other" type="button" disabled={busy} onClick={onClose}>Leave it</button>
        </p>
      </form>
    </dialog>
  );
}
