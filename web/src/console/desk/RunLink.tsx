import { createContext } from "preact";
import { useContext } from "preact/hooks";

const OpenRun = createContext<(run: string) => void>(() => undefined);
export const OpenRunProvider = OpenRun.Provider;

/** Opens a run's journal beside the page. */
export function RunLink({ run }: { run: string }) {
  const open = useContext(OpenRun);
  return <button class="link mono" onClick={() => open(run)}>{run}</button>;
}
