import { useLayoutEffect, useRef } from "preact/hooks";

import { Prose } from "../shared/Prose.tsx";
import type { Turn } from "../shared/turn.ts";
import { AnswerView } from "./AnswerView.tsx";
import type { Opened } from "./Panel.tsx";
import type { Scenario } from "./server.ts";

interface Props {
  turns: Turn[];
  scenarios: Map<string, Scenario>;
  onOpen: (what: Opened) => void;
  onRetry: (text: string) => void;
}

const NEAR = 120;

/** The turns of one conversation; stays at the end while the reader is there. */
export function Conversation({ turns, scenarios, onOpen, onRetry }: Props) {
  const scroll = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    atEnd.current = true;
  }, [turns.length]);
  useLayoutEffect(() => {
    const box = scroll.current;
    if (box && atEnd.current) box.scrollTop = box.scrollHeight;
  });
  function note(): void {
    const box = scroll.current;
    if (box) atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
  }
  return (
    <div class="scroll" ref={scroll} onScroll={note} tabIndex={-1}>
      <h1 class="away">Conversation</h1>
      <div class="log" role="log" aria-live="polite" aria-label="Conversation">
        {turns.map((turn, i) => (
          <section key={i} class="turn">
            <div class="question"><span class="away">You said: </span><Prose text={turn.question} /></div>
            <AnswerView turn={turn} scenarios={scenarios} onOpen={onOpen} onRetry={onRetry} />
          </section>
        ))}
      </div>
    </div>
  );
}
