import { render } from "preact";

import "../shared/base.css";
import "./console.css";
import "./desk/desk.css";
import "./inbox/inbox.css";
import { Console } from "./Console.tsx";

const root = document.getElementById("app");
if (root) render(<Console />, root);
