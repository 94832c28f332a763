import { useEffect, useRef } from "preact/hooks";

import { Icon } from "../shared/icons.tsx";
import type { Citation } from "../shared/records.ts";
import { RunView } from "./RunView.tsx";

export type Opened =
  | { kind: "citation"; run: string; citations: Citation[]; index: number }
  | { kind: "run"; run: string };

/** What was opened beside the conversation: the sources of an answer, or its run. */
export function Panel({ opened, onClose }: { opened: Opened; onClose: () => void }) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  return (
    <aside class="panel" aria-labelledby="panel-title">
      <header class="panel-head">
        <h2 id="panel-title" ref={head} tabIndex={-1}>{opened.kind === "run" ? "Run" : "Sources"}</h2>
        <button class="round" aria-label="Close" onClick={onClose}><Icon name="close" /></button>
      </header>
      <div class="panel-body">
        {opened.kind === "run"
          ? <RunView run={opened.run} />
          : <Sources citations={opened.citations} index={opened.index} />}
      </div>
    </aside>
  );
}

function Sources({ citations, index }: { citations: Citation[]; index: number }) {
  const chosen = useRef<HTMLLIElement>(null);
  useEffect(() => chosen.current?.scrollIntoView({ block: "nearest" }), [index]);
  return (
    <ol class="sources">
      {citations.map((citation, i) => (
        <li
          key={citation.id} class="source" data-chosen={i === index}
          ref={i === index ? chosen : null} aria-current={i === index}
        >
          <p class="source-head"><b>{i + 1}</b><bdi>{citation.source}</bdi></p>
          <blockquote dir="auto">{citation.excerpt}</blockquote>
          <p class="mono soft">{citation.id}</p>
        </li>
      ))}
    </ol>
  );
}
