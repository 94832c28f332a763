/** The console: rail, conversation or page of the desk, side panel, and what they share. */

import { useEffect, useRef, useState } from "preact/hooks";

import { Icon } from "../shared/icons.tsx";
import { newId } from "../shared/talk.ts";
import { HaltBanner, HaltSwitch } from "./desk/Halt.tsx";
import { OpenRunProvider } from "./desk/RunLink.tsx";
import { DeskProvider, useFront } from "./desk/useFront.ts";
import { LaterDesk } from "./LaterDesk.tsx";
import { Panel, type Opened } from "./Panel.tsx";
import { type Place, hashOf, placeOf } from "./places.ts";
import { ProblemNote } from "./ProblemNote.tsx";
import { Rail } from "./Rail.tsx";
import { signedOut } from "./server.ts";
import { SignedOut } from "./SignedOut.tsx";
import { Talk } from "./Talk.tsx";
import { useChat } from "./useChat.ts";
import { useNarrow } from "./useNarrow.ts";

export function Console() {
  const chat = useChat();
  const narrow = useNarrow();
  const [place, go] = usePlace();
  const { front, problem, refresh } = useFront();
  const [opened, setOpened] = useState<Opened | null>(null);
  const [railOpen, setRailOpen] = useState(false);
  const opener = useRef<HTMLElement | null>(null);
  const covered = narrow && (railOpen || opened !== null);
  const thread = place.page === "talk" ? place.thread : "";

  useEffect(() => setOpened(null), [hashOf(place)]);

  function talk(id: string): void {
    go({ page: "talk", thread: id });
    setRailOpen(false);
  }
  function open(what: Opened): void {
    opener.current = document.activeElement as HTMLElement | null;
    setOpened(what);
  }
  function close(): void {
    setOpened(null);
    setRailOpen(false);
    opener.current?.focus();
    opener.current = null;
  }
  function showRail(): void {
    opener.current = document.activeElement as HTMLElement | null;
    setRailOpen(true);
  }

  if (problem && signedOut(problem)) return <SignedOut problem={problem} />;
  const desk = front && { front, refresh };
  return (
    <DeskProvider value={desk}>
      <OpenRunProvider value={(run) => open({ kind: "run", run })}>
        <div class="console" data-panel={opened !== null} onKeyDown={(e) => e.key === "Escape" && close()}>
          <Rail
            threads={chat.threads} place={place} open={railOpen} hidden={narrow && !railOpen}
            onGo={talk} onNew={() => talk(newId())} onDelete={chat.remove} onClose={close}
          />
          <main class="main" inert={covered}>
            <header class="bar">
              <button class="round" aria-label="Menu" aria-expanded={railOpen} onClick={showRail}>
                <Icon name="menu" />{desk && desk.front.waiting.approvals + desk.front.waiting.inbox > 0 && <span class="mark-new" />}
              </button>
              <span class="brand"><Icon name="mark" />Tradewind</span>
              <span class="bar-end">
                {desk && <HaltSwitch small />}
                <button class="round" aria-label="New conversation" onClick={() => talk(newId())}><Icon name="plus" /></button>
              </span>
            </header>
            {desk && <HaltBanner />}
            {problem && <div class="away-note"><ProblemNote problem={problem} /></div>}
            {place.page === "talk"
              ? <Talk key={thread} thread={thread} chat={chat} onOpen={open} />
              : desk && <LaterDesk place={place} />}
          </main>
          {opened && <Panel key={keyOf(opened)} opened={opened} onClose={close} />}
        </div>
      </OpenRunProvider>
    </DeskProvider>
  );
}

function keyOf(opened: Opened): string {
  return opened.kind === "run" ? opened.run : `${opened.run}/citations`;
}

/** Where somebody is, and the way elsewhere: the browser's own back and forward work. */
function usePlace(): [Place, (place: Place) => void] {
  const [place, setPlace] = useState(() => {
    const first = placeOf(location.hash, newId);
    history.replaceState(null, "", hashOf(first));
    return first;
  });
  useEffect(() => {
    const change = () => setPlace(placeOf(location.hash, newId));
    change();
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  return [place, (to) => { location.hash = hashOf(to); }];
}
