import { useState } from "preact/hooks";

import { ProblemNote } from "../ProblemNote.tsx";
import { grant } from "./calls.ts";
import { Page, Whole } from "./Page.tsx";
import type { Rule, Terms, ToolView } from "./records.ts";
import { useAct } from "./useAct.ts";
import { useDesk, useDocument } from "./useFront.ts";
import { START, type Fault, type Wish, isFault, ruleOf, takesMoney } from "./wish.ts";
import { ruleWords } from "./words.ts";

/** A new rule: what it is about, its bounds, and what it will mean before it is saved. */
export function Grant() {
  const [terms] = useDocument<Terms>("/api/rules/terms");
  return (
    <Page title="New rule" back={{ href: "#/rules", text: "All rules" }}>
      <Whole of={terms}>{(known) => <GrantForm terms={known} />}</Whole>
    </Page>
  );
}

function GrantForm({ terms }: { terms: Terms }) {
  const { front } = useDesk();
  const [wish, setWish] = useState<Wish>({ ...START, tool: terms.tools[0]?.name ?? "" });
  const act = useAct<Rule>();
  const tool = terms.tools.find(({ name }) => name === wish.tool);
  if (!tool) return <p class="soft">No tool of this shop changes anything.</p>;
  const longest = terms.longest_grant_days;
  const found = ruleOf(wish, tool, front.shop.currency, longest, Date.now());
  const fault = isFault(found) ? found : null;
  const set = (changed: Partial<Wish>) => setWish({ ...wish, ...changed });
  const save = () => { if (!isFault(found)) act.run(grant(found), () => { location.hash = "#/rules"; }); };
  return (
    <form class="form grant" onSubmit={(event) => { event.preventDefault(); save(); }}>
      <What tools={terms.tools} wish={wish} set={set} />
      <Bounds wish={wish} tool={tool} fault={fault} longest={longest} set={set} />
      <section class="meaning" aria-live="polite">
        <h2>What this will mean</h2>
        {isFault(found)
          ? <p class="soft">{MISSING[found.field]}: {found.remedy}</p>
          : (
            <>
              <p>{tool.about}</p>
              <ul class="words">{ruleWords(found).map((text) => <li key={text}>{text}</li>)}</ul>
            </>
          )}
      </section>
      {act.problem && <ProblemNote problem={act.problem} />}
      <p class="buttons">
        <button class="do" type="submit" disabled={fault !== null || act.busy || front.me.role !== "merchant"}>
          {wish.mode === "auto" ? "Let it act without asking" : "Save this rule"}
        </button>
        <a class="other" href="#/rules">Leave it</a>
      </p>
      {front.me.role !== "merchant" && <p class="note">You are signed in as ops: only the merchant’s own people give rules.</p>}
    </form>
  );
}

const MISSING: Record<keyof Wish, string> = {
  tool: "What it is about", mode: "How", buyers: "For whom", up_to: "Most each time", two_above: "Two people above",
  count: "Most a day", sum: "Most money a day", days: "How long",
};

/** What does not outlive another choice of tool. */
const ANEW = { buyers: false, up_to: "", sum: "", two_above: "" };

interface Part {
  wish: Wish;
  set: (changed: Partial<Wish>) => void;
}

function What({ tools, wish, set }: Part & { tools: ToolView[] }) {
  const tool = tools.find(({ name }) => name === wish.tool);
  return (
    <>
      <label class="field">
        <span>What it is about</span>
        <select value={wish.tool} onChange={(event) => set({ ...ANEW, tool: event.currentTarget.value })}>
          {tools.map(({ name, about }) => <option key={name} value={name}>{about} ({name})</option>)}
        </select>
      </label>
      <fieldset class="field choices">
        <legend>How</legend>
        <Choice
          checked={wish.mode === "ask"} title="Ask people first" text="Somebody says yes each time."
          onPick={() => set({ mode: "ask" })}
        />
        <Choice
          checked={wish.mode === "auto"} title="Managed mode: act without asking"
          text="Within the amounts, the cap a day and the end that you give below."
          onPick={() => set({ mode: "auto", two_above: "", days: wish.days || "30" })}
        />
      </fieldset>
      {tool?.audiences.includes("buyer") && (
        <label class="choice">
          <input type="checkbox" checked={wish.buyers} onChange={(event) => set({ buyers: event.currentTarget.checked })} />
          <span><b>For buyers’ wishes too</b><i>Else it is for what your own people ask for.</i></span>
        </label>
      )}
    </>
  );
}

function Choice({ checked, title, text, onPick }: {
  checked: boolean; title: string; text: string; onPick: () => void;
}) {
  return (
    <label class="choice">
      <input type="radio" name="mode" checked={checked} onChange={onPick} />
      <span><b>{title}</b><i>{text}</i></span>
    </label>
  );
}

function Bounds({ wish, tool, fault, longest, set }: Part & { tool: ToolView; fault: Fault | null; longest: number }) {
  const { front } = useDesk();
  const unit = front.shop.currency;
  const auto = wish.mode === "auto";
  const money = takesMoney(tool);
  const box = (field: keyof Wish, title: string, note: string, end: string) => (
    <Box title={title} note={note} unit={end} value={String(wish[field])} wrong={fault?.field === field && String(wish[field]) !== ""}
      onText={(text) => set({ [field]: text.trim() })} />
  );
  return (
    <div class="boxes">
      {money && box("up_to", "Most each time", auto ? "above it, people are asked" : "empty: any amount", unit)}
      {money && !auto && box("two_above", "Two people above", "empty: one is enough", unit)}
      {box("count", "Most a day", auto ? "how many" : "how many; empty: no cap", "a day")}
      {money && box("sum", "Most money a day", auto ? "all together" : "empty: no cap", unit)}
      {box("days", "For how long", auto ? `${longest} days at most` : "empty: until it is revoked", "days")}
    </div>
  );
}

function Box({ title, note, unit, value, wrong, onText }: {
  title: string; note: string; unit: string; value: string; wrong: boolean; onText: (text: string) => void;
}) {
  return (
    <label class="field">
      <span>{title} <i>{note}</i></span>
      <span class="amount">
        <input
          value={value} inputMode="decimal" autocomplete="off" aria-invalid={wrong}
          onInput={(event) => onText(event.currentTarget.value)}
        />
        <span>{unit}</span>
      </span>
    </label>
  );
}
