import type { Place } from "../places.ts";
import { Answers } from "../inbox/Answers.tsx";
import { Inbox } from "../inbox/Inbox.tsx";
import { OneConversation } from "../inbox/OneConversation.tsx";
import { Measures } from "../measures/Measures.tsx";
import { Insights } from "../replies/Insights.tsx";
import { OneLetter } from "../replies/OneLetter.tsx";
import { Replies } from "../replies/Replies.tsx";
import { Approvals } from "./Approvals.tsx";
import { Dispute } from "./Dispute.tsx";
import { Disputes } from "./Disputes.tsx";
import { Effects } from "./Effects.tsx";
import { Grant } from "./Grant.tsx";
import { Prevention } from "./Prevention.tsx";
import { Question } from "./Question.tsx";
import { Rules } from "./Rules.tsx";

/** The page of the desk at a place. */
export function DeskPage({ place }: { place: Exclude<Place, { page: "talk" }> }) {
  switch (place.page) {
    case "approvals": return <Approvals />;
    case "question": return <Question key={place.id} id={place.id} />;
    case "effects": return <Effects />;
    case "rules": return <Rules />;
    case "replies": return <Replies />;
    case "letter": return <OneLetter key={place.id} id={place.id} />;
    case "insights": return <Insights />;
    case "prevention": return <Prevention />;
    case "measures": return <Measures />;
    case "grant": return <Grant />;
    case "disputes": return <Disputes />;
    case "dispute": return <Dispute key={place.id} id={place.id} />;
    case "inbox": return <Inbox />;
    case "answers": return <Answers />;
    case "conversation": return <OneConversation key={place.id} id={place.id} />;
  }
}
