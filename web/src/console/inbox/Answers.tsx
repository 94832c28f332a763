import { ProblemNote } from "../ProblemNote.tsx";
import { Empty, Page, Whole } from "../desk/Page.tsx";
import { useAct } from "../desk/useAct.ts";
import { useDesk, useDocument } from "../desk/useFront.ts";
import { dayOf } from "../desk/when.ts";
import { nameOf } from "../desk/words.ts";
import { decide } from "./calls.ts";
import type { Draft } from "./records.ts";
import { directionOf, languageWords } from "./words.ts";

const LEAD = "Answers that one of you gave and that may stand in the FAQ. A draft is seen by nobody else; what is "
  + "published is found by the assistant and quoted as your answer.";
const BACK = { href: "#/inbox", text: "Inbox" };
const STATUS = { draft: "Draft", published: "Published", removed: "Removed" };

/** Answers on their way to become FAQ entries. */
export function Answers() {
  const [loaded, again] = useDocument<{ drafts: Draft[] }>("/api/inbox/faq");
  return (
    <Page title="Answers for the FAQ" lead={LEAD} back={BACK}>
      <Whole of={loaded}>
        {({ drafts }) => drafts.length === 0
          ? <Empty title="No answer was saved yet.">Open a conversation that you have answered, and make it an FAQ entry.</Empty>
          : <ul class="stack" aria-label="Answers">{drafts.map((one) => <Row key={one.id} one={one} onChanged={again} />)}</ul>}
      </Whole>
    </Page>
  );
}

function Row({ one, onChanged }: { one: Draft; onChanged: () => void }) {
  const { front } = useDesk();
  const act = useAct<Draft>();
  const may = front.me.role === "merchant" && one.status !== "removed";
  const go = (what: "publish" | "remove") => act.run(decide(one.id, what), onChanged);
  return (
    <li class={one.status === "draft" ? "entry waits" : "entry"}>
      <span class="entry-title" lang={one.language} dir={directionOf(one.language)}>{one.question}</span>
      <p lang={one.language} dir={directionOf(one.language)}>{one.answer}</p>
      <span class="entry-facts">
        <span class="pill">{STATUS[one.status]}</span>
        <span>{languageWords(one.language)}</span>
        <span>answered by {front.shop.name} on {dayOf(one.answered_on)}</span>
        {one.decided_by && <span>{one.status} by {nameOf(one.decided_by, front.people)}</span>}
        <a href={`#/inbox/${one.handover}`}>Conversation</a>
      </span>
      {may && (
        <p class="buttons">
          {one.status === "draft" && <button class="do" disabled={act.busy} onClick={() => go("publish")}>Publish</button>}
          <button class="other danger" disabled={act.busy} onClick={() => go("remove")}>Remove</button>
        </p>
      )}
      {act.problem && <ProblemNote problem={act.problem} />}
    </li>
  );
}
