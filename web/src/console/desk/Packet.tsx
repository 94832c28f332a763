import type { Filing, FiledFile, Json } from "./records.ts";
import { label } from "./words.ts";

/** What would be put to the bank, whole: the letter, the exhibits, the form, the files. */
export function Packet({ filing, question }: { filing: Filing; question: string }) {
  const at = (file: string) => `/api/approvals/${question}/files/${encodeURIComponent(file)}`;
  return (
    <section class="packet">
      <h2>The packet</h2>
      <p class="soft small">{filing.files.length} files, {filing.pages} pages: these, and nothing else, under the mark that is decided on.</p>
      <Files files={filing.files} at={at} />
      {filing.notes.length > 0 && <ul class="notes">{filing.notes.map((note) => <li key={note} dir="auto">{note}</li>)}</ul>}
      <h3>The letter</h3>
      <div class="letter" dir="auto">{filing.letter}</div>
      <h3>Exhibits</h3>
      <Exhibits filing={filing} at={at} />
      <h3>The form</h3>
      <dl class="facts form">
        {Object.entries(filing.fields).map(([name, text]) => (
          <div key={name}><dt>{label(name)}</dt><dd dir="auto">{text}</dd></div>
        ))}
      </dl>
      {Object.entries(filing.objects).map(([name, told]) => <Whole key={name} name={name} told={told} />)}
    </section>
  );
}

/** Stripe names the field of the letter by what it is not. */
function fieldName(field: string): string {
  return field === "uncategorized_file" ? "Letter" : label(field);
}

function Files({ files, at }: { files: FiledFile[]; at: (file: string) => string }) {
  return (
    <ul class="files" aria-label="Files">
      {files.map((file) => (
        <li key={file.name}>
          <a href={at(file.name)} target="_blank" rel="noopener">{fieldName(file.field)}</a>
          <span class="soft small"><bdi>{file.name}</bdi>, {Math.ceil(file.size / 1000)} kB</span>
        </li>
      ))}
    </ul>
  );
}

function Exhibits({ filing, at }: { filing: Filing; at: (file: string) => string }) {
  const field = new Map(filing.files.map((file) => [file.name, file.field]));
  return (
    <div class="scrolls">
      <table class="exhibits">
        <thead><tr><th>No.</th><th>Exhibit</th><th>Where</th></tr></thead>
        <tbody>
          {filing.exhibits.map((one) => (
            <tr key={one.number}>
              <td>{one.number}</td>
              <td dir="auto">
                {one.title}
                {one.outsider && <span class="pill warn">an outsider’s text</span>}
              </td>
              <td>
                <a href={`${at(one.file)}#page=${one.page}`} target="_blank" rel="noopener">
                  {fieldName(field.get(one.file) ?? one.file)}, page {one.page}
                </a>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A field that holds an object, such as Visa’s Compelling Evidence 3.0: line by line. */
function Whole({ name, told }: { name: string; told: Json }) {
  return (
    <>
      <h3>{label(name)}</h3>
      <Value told={told} />
    </>
  );
}

function Value({ told }: { told: Json }) {
  if (Array.isArray(told)) return <ol class="nested">{told.map((one, i) => <li key={i}><Value told={one} /></li>)}</ol>;
  if (told !== null && typeof told === "object") {
    return (
      <dl class="facts form nested">
        {Object.entries(told).map(([name, one]) => <div key={name}><dt>{label(name)}</dt><dd><Value told={one} /></dd></div>)}
      </dl>
    );
  }
  return <bdi>{String(told)}</bdi>;
}
