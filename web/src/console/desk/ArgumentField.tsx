import { useId } from "preact/hooks";

import { decimalOf } from "../../shared/money.ts";
import { currencyOf } from "./arguments.ts";
import type { Argument } from "./records.ts";
import { ORIGINS, label } from "./words.ts";

interface Props {
  argument: Argument;
  text: string;
  /** The shop's, for an amount that has none of its own. */
  currency: string;
  wrong: boolean;
  onText: (text: string) => void;
}

/** A field of the kind that the tool's argument is: an amount with its currency, a line, a text. */
export function ArgumentField({ argument, text, currency, wrong, onText }: Props) {
  const id = useId();
  const shared = {
    id, value: text, dir: "auto" as const, "aria-invalid": wrong, "aria-describedby": `${id}-note`,
    onInput: (event: Event) => onText((event.currentTarget as HTMLInputElement).value),
  };
  return (
    <div class="field">
      <label for={id}>{label(argument.name)}</label>
      {argument.type === "amount"
        ? (
          <span class="amount">
            <input {...shared} dir="ltr" inputMode="decimal" autocomplete="off" />
            <span>{currencyOf(argument, currency)}</span>
          </span>
        )
        : argument.type === "text"
          ? <textarea {...shared} rows={3} />
          : <input {...shared} autocomplete="off" />}
      <p id={`${id}-note`} class={wrong ? "wrong" : "soft small"}>
        {wrong ? wrongWords(argument, currencyOf(argument, currency)) : argument.origin ? ORIGINS[argument.origin] : ""}
      </p>
    </div>
  );
}

function wrongWords(argument: Argument, currency: string): string {
  if (argument.type !== "amount") return "This must not be empty.";
  return `Write an amount above zero in ${currency}, such as ${decimalOf({ minor: 2000, currency })}.`;
}
