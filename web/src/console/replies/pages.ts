export { Insights } from "./Insights.tsx";
export { OneLetter } from "./OneLetter.tsx";
export { Replies } from "./Replies.tsx";
