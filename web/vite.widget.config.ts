/** The buyer widget: one script for any page, styles inside. */

import { defineConfig } from "vite";

export default defineConfig({
  build: {
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    emptyOutDir: false,
    lib: {
      entry: "src/widget/main.ts",
      formats: ["iife"],
      name: "tradewindWidget",
      fileName: () => "assets/widget.js",
    },
  },
});
