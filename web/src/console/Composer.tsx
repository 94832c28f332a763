import type { RefObject } from "preact";

import { Icon } from "../shared/icons.tsx";

interface Props {
  box: RefObject<HTMLTextAreaElement | null>;
  draft: string;
  running: boolean;
  onDraft: (text: string) => void;
  onSend: (text: string) => void;
  onStop: () => void;
}

/** Where a message is written. Enter sends, unless an input method is still composing. */
export function Composer({ box, draft, running, onDraft, onSend, onStop }: Props) {
  function key(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    onSend(draft);
  }
  return (
    <form class="composer" onSubmit={(event) => { event.preventDefault(); onSend(draft); }}>
      <div class="composer-box">
        <label class="away" for="message">Message</label>
        <textarea
          id="message" ref={box} rows={1} dir="auto" value={draft} autoFocus
          placeholder="Ask anything about your shop…"
          onInput={(event) => onDraft(event.currentTarget.value)} onKeyDown={key}
        />
        {running
          ? <button type="button" class="send stop" aria-label="Stop" onClick={onStop}><span class="square" /></button>
          : <button type="submit" class="send" aria-label="Send" disabled={!draft.trim()}><Icon name="send" /></button>}
      </div>
      <p class="composer-note">Enter sends, Shift + Enter starts a new line.</p>
    </form>
  );
}
