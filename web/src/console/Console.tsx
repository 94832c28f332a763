/** The console: rail, conversation and side panel, and what they share. */

import { useEffect, useRef, useState } from "preact/hooks";

import { Icon } from "../shared/icons.tsx";
import { newId } from "../shared/talk.ts";
import { Composer } from "./Composer.tsx";
import { Conversation } from "./Conversation.tsx";
import { Panel, type Opened } from "./Panel.tsx";
import { Rail } from "./Rail.tsx";
import { type Loaded, type Scenario, read } from "./server.ts";
import { useChat } from "./useChat.ts";
import { useNarrow } from "./useNarrow.ts";
import { Welcome } from "./Welcome.tsx";

export function Console() {
  const chat = useChat();
  const scenarios = useScenarios();
  const narrow = useNarrow();
  const [current, setCurrent] = useState(() => location.hash.slice(1) || newId());
  const [draft, setDraft] = useState("");
  const [opened, setOpened] = useState<Opened | null>(null);
  const [railOpen, setRailOpen] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const opener = useRef<HTMLElement | null>(null);

  useEffect(() => history.replaceState(null, "", `#${current}`), [current]);

  const turns = chat.threads.find((thread) => thread.id === current)?.turns ?? [];
  const running = turns.at(-1)?.state === "running";
  const covered = narrow && (railOpen || opened !== null);
  const known = new Map((scenarios && "value" in scenarios ? scenarios.value : []).map((s) => [s.id, s]));

  function go(id: string): void {
    setCurrent(id);
    setOpened(null);
    setRailOpen(false);
    box.current?.focus();
  }
  function submit(text: string): void {
    if (!text.trim() || running) return;
    chat.send(current, text.trim());
    setDraft("");
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
  function suggest(text: string): void {
    setDraft(text);
    box.current?.focus();
  }

  return (
    <div class="console" data-panel={opened !== null} onKeyDown={(e) => e.key === "Escape" && close()}>
      <Rail
        threads={chat.threads} current={current} open={railOpen} hidden={narrow && !railOpen}
        onGo={go} onNew={() => go(newId())} onDelete={chat.remove} onClose={close}
      />
      <main class="main" inert={covered}>
        <header class="bar">
          <button class="round" aria-label="Conversations" aria-expanded={railOpen} onClick={() => {
            opener.current = document.activeElement as HTMLElement | null;
            setRailOpen(true);
          }}>
            <Icon name="menu" />
          </button>
          <span class="brand"><Icon name="mark" />Tradewind</span>
          <button class="round" aria-label="New conversation" onClick={() => go(newId())}>
            <Icon name="plus" />
          </button>
        </header>
        {turns.length === 0
          ? <Welcome scenarios={scenarios} onPick={suggest} />
          : <Conversation
              key={current} turns={turns} scenarios={known}
              onOpen={open} onRetry={(text) => submit(text)}
            />}
        <Composer
          box={box} draft={draft} running={running}
          onDraft={setDraft} onSend={submit} onStop={() => chat.stop(current)}
        />
      </main>
      {opened && <Panel key={keyOf(opened)} opened={opened} onClose={close} />}
    </div>
  );
}

function keyOf(opened: Opened): string {
  return opened.kind === "run" ? opened.run : `${opened.run}/citations`;
}

function useScenarios(): Loaded<Scenario[]> {
  const [loaded, setLoaded] = useState<Loaded<Scenario[]>>(null);
  useEffect(() => {
    void read<{ scenarios: Scenario[] }>("/api/scenarios").then((answer) =>
      setLoaded("value" in answer ? { value: answer.value.scenarios } : answer));
  }, []);
  return loaded;
}
