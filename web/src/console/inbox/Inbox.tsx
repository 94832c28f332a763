import { useState } from "preact/hooks";

import { Empty, Page, Whole } from "../desk/Page.tsx";
import { useDesk, useDocument } from "../desk/useFront.ts";
import { exactly, fromNow } from "../desk/when.ts";
import { nameOf } from "../desk/words.ts";
import type { Handover, Queue } from "./records.ts";
import { holds, intentWords, languageWords, stateWords, whyWords } from "./words.ts";

const LEAD = "Conversations in which a buyer needs one of you, the oldest first. Take one, and the assistant is silent "
  + "in it until you give it back.";

/** The queue, and what is over. */
export function Inbox() {
  const { front } = useDesk();
  const [closed, setClosed] = useState(false);
  const [loaded] = useDocument<Queue>(closed ? "/api/inbox?closed=true" : "/api/inbox", front);
  return (
    <Page title="Inbox" lead={LEAD} action={<a class="other" href="#/inbox/answers">Answers for the FAQ</a>}>
      <p class="tabs" role="group" aria-label="Which conversations">
        <button class="tab" aria-pressed={!closed} onClick={() => setClosed(false)}>Open</button>
        <button class="tab" aria-pressed={closed} onClick={() => setClosed(true)}>Closed</button>
      </p>
      <Whole of={loaded}>
        {({ handovers, there }) => (
          <>
            {!there && !closed && <p class="note">By your office hours nobody is here now: buyers are told when you are back.</p>}
            {handovers.length === 0
              ? (
                <Empty title={closed ? "Nothing is closed yet." : "Nobody waits for you."}>
                  A conversation comes here when a buyer asks for a person, or the records do not answer.
                </Empty>
              )
              : (
                <ul class="stack" aria-label={closed ? "Closed conversations" : "Open conversations"}>
                  {handovers.map((told) => <Row key={told.id} told={told} />)}
                </ul>
              )}
          </>
        )}
      </Whole>
    </Page>
  );
}

function Row({ told }: { told: Handover }) {
  const { front } = useDesk();
  const now = Date.now();
  const name = (id: string) => nameOf(id, front.people);
  const free = told.state !== "closed" && !holds(told, now);
  return (
    <li>
      <a class={free ? "entry waits" : "entry"} href={`#/inbox/${told.id}`}>
        <span class="entry-title">{whyWords(told.why)}</span>
        <span class="entry-facts">
          <span class={free ? "pill warn" : "pill"}>{stateWords(told, front.me.id, name, now)}</span>
          <span title={exactly(told.opened_at)}>opened {fromNow(told.opened_at, now)}</span>
          <span>{languageWords(told.language)}</span>
          {told.intent && told.intent !== "human_agent" && <span>about {intentWords(told.intent)}</span>}
          {told.contact && <span dir="auto">{told.contact.name}</span>}
          {told.reopened_from && <span class="pill warn">again</span>}
        </span>
      </a>
    </li>
  );
}
