/** Line icons, 20 px, in the text's colour; all are decoration beside a label. */

const PATHS = {
  mark: "M3 9h11.5a3 3 0 1 0-3-3M3 13.5h15.2a2.9 2.9 0 1 1-2.9 2.9M3 18h7.5",
  plus: "M12 5v14M5 12h14",
  send: "M12 19V5M6 11l6-6 6 6",
  close: "M6 6l12 12M18 6L6 18",
  menu: "M4 7h16M4 12h16M4 17h10",
  check: "M5 12.5l4.5 4.5L19 7.5",
  bin: "M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7",
  copy: "M9 9h10v11H9zM5 15V4h10",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20a7.5 7.5 0 0 1 15 0",
  stop: "M8.5 3.5h7l5 5v7l-5 5h-7l-5-5v-7zM8.5 12h7",
  go: "M8.5 3.5h7l5 5v7l-5 5h-7l-5-5v-7zM8.5 12.3l2.4 2.4 4.6-5",
  warn: "M12 4l9 16H3zM12 10v4.5M12 17.2v.1",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
      <path
        d={PATHS[name]} fill="none" stroke="currentColor" stroke-width="1.75"
        stroke-linecap="round" stroke-linejoin="round"
      />
    </svg>
  );
}
