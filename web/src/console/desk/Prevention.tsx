import { useState } from "preact/hooks";

import { moneyText } from "../../shared/money.ts";
import type { TurnResult } from "../../shared/records.ts";
import { write } from "../server.ts";
import { Empty, Page, Whole } from "./Page.tsx";
import {
  type Cause, type Counts, type Draft, type Meter, named, type Parcel, percent, REASONS, type Seen, STATES, sums, TRENDS,
  usualText, type Week,
} from "./prevention.ts";
import { useAct } from "./useAct.ts";
import { useDesk, useDocument } from "./useFront.ts";
import { dayOf, exactly } from "./when.ts";

const LEAD = "Counted over the shop’s own records, as the networks count. A group is named only where it has more disputes than "
  + "chance would bring; why it has them, no record tells.";

/** Disputes as a whole: rates and programmes, weeks, causes, parcels that may become disputes. */
export function Prevention() {
  const [loaded] = useDocument<Seen>("/api/prevention");
  return (
    <Page title="Dispute prevention" lead={LEAD}>
      <Whole of={loaded}>
        {({ view, drafts }) => (
          <>
            <Rates counts={view.counts} meters={view.meters} left={view.left_out} />
            <Weeks weeks={view.weeks} trend={view.trend} />
            <Causes causes={view.causes} />
            <Parcels parcels={view.parcels} drafts={drafts} />
            <p class="small soft">As of {exactly(view.at)}. Months and weeks are those of UTC.</p>
          </>
        )}
      </Whole>
    </Page>
  );
}

