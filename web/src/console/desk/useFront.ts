/** What every page says: who is signed in, whether managed mode is halted, what waits. */

import { createContext } from "preact";
import { useCallback, useContext, useEffect, useState } from "preact/hooks";

import type { Problem } from "../../shared/records.ts";
import { type Loaded, read } from "../server.ts";
import type { Front } from "./records.ts";

const EVERY = 15_000;

export interface Desk {
  front: Front;
  /** Look at once: something was done. */
  refresh: () => void;
}

const DeskContext = createContext<Desk | null>(null);
export const DeskProvider = DeskContext.Provider;

/** The desk of a page that is only shown to who is signed in. */
export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error("a page of the desk stands outside of it");
  return desk;
}

/** As `useDesk`, where the page may not have heard of the desk yet. */
export const useMaybeDesk = () => useContext(DeskContext);

export interface Seen {
  /** The last that was heard. */
  front: Front | null;
  /** Why it could not be read again. */
  problem: Problem | null;
  refresh: () => void;
}

/** The front, read now and again while the page is seen. What was heard stays while the server is
 *  away: nobody loses what they type. */
export function useFront(): Seen {
  const [seen, setSeen] = useState<Omit<Seen, "refresh">>({ front: null, problem: null });
  const refresh = useCallback(() => void read<Front>("/api/desk").then((found) => setSeen((before) =>
    "value" in found ? { front: found.value, problem: null } : { ...before, problem: found.problem })), []);
  useEffect(() => {
    const look = () => document.visibilityState === "visible" && refresh();
    refresh();
    const timer = setInterval(look, EVERY);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [refresh]);
  return { ...seen, refresh };
}

/** A document of the server, and a way to read it again; also read when `version` changes. */
export function useDocument<T>(path: string, version: unknown = 0): [Loaded<T>, () => void] {
  const [loaded, setLoaded] = useState<Loaded<T>>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let here = true;
    void read<T>(path).then((found) => here && setLoaded(found));
    return () => { here = false; };
  }, [path, version, turn]);
  return [loaded, useCallback(() => setTurn((n) => n + 1), [])];
}
