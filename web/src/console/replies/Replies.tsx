import { useState } from "preact/hooks";

import { Empty, Page, Whole } from "../desk/Page.tsx";
import { useDocument } from "../desk/useFront.ts";
import { exactly, fromNow } from "../desk/when.ts";
import type { Channel, Written } from "./records.ts";
import { CHANNELS, NOTES, starsOf } from "./words.ts";

const LEAD = "Mails, marketplace messages and reviews, the newest first. A reply is drafted from the shop’s records; you send it.";
const TABS: [Channel | "", string][] = [["", "All"], ["email", "Mails"], ["marketplace", "Messages"], ["review", "Reviews"]];

/** What was written to the shop from outside. */
export function Replies() {
  const [channel, setChannel] = useState<Channel | "">("");
  const [loaded] = useDocument<{ letters: Written[] }>(channel ? `/api/replies?channel=${channel}` : "/api/replies");
  return (
    <Page title="Replies" lead={LEAD}>
      <p class="tabs" role="group" aria-label="Which of them">
        {TABS.map(([key, text]) => (
          <button key={key} class="tab" aria-pressed={channel === key} onClick={() => setChannel(key)}>{text}</button>
        ))}
      </p>
      <Whole of={loaded}>
        {({ letters }) => letters.length === 0
          ? (
            <Empty title="Nothing is here.">
              Import mails (.eml, .mbox), exported messages or reviews with “tradewind import”.
            </Empty>
          )
          : <ul class="stack" aria-label="Written to the shop">{letters.map((one) => <Row key={one.id} one={one} />)}</ul>}
      </Whole>
    </Page>
  );
}

function Row({ one }: { one: Written }) {
  return (
    <li>
      <a class="entry" href={`#/replies/${one.id}`}>
        <span class="entry-title" dir="auto">{one.subject || one.excerpt.slice(0, 90) || "No text"}</span>
        <Facts one={one} />
      </a>
    </li>
  );
}

export function Facts({ one }: { one: Written }) {
  return (
    <span class="entry-facts">
      <span class="pill">{CHANNELS[one.channel]}{one.place && ` · ${one.place}`}</span>
      {one.stars !== null && <span class={one.stars <= 2 ? "pill warn" : "pill"}>{starsOf(one.stars)}</span>}
      <span title={exactly(one.at)}>{fromNow(one.at, Date.now())}</span>
      {(one.name || one.address) && <bdi>{one.name || one.address}</bdi>}
      {one.notes.map((note) => <span key={note}>{NOTES[note] ?? note}</span>)}
    </span>
  );
}
