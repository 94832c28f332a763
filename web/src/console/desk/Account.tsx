import { useState } from "preact/hooks";

import { Icon } from "../../shared/icons.tsx";
import { forgetThreads } from "../threads.ts";
import { signOut } from "./calls.ts";
import { Dialog } from "./Dialog.tsx";
import { useAct } from "./useAct.ts";
import { useDesk } from "./useFront.ts";

const ROLES = { merchant: "Merchant: asks and decides", ops: "Ops: sees all, decides nothing" };

/** Who is signed in, as what, and the way out. */
export function Account() {
  const { front } = useDesk();
  const [asking, setAsking] = useState(false);
  const [everywhere, setEverywhere] = useState(false);
  const [forget, setForget] = useState(false);
  const act = useAct<{ provider: boolean }>();
  const leave = () => act.run(signOut(everywhere), () => {
    if (forget) forgetThreads(localStorage);
    location.reload();
  });
  return (
    <div class="account">
      <Icon name="person" />
      <b dir="auto">{front.me.name}</b>
      <button class="link" onClick={() => setAsking(true)}>Sign out</button>
      <p class="soft"><span dir="auto">{front.shop.name}</span><span>{ROLES[front.me.role]}</span></p>
      {asking && (
        <Dialog title="Sign out?" yes="Sign out" busy={act.busy} problem={act.problem} onClose={() => setAsking(false)} onYes={leave}>
          <p>To come back you need a new sign-in link, or your identity provider.</p>
          <label class="choice">
            <input type="checkbox" checked={everywhere} onChange={(event) => setEverywhere(event.currentTarget.checked)} />
            <span><b>In all browsers</b><i>Ends every open session of yours, and links nobody opened.</i></span>
          </label>
          <label class="choice">
            <input type="checkbox" checked={forget} onChange={(event) => setForget(event.currentTarget.checked)} />
            <span><b>Delete the conversations listed here</b><i>Else whoever sits at this browser next can read them.</i></span>
          </label>
        </Dialog>
      )}
    </div>
  );
}
