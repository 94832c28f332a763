import { Empty, Page, Whole } from "./Page.tsx";
import { EffectRow } from "./EffectRow.tsx";
import type { EffectView } from "./records.ts";
import { UnknownEffect } from "./UnknownEffect.tsx";
import { useDesk, useDocument } from "./useFront.ts";

interface Found {
  unknown: EffectView[];
  latest: EffectView[];
}

/** What was done outside: first what somebody must look at, then the last ones. */
export function Effects() {
  const { front } = useDesk();
  const { approvals, unknown: parked } = front.waiting;
  const [loaded, again] = useDocument<Found>("/api/effects?limit=100", `${parked}/${approvals}`);
  return (
    <Page title="Effects" lead="What was changed outside, or was to be: each once, under its own key.">
      <Whole of={loaded}>
        {({ unknown, latest }) => (
          <>
            {unknown.length > 0 && (
              <section class="part">
                <h2>Somebody must look</h2>
                <p class="soft">
                  These were sent and the receiver did not answer. They count against the caps as if they had
                  happened, and are never sent blindly again.
                </p>
                <ul class="stack" aria-label="Unknown outcomes">
                  {unknown.map((view) => <UnknownEffect key={view.effect.id} view={view} onChanged={again} />)}
                </ul>
              </section>
            )}
            <section class="part">
              <h2>The last ones</h2>
              {latest.length === 0
                ? (
                  <Empty title="Nothing has been changed yet.">
                    Refunds, cancellations, addresses, messages and budgets are listed here as they happen.
                  </Empty>
                )
                : (
                  <ul class="rows" aria-label="Effects">
                    {latest.map((view) => <EffectRow key={view.effect.id} view={view} onChanged={again} />)}
                  </ul>
                )}
            </section>
          </>
        )}
      </Whole>
    </Page>
  );
}
