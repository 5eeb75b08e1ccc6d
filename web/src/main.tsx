import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "virtual:mantine-theme.css";
import "./app/app.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { chooseLanguage } from "./strings/strings.ts";
import { noteMissingParts } from "./ui/missing-parts.ts";
import { retryStyleSheets } from "./ui/style-sheets.ts";

noteMissingParts();
retryStyleSheets();
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
await chooseLanguage();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
