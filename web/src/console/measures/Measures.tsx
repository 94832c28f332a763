/** What the buyers' service came to. */

import { useState } from "preact/hooks";

import { Empty, Page, Whole } from "../desk/Page.tsx";
import { useDocument } from "../desk/useFront.ts";
import { dayOf } from "../desk/when.ts";
import {
  BESIDE, CLASSES, type Class, languageName, type Measures as All, named, percent, shareText, sumText, total, VERDICTS,
} from "./records.ts";

const LEAD = "Each conversation is counted once, in one class. Ranges in brackets are 95 % intervals; what nobody told is unknown, never nothing.";
const SPANS = [7, 30, 90];

export function Measures() {
  const [days, setDays] = useState(30);
  const [loaded] = useDocument<All>(`/api/measures?days=${days}`);
  const choice = (
    <span class="buttons" role="group" aria-label="Time">
      {SPANS.map((span) => (
        <button key={span} class="other" aria-pressed={span === days} onClick={() => setDays(span)}>{span} days</button>
      ))}
    </span>
  );
  return (
    <Page title="Measures" lead={LEAD} action={choice}>
      <Whole of={loaded}>
        {(all) => (
          <>
            <Resolutions all={all} />
            <Across title="By what was asked" head="Asked" of={all.service.intents} name={named} />
            <Across title="By language" head="Language" of={all.service.languages} name={languageName} />
            <Cost of={all.costs} />
            <Sales of={all.conversion} />
            <p class="small soft">
              Conversations begun from {dayOf(all.since)} to {dayOf(all.until)}. One ends
              after {all.silence_hours} hours of silence. Definitions, version {all.version}.
            </p>
          </>
        )}
      </Whole>
    </Page>
  );
}

function Resolutions({ all: { service, reopen_days } }: { all: All }) {
  const { conversations, classes, beside } = service;
  const left = Object.entries(beside).filter(([, n]) => n > 0).map(([why, n]) => `${n} ${BESIDE[why] ?? why}`);
  return (
    <section class="part">
      <h2>Resolutions</h2>
      {conversations === 0
        ? <Empty title="Nothing was asked.">No conversation in which something was asked began in this time.</Empty>
        : (
          <>
            {service.resolved.of === 0
              ? <p>None of them is over yet.</p>
              : <p>Of {service.resolved.of} that are over <b>{shareText(service.resolved)}</b> were resolved; confirmed {shareText(service.confirmed)}.</p>}
            <table class="table">
              <thead><tr><th>Class</th><th>Conversations</th><th>Part</th></tr></thead>
              <tbody>
                {(Object.keys(CLASSES) as Class[]).map((kind) => (
                  <tr key={kind}>
                    <td>{CLASSES[kind][0]}, <span class="soft">{CLASSES[kind][1]}</span></td>
                    <td>{classes[kind]}</td><td>{percent(classes[kind] / conversations)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            <p class="soft">
              {service.came_back} came back within {reopen_days} days, whatever the class. {service.provisional} of the assumed
              may yet be reopened.
            </p>
          </>
        )}
      {left.length > 0 && <p class="soft">Not counted: {left.join(", ")}.</p>}
    </section>
  );
}

function Across({ title, head, of, name }: {
  title: string; head: string; of: All["service"]["intents"]; name: (key: string) => string;
}) {
  const rows = Object.entries(of).sort(([, a], [, b]) => total(b) - total(a));
  if (rows.length === 0) return null;
  return (
    <section class="part">
      <h2>{title}</h2>
      <table class="table">
        <thead><tr><th>{head}</th><th>All</th><th>Resolved</th><th>Handed over</th><th>Unresolved</th></tr></thead>
        <tbody>
          {rows.map(([key, counts]) => (
            <tr key={key}>
              <td>{name(key)}</td><td>{total(counts)}</td>
              <td>{(counts.confirmed ?? 0) + (counts.assumed ?? 0)}</td><td>{counts.handed_over ?? 0}</td>
              <td>{(counts.unresolved ?? 0) + (counts.reopened ?? 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Cost({ of }: { of: All["costs"] }) {
  return (
    <section class="part">
      <h2>Cost of a resolved conversation</h2>
      <p>
        {of.each ? <b>{sumText(of.each)}</b> : <>Not known{of.at_least.length > 0 && `, at least ${of.at_least.map(sumText).join(" and ")}`}.</>}
      </p>
      <table class="table">
        <thead><tr><th>Part</th><th>Work</th><th>Cost</th></tr></thead>
        <tbody>
          {of.parts.map((part) => (
            <tr key={part.part}>
              <td>{named(part.part)}</td><td>{part.units.toLocaleString("en")} {part.unit}</td>
              <td>{part.cost ? sumText(part.cost) : "not known"}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {of.unknown.length > 0 && <ul class="note">{of.unknown.map((why) => <li key={why}>Not known: {why}.</li>)}</ul>}
    </section>
  );
}

function Sales({ of }: { of: All["conversion"] }) {
  const { difference } = of;
  return (
    <section class="part">
      <h2>Sales, against visitors without the chat</h2>
      <p>{VERDICTS[of.verdict]}</p>
      {of.share > 0 && (
        <>
          <table class="table">
            <thead><tr><th>Visitors</th><th>Of them</th><th>Bought</th><th>Part</th></tr></thead>
            <tbody>
              {([["Shown the chat", of.shown], [`Holdout, ${of.share} %`, of.holdout]] as const).map(([name, arm]) => (
                <tr key={name}><td>{name}</td><td>{arm.bought.of}</td><td>{arm.bought.hits}</td><td>{shareText(arm.bought)}</td></tr>
              ))}
            </tbody>
          </table>
          {difference && of.verdict !== "too_few" && (
            <p>Difference: {(difference.value * 100).toFixed(2)} points ({(difference.low * 100).toFixed(2)} to {(difference.high * 100).toFixed(2)}).</p>
          )}
          <p class="soft">The time to buy of {of.waiting} visitors is not over.{of.undated > 0 && ` ${of.undated} orders tell no day.`}</p>
        </>
      )}
    </section>
  );
}
