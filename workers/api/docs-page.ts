import { sha256 } from "@noble/hashes/sha2.js";
import { html, raw } from "hono/html";
import type { OpenApiDocument } from "./openapi.ts";

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
  details { border: 1px solid #8886; border-radius: .5rem; margin: .5rem 0; padding: .5rem 1rem }
  summary { cursor: pointer; overflow-wrap: anywhere }
  summary code { font-weight: 600 }
  pre { overflow-x: auto; padding: .75rem; background: #8881; border-radius: .5rem; font-size: .8125rem }
  table { border-collapse: collapse; width: 100% }
  td, th { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884 }
`;

/** Whole, because the policy's hash is over every byte between the tags. */
const STYLE_ELEMENT = raw(`<style>${STYLE}</style>`);

/** The page holds no script and loads nothing. */
export const DOCS_CSP = `default-src 'none'; style-src 'sha256-${Buffer.from(sha256(Buffer.from(STYLE))).toString("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The OpenAPI document as a page to read: operations by tag, then schemas. Everything in it is escaped. */
export function docsPage(document: OpenApiDocument) {
  const operations = operationsOf(document);
  const tags = [...new Set(operations.map(({ tag }) => tag))].sort();
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${document.info.title} API</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <h1>${document.info.title} API ${document.info.version}</h1>
        <p>${document.info.description}</p>
        <p>For tools: <a href="openapi.json">openapi.json</a> (OpenAPI ${document.openapi}).</p>
        ${tags.map(
          (tag) =>
            html`<h2>${tag}</h2>
              ${operations.filter((one) => one.tag === tag).map(operationBlock)}`,
        )}
        <h2>Schemas</h2>
        ${Object.entries(document.components?.schemas ?? {}).map(
          ([name, schema]) =>
            html`<details id="schema-${name}">
              <summary><code>${name}</code></summary>
              ${jsonBlock(schema)}
            </details>`,
        )}
      </body>
    </html>`;
}

interface DocumentedOperation {
  readonly tag: string;
  readonly method: string;
  readonly path: string;
  readonly operation: NonNullable<NonNullable<OpenApiDocument["paths"]>[string]["get"]>;
}

function operationsOf(document: OpenApiDocument): DocumentedOperation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    (["get", "put", "post", "patch", "delete"] as const).flatMap((method) => {
      const operation = item[method];
      return operation ? [{ tag: operation.tags?.[0] ?? "other", method: method.toUpperCase(), path, operation }] : [];
    }),
  );
}

function operationBlock({ method, path, operation }: DocumentedOperation) {
  const parameters = (operation.parameters ?? []).flatMap((parameter) => ("$ref" in parameter ? [] : [parameter]));
  return html`<details>
    <summary><code>${method} ${path}</code> ${operation.summary}</summary>
    <p>${operation.description ?? ""}</p>
    ${
      parameters.length > 0 &&
      html`<table>
        <tr>
          <th>Parameter</th>
          <th>In</th>
          <th>Schema</th>
          <th></th>
        </tr>
        ${parameters.map(
          (parameter) =>
            html`<tr>
              <td><code>${parameter.name}</code>${parameter.required ? " (required)" : ""}</td>
              <td>${parameter.in}</td>
              <td><code>${JSON.stringify(parameter.schema)}</code></td>
              <td>${parameter.description ?? ""}</td>
            </tr>`,
        )}
      </table>`
    }
    ${
      operation.requestBody &&
      html`<h4>Body</h4>
        ${jsonBlock(operation.requestBody)}`
    }
    <h4>Answers</h4>
    ${jsonBlock(operation.responses)}
  </details>`;
}

function jsonBlock(value: unknown) {
  return html`<pre>${JSON.stringify(value, null, 2)}</pre>`;
}
