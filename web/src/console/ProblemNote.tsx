import { Icon } from "../shared/icons.tsx";
import type { Problem } from "../shared/records.ts";
import { signedOut } from "./server.ts";

const SIGN_IN = "Open the sign-in link that the server printed when it started, then come back here.";

/** What went wrong and what to do about it. */
export function ProblemNote({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) {
  return (
    <div class="problem" role="alert">
      <Icon name="warn" />
      <div>
        <p dir="auto">{sentence(problem.message)}</p>
        <p class="soft" dir="auto">{signedOut(problem) ? SIGN_IN : problem.hint}</p>
        {onRetry && <button class="link" onClick={onRetry}>Send again</button>}
      </div>
    </div>
  );
}

/** The server's messages begin small: they also stand behind a name. */
function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
