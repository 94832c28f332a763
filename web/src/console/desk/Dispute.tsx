import { moneyText } from "../../shared/money.ts";
import { AttachFile } from "./AttachFile.tsx";
import { AttachedFile } from "./AttachedFile.tsx";
import { Page, Whole } from "./Page.tsx";
import type { DisputeView, EvidenceView } from "./records.ts";
import { useDesk, useDocument } from "./useFront.ts";
import { exactly } from "./when.ts";
import { ADVICE, categoryText, GRADES } from "./words.ts";

/** One dispute: the advice, what carries it, and the files attached to it. */
export function Dispute({ id }: { id: string }) {
  const path = `/api/disputes/${encodeURIComponent(id)}/evidence`;
  const [loaded, again] = useDocument<EvidenceView>(path);
  return (
    <Page title={`Dispute ${id}`} back={{ href: "#/disputes", text: "All disputes" }}>
      <Whole of={loaded}>{(view) => <Told view={view} path={path} onChanged={again} />}</Whole>
    </Page>
  );
}

function Told({ view, path, onChanged }: { view: EvidenceView; path: string; onChanged: () => void }) {
  const { front } = useDesk();
  const merchant = front.me.role === "merchant";
  return (
    <>
      <Facts dispute={view.dispute} />
      <section class="part">
        <h2>What the evidence shows</h2>
        <ul class="words">
          {view.contradictions.map((text) => <li key={text}><b class="red">Contradicted:</b> {text}</li>)}
          {view.shown.map(({ title, grade }) => <li key={title}>{title} <span class="soft">{GRADES[grade]}</span></li>)}
        </ul>
      </section>
      <section class="part">
        <h2>Files</h2>
        <p class="soft">
          Originals are kept sealed and never changed. A packet shows their pages made anew: without scripts, links,
          attachments and metadata. A file counts once one of you has vouched for it.
        </p>
        {view.files.length > 0 && (
          <ul class="stack" aria-label="Files">
            {view.files.map((file) => (
              <AttachedFile
                key={file.sha256} file={file} roles={view.roles} path={path} may={merchant} onChanged={onChanged}
              />
            ))}
          </ul>
        )}
        {merchant && <AttachFile path={path} view={view} onChanged={onChanged} />}
      </section>
    </>
  );
}

function Facts({ dispute }: { dispute: DisputeView }) {
  const odds = dispute.odds === null ? "" : `, about ${Math.round(dispute.odds * 100)} % likely to be won`;
  const rows: [string, string][] = [
    ["Advice", dispute.advice ? `${ADVICE[dispute.advice] ?? dispute.advice}${odds}` : "cannot tell"],
    ["Amount", moneyText(dispute.amount)],
    ["Reason", `${categoryText(dispute.category)} (${dispute.network} ${dispute.reason_code})`],
    ["Order", dispute.order || "–"],
    ["Answer due", dispute.deadline ? exactly(dispute.deadline) : "no deadline told"],
  ];
  return (
    <dl class="facts dispute-facts">
      {rows.map(([name, value]) => <div key={name}><dt>{name}</dt><dd dir="auto">{value}</dd></div>)}
    </dl>
  );
}
