import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

import { Page } from "../desk/Page.tsx";

/** The page of measures, fetched when somebody goes there. */
export function Later() {
  const [Loaded, setLoaded] = useState<ComponentType | null>(null);
  useEffect(() => {
    let here = true;
    void import("./Measures.tsx").then(({ Measures }) => here && setLoaded(() => Measures));
    return () => { here = false; };
  }, []);
  return Loaded ? <Loaded /> : <Page title="Measures"><p class="working">Reading</p></Page>;
}
