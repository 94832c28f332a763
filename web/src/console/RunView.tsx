import { useEffect, useState } from "preact/hooks";

import { ProblemNote } from "./ProblemNote.tsx";
import { type Loaded, type Run, type Span, read } from "./server.ts";

interface Journal {
  run: Run;
  spans: Span[];
}

/** A run's spans on one time axis; each opens to what went in and came out. */
export function RunView({ run }: { run: string }) {
  const [loaded, setLoaded] = useState<Loaded<Journal>>(null);
  useEffect(() => {
    void read<Journal>(`/api/runs/${encodeURIComponent(run)}`).then(setLoaded);
  }, [run]);
  if (loaded === null) return <p class="working">Reading the journal</p>;
  if ("problem" in loaded) return <ProblemNote problem={loaded.problem} />;
  return <Timeline journal={loaded.value} />;
}

function Timeline({ journal: { run, spans } }: { journal: Journal }) {
  const ordered = [...spans].sort((a, b) => a.started_us - b.started_us || b.duration_us - a.duration_us);
  const begin = ordered[0]?.started_us ?? 0;
  const length = Math.max(1, ...ordered.map((span) => span.started_us + span.duration_us - begin));
  return (
    <>
      <dl class="facts">
        <div><dt>Run</dt><dd class="mono">{run.id}</dd></div>
        <div><dt>State</dt><dd>{run.status}</dd></div>
        <div><dt>Time</dt><dd>{run.seconds.toFixed(2)} s</dd></div>
        <div><dt>Tokens</dt><dd>{run.tokens.toLocaleString()}</dd></div>
        <div><dt>Began</dt><dd>{new Date(run.started_at).toLocaleString()}</dd></div>
      </dl>
      {run.error && <p class="span-error" dir="auto">{run.error}</p>}
      <ol class="spans" aria-label="Spans">
        {ordered.map((span) => (
          <SpanRow key={`${span.path}/${span.ordinal}`} span={span} begin={begin} length={length} />
        ))}
      </ol>
    </>
  );
}

function SpanRow({ span, begin, length }: { span: Span; begin: number; length: number }) {
  const start = ((span.started_us - begin) / length) * 100;
  const width = Math.max(0.8, (span.duration_us / length) * 100);
  const place = `inset-inline-start:${Math.min(start, 99)}%;inline-size:${Math.min(width, 100 - Math.min(start, 99))}%`;
  return (
    <li>
      <details class="span" data-kind={span.kind}>
        <summary>
          <span class="span-kind">{span.kind}</span>
          <span class="span-name">{span.name}</span>
          <span class="span-time">{duration(span.duration_us)}</span>
          <span class="track"><span class="track-bar" style={place} /></span>
        </summary>
        <Detail name="Error" value={span.error} />
        <Detail name="Request" value={span.request} />
        <Detail name="Response" value={span.response} />
        <Detail name="Attributes" value={Object.keys(span.attributes).length ? span.attributes : null} />
      </details>
    </li>
  );
}

function Detail({ name, value }: { name: string; value: unknown }) {
  if (value === null || value === undefined || value === "") return null;
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return <div class="detail"><p>{name}</p><pre tabIndex={0} dir="auto">{text}</pre></div>;
}

function duration(us: number): string {
  if (us < 1000) return `${us} µs`;
  return us < 1_000_000 ? `${(us / 1000).toFixed(us < 10_000 ? 1 : 0)} ms` : `${(us / 1_000_000).toFixed(2)} s`;
}
