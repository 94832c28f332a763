import { useEffect, useRef, useState } from "preact/hooks";

import { Composer } from "./Composer.tsx";
import { Conversation } from "./Conversation.tsx";
import type { Opened } from "./Panel.tsx";
import { type Loaded, type Scenario, read } from "./server.ts";
import type { Chat } from "./useChat.ts";
import { Welcome } from "./Welcome.tsx";

interface Props {
  thread: string;
  chat: Chat;
  onOpen: (what: Opened) => void;
}

/** One conversation and the box to write in. */
export function Talk({ thread, chat, onOpen }: Props) {
  const scenarios = useScenarios();
  const [draft, setDraft] = useState(chat.drafts.get(thread) ?? "");
  const box = useRef<HTMLTextAreaElement>(null);
  const turns = chat.threads.find(({ id }) => id === thread)?.turns ?? [];
  const running = turns.at(-1)?.state === "running";
  const known = new Map((scenarios && "value" in scenarios ? scenarios.value : []).map((s) => [s.id, s]));

  useEffect(() => box.current?.focus(), []);
  useEffect(() => void chat.drafts.set(thread, draft), [draft]);

  function submit(text: string): void {
    if (!text.trim() || running) return;
    chat.send(thread, text.trim());
    setDraft("");
  }
  function suggest(text: string): void {
    setDraft(text);
    box.current?.focus();
  }

  return (
    <>
      {turns.length === 0
        ? <Welcome scenarios={scenarios} onPick={suggest} />
        : <Conversation turns={turns} scenarios={known} onOpen={onOpen} onRetry={submit} />}
      <Composer
        box={box} draft={draft} running={running}
        onDraft={setDraft} onSend={submit} onStop={() => chat.stop(thread)}
      />
    </>
  );
}

let kept: Scenario[] | null = null;

/** What can be asked for: read once, it does not change while a page is open. */
function useScenarios(): Loaded<Scenario[]> {
  const [loaded, setLoaded] = useState<Loaded<Scenario[]>>(() => kept && { value: kept });
  useEffect(() => {
    if (kept) return;
    void read<{ scenarios: Scenario[] }>("/api/scenarios").then((answer) => {
      if ("value" in answer) kept = answer.value.scenarios;
      setLoaded("value" in answer ? { value: answer.value.scenarios } : answer);
    });
  }, []);
  return loaded;
}
