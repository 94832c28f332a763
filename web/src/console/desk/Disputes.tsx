import { moneyText } from "../../shared/money.ts";
import { Empty, Page, Whole } from "./Page.tsx";
import type { DisputeView } from "./records.ts";
import { useDocument } from "./useFront.ts";
import { dayOf, fromNow } from "./when.ts";
import { ADVICE, categoryText } from "./words.ts";

/** The shop's disputes with what is advised on each, the earliest deadline first. */
export function Disputes() {
  const [loaded] = useDocument<{ disputes: DisputeView[] }>("/api/disputes");
  return (
    <Page title="Disputes" lead="What is advised on each, from its evidence alone. Open one to attach files to it.">
      <Whole of={loaded}>
        {({ disputes }) => disputes.length === 0
          ? <Empty title="There are no disputes.">They come from your processor, or with `tradewind import`.</Empty>
          : <ul class="stack" aria-label="Disputes">{disputes.map((one) => <Row key={one.id} dispute={one} />)}</ul>}
      </Whole>
    </Page>
  );
}

function Row({ dispute }: { dispute: DisputeView }) {
  return (
    <li>
      <a class="entry dispute" data-advice={dispute.advice} href={`#/disputes/${encodeURIComponent(dispute.id)}`}>
        <span class="entry-title" dir="auto">{moneyText(dispute.amount)}, {categoryText(dispute.category)}</span>
        <span class="entry-facts">
          <span class="pill">{ADVICE[dispute.advice] ?? categoryText(dispute.status)}</span>
          {dispute.deadline && (
            <span title={dayOf(dispute.deadline)}>answer due {fromNow(dispute.deadline, Date.now())}</span>
          )}
          {dispute.order && <bdi>order {dispute.order}</bdi>}
          <span class="mono">{dispute.id}</span>
        </span>
      </a>
    </li>
  );
}
