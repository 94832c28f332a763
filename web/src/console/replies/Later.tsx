/** Pages that are fetched when they are first opened: the console's first load stays as it is. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

type Pages = typeof import("./pages.ts");

export function Later({ name, id = "" }: { name: keyof Pages; id?: string }) {
  const [pages, setPages] = useState<Pages | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let here = true;
    import("./pages.ts").then((found) => here && setPages(found), () => here && setFailed(true));
    return () => { here = false; };
  }, []);
  if (failed) return <p class="wrong">This page cannot be fetched. Reload the console.</p>;
  if (pages === null) return <p class="working">Reading</p>;
  const Shown: ComponentType<{ id: string }> = pages[name];
  return <Shown id={id} />;
}
