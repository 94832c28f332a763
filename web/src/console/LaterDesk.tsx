/** The desk's pages, fetched when one is first opened: who only talks does not wait for them. */

import { useEffect, useState } from "preact/hooks";

import type { Place } from "./places.ts";

type Desk = typeof import("./desk/DeskPage.tsx");

export function LaterDesk({ place }: { place: Exclude<Place, { page: "talk" }> }) {
  const [desk, setDesk] = useState<Desk | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let here = true;
    import("./desk/DeskPage.tsx").then((found) => here && setDesk(found), () => here && setFailed(true));
    return () => { here = false; };
  }, []);
  if (failed) return <p class="wrong">This page cannot be fetched. Reload the console.</p>;
  return desk ? <desk.DeskPage place={place} /> : <p class="working">Reading</p>;
}
