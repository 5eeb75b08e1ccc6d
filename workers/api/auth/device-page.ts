import { html } from "hono/html";

type Markup = ReturnType<typeof html>;

/** For the approval page: no script, no style, forms to ourselves only, never in a frame. */
export const DEVICE_PAGE_HEADERS = {
  "content-security-policy": "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
} as const;

/** A whole page around `content`; `notice` says what went wrong or well. Every value is escaped. */
export function devicePage(content: Markup, notice?: string): Markup {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="color-scheme" content="light dark" />
        <title>Sign a device in – Ledge</title>
      </head>
      <body>
        <main>
          <h1>Sign a device in</h1>
          ${notice === undefined ? "" : html`<p role="status">${notice}</p>`} ${content}
        </main>
      </body>
    </html>`;
}

/** Asks for email and password; the code is carried along. */
export function signInForm(userCode: string): Markup {
  return html`<form method="post" action="/api/device/sign-in">
    <input type="hidden" name="user_code" value="${userCode}" />
    <p>
      <label>Email <input type="email" name="email" autocomplete="username" required /></label>
    </p>
    <p>
      <label>Password <input type="password" name="password" autocomplete="current-password" required /></label>
    </p>
    <button>Sign in</button>
  </form>`;
}

/** Asks for the code that the device shows. */
export function codeForm(userCode: string): Markup {
  return html`<form method="get" action="/api/device">
    <p>
      <label
        >Code <input name="user_code" value="${userCode}" autocomplete="off" autocapitalize="characters" required
      /></label>
    </p>
    <button>Continue</button>
  </form>`;
}

/** Asks for the decision, and says whose account it opens. */
export function decisionForm(userCode: string, email: string): Markup {
  return html`<p>A device shows the code <strong>${userCode}</strong> and asks to use the account ${email}.</p>
    <p>Approve it only if you started this yourself, on a device of yours, and it shows this code.</p>
    <form method="post" action="/api/device/decide">
      <input type="hidden" name="user_code" value="${userCode}" />
      <button name="decision" value="approve">Approve</button>
      <button name="decision" value="deny">Deny</button>
    </form>`;
}
