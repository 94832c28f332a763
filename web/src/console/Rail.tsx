import { useEffect, useRef } from "preact/hooks";

import { Icon } from "../shared/icons.tsx";
import { Account } from "./desk/Account.tsx";
import { HaltSwitch } from "./desk/Halt.tsx";
import { useMaybeDesk } from "./desk/useFront.ts";
import type { Place } from "./places.ts";
import { type Thread, titleOf } from "./threads.ts";

interface Props {
  threads: Thread[];
  place: Place;
  open: boolean;
  hidden: boolean;
  onGo: (id: string) => void;
  onNew: () => void;
  onDelete: (id: string) => void;
  onClose: () => void;
}

/** The pages of the desk, the conversations of this browser, the kill switch, who is signed in. On a
 *  phone it lies over the page. */
export function Rail({ threads, place, open, hidden, onGo, onNew, onDelete, onClose }: Props) {
  const first = useRef<HTMLButtonElement>(null);
  const desk = useMaybeDesk();
  useEffect(() => {
    if (open) first.current?.focus();
  }, [open]);
  return (
    <div class="rail" data-open={open} inert={hidden}>
      <div class="rail-head">
        <span class="brand"><Icon name="mark" />Tradewind</span>
        <button class="round only-narrow" aria-label="Close" ref={first} onClick={onClose}><Icon name="close" /></button>
      </div>
      {desk && <Pages page={place.page} waiting={desk.front.waiting} onGo={onClose} />}
      <nav class="talks" aria-label="Conversations">
        <button class="new" onClick={onNew}><Icon name="plus" />New conversation</button>
        <ul class="threads">
          {threads.map((thread) => (
            <ThreadRow
              key={thread.id} thread={thread} current={place.page === "talk" && place.thread === thread.id}
              onGo={onGo} onDelete={onDelete}
            />
          ))}
        </ul>
        <p class="rail-foot">Conversations listed here are kept in this browser.</p>
      </nav>
      {desk && <HaltSwitch />}
      {desk && <Account />}
    </div>
  );
}

function Pages({ page, waiting, onGo }: {
  page: Place["page"]; waiting: { approvals: number; unknown: number; inbox: number }; onGo: () => void;
}) {
  const link = (href: string, text: string, here: boolean, count = 0, what = "") => (
    <a class="page-link" href={href} aria-current={here ? "page" : undefined} onClick={onGo}>
      {text}{count > 0 && <span class="count">{count}<span class="away"> {what}</span></span>}
    </a>
  );
  return (
    <nav class="pages" aria-label="Desk">
      {link("#/inbox", "Inbox", page === "inbox" || page === "conversation" || page === "answers", waiting.inbox, "wait")}
      {link("#/replies", "Replies", page === "replies" || page === "letter")}
      {link("#/approvals", "Approvals", page === "approvals" || page === "question", waiting.approvals, "wait")}
      {link("#/disputes", "Disputes", page === "disputes" || page === "dispute")}
      {link("#/prevention", "Prevention", page === "prevention")}
      {link("#/measures", "Measures", page === "measures")}
      {link("#/insights", "Insights", page === "insights")}
      {link("#/effects", "Effects", page === "effects", waiting.unknown, "to look at")}
      {link("#/rules", "Rules", page === "rules" || page === "grant")}
    </nav>
  );
}

function ThreadRow({ thread, current, onGo, onDelete }: {
  thread: Thread; current: boolean; onGo: (id: string) => void; onDelete: (id: string) => void;
}) {
  return (
    <li class="thread" data-current={current}>
      <button class="thread-go" dir="auto" aria-current={current ? "page" : undefined} onClick={() => onGo(thread.id)}>
        {titleOf(thread)}
      </button>
      <button class="thread-bin" aria-label={`Delete “${titleOf(thread)}”`} onClick={() => onDelete(thread.id)}>
        <Icon name="bin" />
      </button>
    </li>
  );
}
