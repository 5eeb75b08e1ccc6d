/** Draws `web/public/icons/*.png` from the mark, in Chromium. To be run again when the mark changes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { root } from "./support/tools.mjs";

const mark = readFileSync(join(root, "web/public/favicon.svg"), "utf8");
/** A system may cut a maskable icon to any shape that holds the middle four fifths. */
const icons = [
  { name: "icon-192", size: 192, scale: 1 },
  { name: "icon-512", size: 512, scale: 1 },
  { name: "maskable-512", size: 512, scale: 0.8, background: "#1f6f5c" },
  { name: "apple-touch-icon", size: 180, scale: 0.9, background: "#1f6f5c" },
];

const browser = await chromium.launch({
  executablePath: process.env.LEDGE_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
for (const { name, size, scale, background = "transparent" } of icons) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const side = size * scale;
  await page.setContent(
    `<style>body{margin:0;display:grid;place-items:center;height:100vh;background:${background}}` +
      `svg{width:${side}px;height:${side}px}</style>${mark}`,
  );
  await page.screenshot({ path: join(root, `web/public/icons/${name}.png`), omitBackground: true });
  await page.close();
}
await browser.close();
