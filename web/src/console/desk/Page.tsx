import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { ProblemNote } from "../ProblemNote.tsx";
import type { Loaded } from "../server.ts";

interface Props {
  title: string;
  lead?: string;
  /** Where the page above this one is. */
  back?: { href: string; text: string };
  action?: ComponentChildren;
  children: ComponentChildren;
}

/** A page of the desk; its heading has the focus when it is opened. */
export function Page({ title, lead, back, action, children }: Props) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Tradewind`;
    head.current?.focus({ preventScroll: true });
    return () => { document.title = "Tradewind"; };
  }, [title]);
  return (
    <div class="scroll" tabIndex={-1}>
      <div class="page">
        {back && <a class="back" href={back.href}>{back.text}</a>}
        <header class="page-head">
          <h1 ref={head} tabIndex={-1} dir="auto">{title}</h1>
          {action}
        </header>
        {lead && <p class="lead">{lead}</p>}
        {children}
      </div>
    </div>
  );
}

/** What was read, once it is there; else that it is being read, or why it is not. */
export function Whole<T>({ of, children }: { of: Loaded<T>; children: (value: T) => ComponentChildren }) {
  if (of === null) return <p class="working">Reading</p>;
  if ("problem" in of) return <ProblemNote problem={of.problem} />;
  return <>{children(of.value)}</>;
}

export function Empty({ title, children }: { title: string; children: ComponentChildren }) {
  return <div class="empty"><p class="empty-head">{title}</p><p class="soft">{children}</p></div>;
}
