import { Icon } from "../shared/icons.tsx";
import type { Problem } from "../shared/records.ts";

const SIGN_IN = "Open the sign-in link that the server printed when it started, then come back here.";

/** What went wrong and what to do about it. */
export function ProblemNote({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) {
  return (
    <div class="problem" role="alert">
      <Icon name="warn" />
      <div>
        <p dir="auto">{problem.message}</p>
        <p class="soft" dir="auto">{problem.status === 403 ? SIGN_IN : problem.hint}</p>
        {onRetry && <button class="link" onClick={onRetry}>Send again</button>}
      </div>
    </div>
  );
}
