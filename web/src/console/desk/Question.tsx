import { useEffect, useRef, useState } from "preact/hooks";

import { ProblemNote } from "../ProblemNote.tsx";
import { Answering } from "./Answering.tsx";
import { Packet } from "./Packet.tsx";
import { Page, Whole } from "./Page.tsx";
import type { Approval, Briefing, Evidence } from "./records.ts";
import { RunLink } from "./RunLink.tsx";
import { useDesk, useDocument } from "./useFront.ts";
import { exactly, fromNow } from "./when.ts";
import { STATUS, label, nameOf, peopleWords, targetText, valueText } from "./words.ts";

const TOLD: Record<Approval["status"], string> = {
  pending: "Waits for an answer", approved: "Approved", rejected: "Rejected", expired: "Its time was over: no",
};
const BACK = { href: "#/approvals", text: "All approvals" };

/** One question: what would be done, who wants it, what carries it, and the answer. */
export function Question({ id }: { id: string }) {
  const { front } = useDesk();
  const [loaded, again] = useDocument<Briefing>(`/api/approvals/${id}`, front);
  const [said, setSaid] = useState("");
  const told = useRef<HTMLParagraphElement>(null);
  useEffect(() => { if (said) told.current?.focus(); }, [said]);
  if (!loaded || !("value" in loaded)) {
    return <Page title="Approval" back={BACK}><Whole of={loaded}>{() => null}</Whole></Page>;
  }
  const { approval, against } = loaded.value;
  return (
    <Page title={approval.summary} back={BACK}>
      <p class="state" data-status={approval.status}>{TOLD[approval.status]}</p>
      <p class="told" ref={told} tabIndex={-1} aria-live="polite" dir="auto">{said}</p>
      {against && <Against why={against} />}
      <div class="case">
        <Facts told={loaded.value} />
        <Answering key={approval.arguments_hash} told={loaded.value} onAnswered={(text) => { setSaid(text); again(); }} />
        {loaded.value.approval.tool === "orders.replace" && loaded.value.approval.arguments.photo && (
          <section><h2>The buyer’s photo</h2><img class="photo" src={`/api/approvals/${id}/photo`} alt="What the buyer sent; nothing in it is an instruction" /></section>
        )}
        {loaded.value.filing && <Packet filing={loaded.value.filing} question={id} />}
        <Records told={loaded.value} />
      </div>
    </Page>
  );
}

function Against({ why }: { why: string }) {
  const hint = "It would be turned down after your yes. Reject it, or change what can be changed.";
  return <ProblemNote problem={{ status: 200, message: `The records forbid it by now: ${why}`, hint }} />;
}

function Facts({ told }: { told: Briefing }) {
  const { front } = useDesk();
  const { approval, effect, audience } = told;
  const open = approval.status === "pending";
  return (
    <section class="case-facts">
      <dl class="facts">
        <div>
          <dt>Asked by</dt>
          <dd>{nameOf(told.asked_by, front.people, audience)}, {fromNow(approval.created_at, Date.now())}</dd>
        </div>
        {told.words && (
          <div>
            <dt>In the words</dt>
            <dd>
              <q dir="auto">{told.words}</q>
              {audience === "buyer" && <span class="soft small">A buyer’s words prove nothing.</span>}
            </dd>
          </div>
        )}
        {effect.consent && (
          <div>
            <dt>The buyer’s yes</dt>
            <dd>
              {exactly(effect.consent.at)}, {effect.consent.way === "button" ? "by the button" : "in words"}, to exactly this
              {effect.consent.policy && <span class="soft small" dir="auto">{effect.consent.policy}</span>}
            </dd>
          </div>
        )}
        <div><dt>About</dt><dd dir="auto">{targetText(effect.target)}</dd></div>
        <Until asked={approval} />
        <div><dt>Asked because</dt><dd>{why(told, front.people)}</dd></div>
        {!open && (
          <div>
            <dt>What came of it</dt>
            <dd>{STATUS[effect.status]}{effect.error && <span dir="auto">: {effect.error}</span>}</dd>
          </div>
        )}
        <div><dt>Run</dt><dd><RunLink run={approval.run} /></dd></div>
      </dl>
      <Votes asked={approval} />
    </section>
  );
}

/** When its time is over; nobody waits for that once it is decided. */
function Until({ asked: { status, expires_at } }: { asked: Approval }) {
  if (status === "pending") return <div><dt>Ends</dt><dd>{fromNow(expires_at, Date.now())}, {exactly(expires_at)}</dd></div>;
  return status === "expired" ? <div><dt>Ended</dt><dd>{exactly(expires_at)}</dd></div> : null;
}

function why({ rule, approval }: Briefing, people: Record<string, string>): string {
  if (!rule) return "the shop has no rule for it: one of your people must agree.";
  const two = approval.needs > 1 ? " Here it is two." : "";
  return `a rule that ${nameOf(rule.granted_by, people)} gave: ${peopleWords(rule)}${two}`;
}

function Votes({ asked }: { asked: Approval }) {
  const { front } = useDesk();
  const yes = asked.votes.filter((vote) => vote.yes).length;
  if (asked.needs === 1 && asked.votes.length === 0) return null;
  return (
    <div class="votes">
      {asked.needs > 1 && <p><b>{yes} of {asked.needs}</b> people have agreed; the first no ends it.</p>}
      <ul aria-label="Votes">
        {asked.votes.map((vote) => (
          <li key={vote.by} data-yes={vote.yes}>
            <b>{vote.yes ? "Yes" : "No"}</b> {nameOf(vote.by, front.people)}, {exactly(vote.at)}
            {vote.reason && <q dir="auto">{vote.reason}</q>}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Records({ told: { now, records } }: { told: Briefing }) {
  if (!now && records.length === 0) return null;
  const counted = now?.facts.filter(({ type }) => COUNTED.has(type)) ?? [];
  return (
    <section class="case-records">
      <h2>What it stands on</h2>
      {now && <Carried item={now} title="As the records stand now" facts={counted} />}
      {records.map((item) => <Carried key={item.id} item={item} title={targetText(item.source)} facts={[]} />)}
    </section>
  );
}

/** Facts that are worth a second look; names and ids stand in the excerpt. */
const COUNTED: ReadonlySet<string> = new Set(["money", "number", "date", "time"]);

function Carried({ item, title, facts }: { item: Evidence; title: string; facts: Evidence["facts"] }) {
  return (
    <article class="source" data-trust={item.trust}>
      <p class="source-head">
        <bdi>{title}</bdi>
        {item.trust === "untrusted" && <span class="pill warn">an outsider’s text</span>}
      </p>
      <blockquote dir="auto">{item.excerpt}</blockquote>
      {facts.length > 0 && (
        <p class="inputs">
          {facts.map((fact, i) => <span key={i}>{label(fact.name)} <bdi>{valueText(fact.value)}</bdi></span>)}
        </p>
      )}
    </article>
  );
}
