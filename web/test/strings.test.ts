import assert from "node:assert/strict";
import { test } from "node:test";

import { LANGUAGES, languageFor, stringsOf } from "../src/widget/strings.ts";

test("the widget speaks twelve languages, and every string is there in each", () => {
  assert.equal(LANGUAGES.length, 12);
  for (const language of LANGUAGES) {
    const texts = Object.values(stringsOf(language));
    assert.ok(texts.every((text) => text.trim().length > 0), language);
    assert.equal(new Set(texts).size, texts.length, `${language} says two things alike`);
  }
});

test("the reader's first known language is taken", () => {
  assert.equal(languageFor(["nl-NL", "pt-BR", "en"]), "pt");
  assert.equal(languageFor(["zh-Hant-TW"]), "zh");
  assert.equal(languageFor(["sv"]), "en");
  assert.equal(languageFor([]), "en");
});