function Rates({ counts, meters, left }: { counts: Counts[]; meters: Meter[]; left: Seen["view"]["left_out"] }) {
  const rows = [...counts].reverse().filter((row) => row.settled || row.disputes);
  const missing = left.no_network + left.undated_payments + left.undated_disputes;
  return (
    <section class="part">
      <h2>Rate and programmes</h2>
      {rows.length === 0 && <Empty title="No rate can be told.">No settled card payment with a network and a date is recorded.</Empty>}
      {rows.length > 0 && (
        <table class="table by-network">
          <thead><tr><th>Month</th><th>Network</th><th>Disputes</th><th>Payments</th><th>Rate</th></tr></thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.network + row.month}>
                <td>{row.month}{row.ended ? "" : " so far"}</td><td>{named(row.network)}</td><td>{row.disputes}</td>
                <td>{row.settled}</td><td>{row.settled ? percent(row.disputes / row.settled) : "cannot tell"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <ul class="stack">
        {meters.filter((m) => m.month === meters[0]?.month || m.state !== "safe").map((m) => <Programme key={m.programme + m.month} meter={m} />)}
      </ul>
      {missing > 0 && (
        <p class="note">
          Not counted: {left.no_network} payments without a network, {left.undated_payments} payments
          and {left.undated_disputes} disputes without a date.
        </p>
      )}
    </section>
  );
}

function Programme({ meter }: { meter: Meter }) {
  return (
    <li class="entry meter" data-state={meter.state}>
      <span class="entry-title">{meter.title}, {meter.month}{meter.ended ? "" : " so far"}: {STATES[meter.state]}</span>
      <span class="gauge" aria-hidden="true"><span style={{ inlineSize: `${Math.min(100, meter.share * 100)}%` }} /></span>
      <span class="entry-facts">
        <span>rate {percent(meter.ratio)} of {percent(meter.limit)}</span>
        <span>{meter.count} of {meter.least} cases</span>
        <span>both must be reached</span>
        {meter.floor && <span>at least: fraud reports are not told of all payments</span>}
      </span>
    </li>
  );
}

function Weeks({ weeks, trend }: { weeks: Week[]; trend: Seen["view"]["trend"] }) {
  const most = Math.max(1, ...weeks.map((week) => week.disputes));
  return (
    <section class="part">
      <h2>Disputes opened by week</h2>
      <p>{TRENDS[trend]}</p>
      <ul class="weeks">
        {weeks.map((week) => (
          <li key={week.begins}>
            <span>{dayOf(week.begins)}{week.ended ? "" : ", so far"}</span>
            <span class="gauge"><span style={{ inlineSize: `${(100 * week.disputes) / most}%` }} /></span>
            <span>{week.disputes}</span><span class="soft">{sums(week.amounts)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Causes({ causes }: { causes: Seen["view"]["causes"] }) {
  const by = (verdict: Cause["verdict"]) => causes.groups.filter((cause) => cause.verdict === verdict);
  const kinds = Object.entries(causes.kinds).map(([kind, n]) => `${named(kind)} ${n}`).join(", ");
  const codes = Object.entries(causes.codes).map(([code, n]) => `${named(code)} ${n}`).join(", ");
  return (
    <section class="part">
      <h2>Where disputes come from</h2>
      <p>Orders of the last {causes.days} days: {causes.orders}, disputed {causes.disputed}.</p>
      {kinds && <p class="soft">By category: {kinds}. By code: {codes}.</p>}
      {by("more").length === 0
        ? <Empty title="No group stands out.">None has more disputes than chance would bring, or there are too few to tell.</Empty>
        : <Groups of={by("more")} />}
      <Folded title="No more than chance" of={by("chance")} />
      <Folded title="Too few to tell" of={by("few")} />
    </section>
  );
}

function Folded({ title, of }: { title: string; of: Cause[] }) {
  if (of.length === 0) return null;
  return <details class="row"><summary><span class="row-what">{title}: {of.length}</span></summary><Groups of={of} /></details>;
}

function Groups({ of }: { of: Cause[] }) {
  return (
    <table class="table">
      <thead><tr><th>Group</th><th>Disputed</th><th>Elsewhere</th><th>Chance</th></tr></thead>
      <tbody>
        {of.map((cause) => (
          <tr key={cause.dimension + cause.name}>
            <td><span class="soft">{named(cause.dimension)}</span> <bdi>{cause.name}</bdi></td>
            <td>{cause.disputed} of {cause.orders}</td><td>{cause.rest_disputed} of {cause.rest_orders}</td>
            <td>{cause.chance === null ? "–" : cause.chance < 0.001 ? "< 0.001" : cause.chance.toFixed(3)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Parcels({ parcels, drafts }: { parcels: Seen["view"]["parcels"]; drafts: Draft[] }) {
  return (
    <section class="part">
      <h2>Parcels that may become disputes over goods not received</h2>
      <p>
        {parcels.open} are under way; of {parcels.no_history} nothing usual is known. Left
        out: {parcels.settled} of orders that were cancelled, refunded or disputed, {parcels.not_sent} not handed to a carrier.
      </p>
      {parcels.risky.length === 0
        ? <Empty title="None stands out.">Each is within what is usual on its lane, and no buyer has written.</Empty>
        : (
          <ul class="rows" aria-label="Parcels at risk">
            {parcels.risky.map((parcel) => (
              <Risk key={parcel.evidence} parcel={parcel} draft={drafts.find((draft) => draft.order === parcel.order)} />
            ))}
          </ul>
        )}
    </section>
  );
}

function Risk({ parcel, draft }: { parcel: Parcel; draft: Draft | undefined }) {
  return (
    <li>
      <details class="row risk">
        <summary>
          <span class="row-what"><b>{parcel.order}</b> {parcel.reasons.map((reason) => REASONS[reason] ?? reason).join(", ")}</span>
          <span class="row-amount">{parcel.total ? moneyText(parcel.total) : ""}</span>
          <span class="row-when">{parcel.age} days</span>
        </summary>
        <p class="soft"><bdi>{parcel.carrier} {parcel.tracking_no}</bdi> to {parcel.destination || "?"}: {usualText(parcel)}.</p>
        {draft && <Letter draft={draft} />}
      </details>
    </li>
  );
}

function Letter({ draft }: { draft: Draft }) {
  const { front, refresh } = useDesk();
  const act = useAct<TurnResult>();
  const [told, setTold] = useState<TurnResult | null>(null);
  const send = () => act.run(
    write<TurnResult>("/api/prevention/messages", { order: draft.order }), (result) => { setTold(result); refresh(); },
  );
  return (
    <>
      <q lang={draft.language} dir="auto">{draft.text}</q>
      {draft.guessed && <p class="small soft">The order tells no language, so the draft is in English.</p>}
      {act.problem && <p class="wrong">{act.problem.message}</p>}
      {told
        ? <p class="note" aria-live="polite" dir="auto">{told.answer} {told.approvals.map((card) => <a key={card.id} href={`#/approvals/${card.id}`}>Answer the question</a>)}</p>
        : front.me.role === "merchant" && <p class="buttons"><button class="other" disabled={act.busy} onClick={send}>Send this to the buyer…</button></p>}
    </>
  );
}
