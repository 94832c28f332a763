import { useState } from "preact/hooks";

import { newId } from "../../shared/talk.ts";
import { ProblemNote } from "../ProblemNote.tsx";
import { useAct } from "../desk/useAct.ts";
import { useDesk } from "../desk/useFront.ts";
import { reply } from "./calls.ts";
import type { Story, Suggestion } from "./records.ts";
import { directionOf, languageWords } from "./words.ts";

const MOST = 4000;

/** A person's answer: typed, or taken from what the records and the reviewed phrases offer. */
export function Replying({ story, onSaid }: { story: Story; onSaid: () => void }) {
  const { refresh } = useDesk();
  const [text, setText] = useState("");
  const [key, setKey] = useState(newId);
  const act = useAct<unknown>();
  const send = () => {
    if (!text.trim()) return;
    act.run(reply(story.handover.id, text.trim(), key), () => {
      setText("");
      setKey(newId());
      refresh();
      onSaid();
    });
  };
  return (
    <form class="form replying" onSubmit={(event) => { event.preventDefault(); send(); }}>
      <Suggested all={story.suggestions} onPick={setText} />
      <label class="field">
        <span>Your answer <i>in {languageWords(story.language)}, as the buyer writes</i></span>
        <textarea
          rows={4} maxLength={MOST} value={text} lang={story.language} dir={text ? "auto" : directionOf(story.language)}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send(); }}
        />
      </label>
      <p class="buttons">
        <button class="do" type="submit" disabled={act.busy || !text.trim()}>{act.busy ? "Sending…" : "Send to the buyer"}</button>
        <span class="soft small">Ctrl + Enter sends. What you write counts as the shop’s word.</span>
      </p>
      {act.problem && <ProblemNote problem={act.problem} />}
    </form>
  );
}

function Suggested({ all, onPick }: { all: Suggestion[]; onPick: (text: string) => void }) {
  if (all.length === 0) return null;
  return (
    <fieldset class="field suggested">
      <legend>Replies that fit <i>from your records and reviewed phrases</i></legend>
      <ul class="stack">
        {all.map((one) => (
          <li key={one.text}>
            <button type="button" class="idea-reply" lang={one.language} dir={directionOf(one.language)} onClick={() => onPick(one.text)}>
              {one.text}
            </button>
            {one.citations.length > 0 && (
              <p class="soft small">Carried by {one.citations.map(({ id, source }) => <span key={id} class="pill"><bdi>{source}</bdi></span>)}</p>
            )}
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
