import { useEffect, useRef } from "preact/hooks";

import { Prose } from "../../shared/Prose.tsx";
import { ProblemNote } from "../ProblemNote.tsx";
import { Page, Whole } from "../desk/Page.tsx";
import { useAct } from "../desk/useAct.ts";
import { useDesk, useDocument } from "../desk/useFront.ts";
import { exactly } from "../desk/when.ts";
import { nameOf } from "../desk/words.ts";
import { type Move, move } from "./calls.ts";
import { Replying } from "./Replying.tsx";
import type { Handover, Story, Turn } from "./records.ts";
import { Summary } from "./Summary.tsx";
import { ToFaq } from "./ToFaq.tsx";
import { SPEAKERS, holds, stateWords, whyWords } from "./words.ts";

/** How often the buyer's words are looked for while the conversation is open. */
const EVERY = 5_000;
const BACK = { href: "#/inbox", text: "All conversations" };

/** One conversation: what was said, what the records hold, and a person's answer. */
export function OneConversation({ id }: { id: string }) {
  const { front } = useDesk();
  const [loaded, again] = useDocument<Story>(`/api/inbox/${id}`, front);
  const open = loaded !== null && "value" in loaded && loaded.value.handover.state !== "closed";
  useEffect(() => {
    if (!open) return;
    const timer = setInterval(() => document.visibilityState === "visible" && again(), EVERY);
    return () => clearInterval(timer);
  }, [open, again]);
  if (!loaded || !("value" in loaded)) {
    return <Page title="Conversation" back={BACK}><Whole of={loaded}>{() => null}</Whole></Page>;
  }
  const story = loaded.value;
  const told = story.handover;
  const mine = holds(told, Date.now()) && told.taken_by === front.me.id;
  const name = (who: string) => nameOf(who, front.people);
  return (
    <Page title={whyWords(told.why)} back={BACK}>
      <p class="state" data-status={told.state === "closed" ? "approved" : "pending"} aria-live="polite">
        {stateWords(told, front.me.id, name, Date.now())}
      </p>
      <Moves told={told} mine={mine} onMoved={again} />
      <div class="case">
        <section class="talked">
          <h2>What was said</h2>
          <Transcript turns={story.turns} />
          {mine && <Replying story={story} onSaid={again} />}
          {told.answered_at && front.me.role === "merchant" && <ToFaq id={id} />}
        </section>
        <Summary story={story} />
      </div>
    </Page>
  );
}

function Moves({ told, mine, onMoved }: { told: Handover; mine: boolean; onMoved: () => void }) {
  const { front, refresh } = useDesk();
  const act = useAct<Handover>();
  if (told.state === "closed" || front.me.role !== "merchant") return null;
  const free = !holds(told, Date.now());
  const go = (what: Move) => act.run(move(told.id, what), () => { refresh(); onMoved(); });
  return (
    <div class="moves">
      <p class="buttons">
        {free && <button class="do" disabled={act.busy} onClick={() => go("take")}>Take it</button>}
        {mine && <button class="other" disabled={act.busy} onClick={() => go("give-back")}>Give it back</button>}
        {(free || mine) && <button class="other" disabled={act.busy} onClick={() => go("close")}>Close</button>}
      </p>
      {mine && told.held_until && (
        <p class="soft small">
          The assistant is silent. It goes back to the queue at {exactly(told.held_until)} unless you write.
        </p>
      )}
      {act.problem && <ProblemNote problem={act.problem} />}
    </div>
  );
}

function Transcript({ turns }: { turns: Turn[] }) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => end.current?.scrollTo(0, end.current.scrollHeight), [turns.length]);
  if (turns.length === 0) return <p class="soft">Nothing was said here.</p>;
  return (
    <div class="transcript" role="log" aria-label="What was said" tabIndex={0} ref={end}>
      {turns.map((turn, i) => (
        <div key={i} class="said" data-role={turn.role}>
          <p class="said-by"><b>{SPEAKERS[turn.role]}</b> <span class="soft">{exactly(turn.at)}</span></p>
          <Prose text={turn.text} />
        </div>
      ))}
    </div>
  );
}
