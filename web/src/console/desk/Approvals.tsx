import { Empty, Page, Whole } from "./Page.tsx";
import type { Approval } from "./records.ts";
import { useDesk, useDocument } from "./useFront.ts";
import { exactly, fromNow } from "./when.ts";

const LEAD = "What waits for one of you. Nothing of it is done before somebody says yes; when its time is over, "
  + "the answer is no.";

/** Open questions, the one that ends first on top. */
export function Approvals() {
  const { front } = useDesk();
  const [loaded] = useDocument<{ approvals: Approval[] }>("/api/approvals", front.waiting.approvals);
  return (
    <Page title="Approvals" lead={LEAD}>
      <Whole of={loaded}>
        {({ approvals }) => approvals.length === 0
          ? (
            <Empty title="Nothing waits for you.">
              When you or a buyer ask for something that moves money or changes an order, the question comes here.
            </Empty>
          )
          : (
            <ul class="stack" aria-label="Open questions">
              {byEnd(approvals).map((asked) => <Asked key={asked.id} asked={asked} />)}
            </ul>
          )}
      </Whole>
    </Page>
  );
}

function byEnd(approvals: Approval[]): Approval[] {
  return [...approvals].sort((a, b) => Date.parse(a.expires_at) - Date.parse(b.expires_at));
}

function Asked({ asked }: { asked: Approval }) {
  const yes = asked.votes.filter((vote) => vote.yes).length;
  return (
    <li>
      <a class="entry waits" href={`#/approvals/${asked.id}`}>
        <span class="entry-title" dir="auto">{asked.summary}</span>
        <span class="entry-facts">
          <span class="mono">{asked.tool}</span>
          {asked.needs > 1 && <span class="pill">{yes} of {asked.needs} people have agreed</span>}
          <span title={exactly(asked.created_at)}>asked {fromNow(asked.created_at, Date.now())}</span>
          <span title={exactly(asked.expires_at)}>ends {fromNow(asked.expires_at, Date.now())}</span>
        </span>
      </a>
    </li>
  );
}
