import { useState } from "preact/hooks";

import { Empty, Page, Whole } from "../desk/Page.tsx";
import { useDocument } from "../desk/useFront.ts";
import { dayOf, exactly } from "../desk/when.ts";
import { intentWords, languageWords } from "../inbox/words.ts";
import type { Gap, Lane, Rated, Seen } from "./records.ts";
import { attributeWords } from "./words.ts";

const LEAD = "Counted over buyers’ questions, mails, messages, reviews and parcels. Examples are masked, and nobody is named.";
const SPANS = [7, 28, 90, 365];

/** What buyers ask, what no record answers, and which lanes are late. */
export function Insights() {
  const [days, setDays] = useState(28);
  const [loaded] = useDocument<Seen>(`/api/insights?days=${days}`);
  return (
    <Page title="Insights" lead={LEAD}>
      <p class="tabs" role="group" aria-label="How many days">
        {SPANS.map((span) => <button key={span} class="tab" aria-pressed={days === span} onClick={() => setDays(span)}>{span} days</button>)}
      </p>
      <Whole of={loaded}>
        {(seen) => (
          <>
            <Asked seen={seen} />
            <Gaps gaps={seen.asked.gaps} />
            <Reviews rated={seen.asked.rated} />
            <Lanes seen={seen} />
            <p class="small soft">As of {exactly(seen.asked.until)}. Weeks are those of UTC.</p>
          </>
        )}
      </Whole>
    </Page>
  );
}

function Asked({ seen: { asked } }: { seen: Seen }) {
  const most = Math.max(1, ...asked.weeks.map((week) => sum(week.intents)));
  return (
    <section class="part">
      <h2>Questions</h2>
      <p>{asked.questions} questions; {asked.unanswered} found no record.</p>
      {asked.few && <p class="note">These are few questions: small numbers say little.</p>}
      {asked.unread > 0 && <p class="soft">Letters without a drafted reply: {asked.unread}. Of those only what they ask is counted, by their words.</p>}
      <Table head={["About", "Asked", "No record"]} rows={Object.entries(asked.intents).map(([name, n]) => [
        intentWords(name), n, asked.unanswered_intents[name] ?? 0,
      ])} />
      <p class="soft">{Object.entries(asked.languages).map(([name, n]) => `${name ? languageWords(name) : "unknown"} ${n}`).join(", ")}</p>
      <ul class="weeks">
        {asked.weeks.map((week) => (
          <li key={week.begins}>
            <span>{dayOf(week.begins)}</span>
            <span class="gauge"><span style={{ inlineSize: `${(100 * sum(week.intents)) / most}%` }} /></span>
            <span>{sum(week.intents)}</span>
            <span class="soft">{Object.entries(week.intents).slice(0, 3).map(([name, n]) => `${intentWords(name)} ${n}`).join(", ")}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Gaps({ gaps }: { gaps: Gap[] }) {
  return (
    <section class="part">
      <h2>What no record answers</h2>
      {gaps.length === 0 && <Empty title="Nothing is missing.">Every question that was asked found its record.</Empty>}
      <ul class="rows">
        {gaps.map((gap) => (
          <li key={gap.product + gap.attribute}>
            <details class="row">
              <summary>
                <span class="row-what"><b>{gap.title || "No product named"}</b> {attributeWords(gap.attribute)}{gap.few ? ", few" : ""}</span>
                <span class="row-when">{gap.count} of {gap.asked} questions</span>
              </summary>
              <ul class="plain">{gap.examples.map((text) => <li key={text}><q dir="auto">{text}</q></li>)}</ul>
              {gap.examples.length === 0 && <p class="soft">No example can be shown.</p>}
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Reviews({ rated }: { rated: Rated[] }) {
  if (rated.length === 0) return null;
  return (
    <section class="part">
      <h2>Reviews</h2>
      <Table head={["Product", "Reviews", "1 or 2 stars", "These speak of"]} rows={rated.slice(0, 50).map((one) => [
        `${one.title || one.product || "Not told"}${one.few ? " (few)" : ""}`, one.reviews, one.low,
        Object.entries(one.attributes).map(([name, n]) => `${attributeWords(name)} ${n}`).join(", "),
      ])} />
    </section>
  );
}

function Lanes({ seen: { lanes, parcels, late } }: { seen: Seen }) {
  const by = (verdict: Lane["verdict"]) => lanes.filter((lane) => lane.verdict === verdict);
  return (
    <section class="part">
      <h2>Late lanes</h2>
      <p>A parcel is late when it took longer than eight of ten took on its own lane before. Of {parcels} parcels whose time is decided, {late} are late.</p>
      {by("late").length === 0
        ? <Empty title="No lane stands out.">None is later than chance would have it, or there are too few parcels to tell.</Empty>
        : <LaneTable of={by("late")} />}
      {by("chance").length > 0 && (
        <details class="row"><summary><span class="row-what">No more than chance: {by("chance").length}</span></summary><LaneTable of={by("chance")} /></details>
      )}
      {by("few").length > 0 && <p class="soft">Too few parcels to tell: {by("few").length} lanes.</p>}
    </section>
  );
}

function LaneTable({ of }: { of: Lane[] }) {
  return <Table head={["Lane", "Late", "Elsewhere", "Chance"]} rows={of.map((lane) => [
    lane.name, `${lane.late} of ${lane.parcels}`, `${lane.rest_late} of ${lane.rest}`,
    lane.chance === null ? "–" : lane.chance < 0.001 ? "< 0.001" : lane.chance.toFixed(3),
  ])} />;
}

function Table({ head, rows }: { head: string[]; rows: (string | number)[][] }) {
  return (
    <table class="table">
      <thead><tr>{head.map((name) => <th key={name}>{name}</th>)}</tr></thead>
      <tbody>{rows.map((row) => <tr key={row[0]}>{row.map((cell, n) => <td key={n}><bdi>{cell}</bdi></td>)}</tr>)}</tbody>
    </table>
  );
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((total, n) => total + n, 0);
}
