import { useEffect, useState } from "preact/hooks";

import { Icon } from "../shared/icons.tsx";
import { ProblemNote } from "./ProblemNote.tsx";
import { read } from "./server.ts";
import type { Problem } from "../shared/records.ts";

/** The whole page for who is not signed in: how to come in. */
export function SignedOut({ problem }: { problem: Problem }) {
  const [provider, setProvider] = useState(false);
  useEffect(() => {
    void read<{ provider: boolean }>("/api/signin").then((ways) => setProvider("value" in ways && ways.value.provider));
  }, []);
  return (
    <main class="outside">
      <p class="brand"><Icon name="mark" />Tradewind</p>
      <h1>Sign in</h1>
      <ProblemNote problem={problem} />
      {provider && <p><a class="do" href="/signin/oidc">Sign in with your provider</a></p>}
      <p class="soft">
        Somebody of your shop makes a link with <span class="mono">tradewind people link</span>; it opens once, within
        twelve hours.
      </p>
    </main>
  );
}
