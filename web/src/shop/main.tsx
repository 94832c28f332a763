import { render } from "preact";

import "../shared/base.css";
import "./shop.css";
import { Shop } from "./Shop.tsx";

const root = document.getElementById("app");
if (root) render(<Shop />, root);
