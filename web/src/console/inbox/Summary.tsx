import { useDesk } from "../desk/useFront.ts";
import { RunLink } from "../desk/RunLink.tsx";
import { exactly, fromNow } from "../desk/when.ts";
import { nameOf } from "../desk/words.ts";
import type { Asking, Story } from "./records.ts";
import { intentWords, languageWords, whyWords } from "./words.ts";

const STEPS: Record<string, string> = {
  opened: "Opened", asked_again: "A person was needed again", taken: "Taken", replied: "Answered",
  buyer_wrote: "The buyer wrote", lapsed: "Forgotten: time was over", given_back: "Given back", closed: "Closed",
};

/** What led here, from records alone. */
export function Summary({ story }: { story: Story }) {
  const { front } = useDesk();
  const { handover: told, asked, records, tried, waiting } = story;
  return (
    <section class="answering summary">
      <h2>What led here</h2>
      <dl class="facts">
        <div><dt>Since</dt><dd title={exactly(told.opened_at)}>{fromNow(told.opened_at, Date.now())}</dd></div>
        <div><dt>Language</dt><dd>{languageWords(story.language)}</dd></div>
        {story.order && (
          <div><dt>Order</dt><dd><bdi>{story.order}</bdi> {story.proven
            ? <span class="pill">proven</span> : <span class="pill warn">only named: tell nothing of it</span>}</dd></div>
        )}
        {told.contact && <Contact story={story} />}
      </dl>
      {asked.length > 0 && (
        <>
          <h3>Asked and told</h3>
          <ol class="askings">{asked.map((one) => <Asked key={one.run} one={one} />)}</ol>
        </>
      )}
      {waiting.length > 0 && (
        <>
          <h3>Waits for a decision</h3>
          <ul class="words">{waiting.map((card) => <li key={card.id}><a href={`#/approvals/${card.id}`} dir="auto">{card.summary}</a></li>)}</ul>
        </>
      )}
      {records.length > 0 && <h3>Records that were read</h3>}
      {records.map((item) => (
        <details key={item.source} class="record" data-trust={item.trust}>
          <summary><bdi>{item.title || item.source}</bdi></summary>
          <blockquote dir="auto">{item.excerpt}</blockquote>
        </details>
      ))}
      {tried.length > 0 && (
        <p class="soft small">
          Looked at: {tried.map(({ tool, times, failed }) => `${tool} ×${times}${failed ? ` (${failed} failed)` : ""}`).join(", ")}
        </p>
      )}
      <details class="record">
        <summary>What happened to it</summary>
        <ul class="words">
          {story.steps.map((step, i) => (
            <li key={i}>{STEPS[step.kind] ?? step.kind}{step.by && step.by !== "buyer" && ` by ${nameOf(step.by, front.people)}`}, {exactly(step.at)}</li>
          ))}
        </ul>
      </details>
    </section>
  );
}

function Contact({ story: { handover: { contact } } }: { story: Story }) {
  if (!contact) return null;
  return (
    <>
      <div><dt>Name</dt><dd dir="auto">{contact.name}</dd></div>
      <div><dt>E-mail</dt><dd>{contact.email ? <a href={`mailto:${contact.email}`}><bdi>{contact.email}</bdi></a> : "–"}</dd></div>
    </>
  );
}

function Asked({ one }: { one: Asking }) {
  return (
    <li>
      <p>
        {one.intent ? `About ${intentWords(one.intent)}` : "A message"} <span class="soft">in {languageWords(one.language)}</span>
        {" "}<RunLink run={one.run} />
      </p>
      {one.why && <p class="soft small">{whyWords(one.why)}</p>}
      {one.citations.length > 0 && (
        <p class="cites">{one.citations.map(({ id, source }) => <span key={id} class="pill"><bdi>{source}</bdi></span>)}</p>
      )}
    </li>
  );
}
