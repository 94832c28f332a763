/** The two pages. The widget has a build of its own: vite.widget.config.ts. */

import { defineConfig, type Plugin } from "vite";

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'self'";

/** Built pages load from their own server only; the dev server needs inline styles. */
const contentPolicy: Plugin = {
  name: "content-policy",
  apply: "build",
  transformIndexHtml: () => [
    { tag: "meta", injectTo: "head-prepend", attrs: { "http-equiv": "Content-Security-Policy", content: POLICY } },
  ],
};

const server = "http://127.0.0.1:8000";

export default defineConfig({
  appType: "mpa",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [contentPolicy],
  server: { proxy: { "/api": server, "/media": server, "/assets/widget.js": server } },
  build: {
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { input: { console: "console.html", shop: "shop.html" } },
  },
});
