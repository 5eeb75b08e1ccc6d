import type { Context } from "hono";
import { html } from "hono/html";
import type { AppContext } from "./context.ts";

/** `GET /`: tells a person that the server runs, and how to use it. Static but for the server's own address. */
export function homePage(c: Context<AppContext>): Response | Promise<Response> {
  c.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
  c.header("X-Content-Type-Options", "nosniff");
  c.header("Referrer-Policy", "no-referrer");
  c.header("Cache-Control", "public, max-age=300");
  return c.html(page(new URL(c.req.url).origin));
}

function page(origin: string) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Ledge</title>
        <style>
          :root {
            color-scheme: light dark;
            font:
              16px/1.5 system-ui,
              sans-serif;
          }
          body {
            max-width: 40rem;
            margin: 10vh auto;
            padding: 0 1rem;
          }
          pre {
            padding: 1rem;
            border: 1px solid;
            border-radius: 6px;
            overflow-x: auto;
          }
        </style>
      </head>
      <body>
        <h1>Ledge</h1>
        <p>This server is running. From a checkout of Ledge, on the command line:</p>
        <pre>
export LEDGE_URL=${origin}
npx ledge signup --email you@example.com --name You
npx ledge put SOME-FOLDER /
npx ledge ls /</pre>
        <p><a href="/api/docs">Browse the API</a> or read its <a href="/api/openapi.json">OpenAPI document</a>.</p>
      </body>
    </html> `;
}
