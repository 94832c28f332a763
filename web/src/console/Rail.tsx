import { useEffect, useRef } from "preact/hooks";

import { Icon } from "../shared/icons.tsx";
import { type Thread, titleOf } from "./threads.ts";

interface Props {
  threads: Thread[];
  current: string;
  open: boolean;
  hidden: boolean;
  onGo: (id: string) => void;
  onNew: () => void;
  onDelete: (id: string) => void;
  onClose: () => void;
}

/** The conversations of this browser. On a phone it lies over the page. */
export function Rail({ threads, current, open, hidden, onGo, onNew, onDelete, onClose }: Props) {
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (open) first.current?.focus();
  }, [open]);
  return (
    <nav class="rail" aria-label="Conversations" data-open={open} inert={hidden}>
      <div class="rail-head">
        <span class="brand"><Icon name="mark" />Tradewind</span>
        <button class="round only-narrow" aria-label="Close" onClick={onClose}><Icon name="close" /></button>
      </div>
      <button class="new" ref={first} onClick={onNew}><Icon name="plus" />New conversation</button>
      <ul class="threads">
        {threads.map((thread) => (
          <li key={thread.id} class="thread" data-current={thread.id === current}>
            <button class="thread-go" dir="auto" aria-current={thread.id === current ? "page" : undefined}
              onClick={() => onGo(thread.id)}>
              {titleOf(thread)}
            </button>
            <button class="thread-bin" aria-label={`Delete “${titleOf(thread)}”`} onClick={() => onDelete(thread.id)}>
              <Icon name="bin" />
            </button>
          </li>
        ))}
      </ul>
      <p class="rail-foot">Conversations listed here are kept in this browser.</p>
    </nav>
  );
}
