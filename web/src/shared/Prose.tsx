/** Text of a person or of the assistant: text nodes only, each line in its own direction. */

export function Prose({ text, lang }: { text: string; lang?: string | undefined }) {
  return (
    <div class="prose" lang={lang}>
      {text.trim().split(/\n{2,}/).map((block, i) => (
        <div key={i}>
          {block.split("\n").map((line, j) => <p key={j} dir="auto">{line}</p>)}
        </div>
      ))}
    </div>
  );
}
