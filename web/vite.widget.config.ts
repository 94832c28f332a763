/** The buyer widget: one script for any page, styles inside. */

import { defineConfig } from "vite";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    emptyOutDir: false,
    lib: {
      entry: "src/widget/main.tsx",
      formats: ["iife"],
      name: "tradewindWidget",
      fileName: () => "assets/widget.js",
    },
  },
});
