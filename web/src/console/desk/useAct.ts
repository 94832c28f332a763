import { useState } from "preact/hooks";

import type { Problem } from "../../shared/records.ts";

export interface Act<T> {
  busy: boolean;
  problem: Problem | null;
  /** Do it; `then` hears what it came to. A refusal stays as `problem`. */
  run: (doing: Promise<{ value: T } | { problem: Problem }>, then: (value: T) => void) => void;
}

/** One thing at a time that the server is asked to do. */
export function useAct<T>(): Act<T> {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run: Act<T>["run"] = (doing, then) => {
    setBusy(true);
    setProblem(null);
    void doing.then((done) => {
      setBusy(false);
      if ("problem" in done) setProblem(done.problem);
      else then(done.value);
    });
  };
  return { busy, problem, run };
}
