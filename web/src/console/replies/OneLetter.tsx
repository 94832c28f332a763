import "./replies.css";

import { useState } from "preact/hooks";

import { Page, Whole } from "../desk/Page.tsx";
import { useAct } from "../desk/useAct.ts";
import { useDesk, useDocument } from "../desk/useFront.ts";
import { write } from "../server.ts";
import type { Drafted, Written } from "./records.ts";
import { Facts } from "./Replies.tsx";
import { WHY } from "./words.ts";

/** One message whole, and a draft to it. */
export function OneLetter({ id }: { id: string }) {
  const [loaded] = useDocument<{ head: Written; text: string }>(`/api/replies/${id}`);
  const { front } = useDesk();
  return (
    <Page title="A reply" back={{ href: "#/replies", text: "Replies" }}>
      <Whole of={loaded}>
        {({ head, text }) => (
          <>
            <section class="part">
              <h2 dir="auto">{head.subject || "What was written"}</h2>
              <Facts one={head} />
              <blockquote class="letter" dir="auto">{text || "No text."}</blockquote>
              {head.attachments.length > 0 && <p class="soft small">Came with it, not opened: {head.attachments.join(", ")}</p>}
            </section>
            {front.me.role === "merchant" && <Drafting id={id} />}
          </>
        )}
      </Whole>
    </Page>
  );
}

function Drafting({ id }: { id: string }) {
  const act = useAct<Drafted>();
  const [made, setMade] = useState<Drafted | null>(null);
  const draft = () => act.run(write<Drafted>(`/api/replies/${id}/draft`, {}), setMade);
  return (
    <section class="part" aria-live="polite">
      <h2>Draft</h2>
      {act.problem && <p class="wrong">{act.problem.message}</p>}
      {made && <Shown made={made} id={id} />}
      <p class="buttons">
        <button class={made ? "other" : "do"} disabled={act.busy} onClick={draft}>{act.busy ? "Drafting" : made ? "Draft again" : "Draft a reply"}</button>
      </p>
    </section>
  );
}

function Shown({ made: { run, card, draft }, id }: { made: Drafted; id: string }) {
  const open = draft.parts.filter((part) => !part.answered);
  return (
    <>
      <ul class="plain">{card.map((line) => <li key={line} dir="auto">{line}</li>)}</ul>
      {draft.to && <p>To <bdi>{draft.to}</bdi></p>}
      {draft.rule && <p class="note">{draft.rule}</p>}
      {draft.text && <blockquote class="letter drafted" lang={draft.language} dir="auto">{draft.text}</blockquote>}
      {draft.text && (
        <p class="buttons">
          <Copy text={draft.text} />
          {draft.channel === "email" && <a class="other" href={`/api/replies/${id}/mail?run=${run}`} download="reply.eml">Save as a mail</a>}
        </p>
      )}
      {open.length > 0 && (
        <>
          <h3>Left for you to answer</h3>
          <ul class="plain">
            {open.map((part) => <li key={part.asked}><q dir="auto">{part.asked}</q> <span class="soft">{WHY[part.why]}</span></li>)}
          </ul>
        </>
      )}
      {draft.citations.length > 0 && (
        <details class="row">
          <summary><span class="row-what">Records that it leans on: {draft.citations.length}</span></summary>
          <ul class="plain">{draft.citations.map((one) => <li key={one.id}><b>{one.source}</b> <span dir="auto">{one.excerpt}</span></li>)}</ul>
        </details>
      )}
    </>
  );
}

function Copy({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  if (!navigator.clipboard) return null;
  const copy = () => void navigator.clipboard.writeText(text).then(() => setCopied(true), () => setCopied(false));
  return <button class="do" onClick={copy}><span aria-live="polite">{copied ? "Copied" : "Copy the text"}</span></button>;
}
