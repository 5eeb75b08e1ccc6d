import fc from "fast-check";
import { encodePack, type Frame } from "../../../protocol/pack-frame.ts";
import type { Route } from "./openapi-document.ts";
import { HOSTILE_STRINGS, type JsonSchema, nearly } from "./schema-arbitrary.ts";

/** A request that fits a route more or less. */
export interface FuzzedRequest {
  /** Below `/api`, with the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | null;
}

/** What requests are made of. */
export interface Vocabulary {
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** Ids, names, cursors and hashes that mean something to the server. */
  readonly known: readonly string[];
  /** What the route's path parameters are likely to name, by their names: without it few requests would find a thing. */
  readonly likely: Readonly<Record<string, readonly string[]>>;
  /** Chunks that packs are made of. */
  readonly frames: readonly Frame[];
}

/** Random requests to a route: most get past the first check or two, few past all. */
export function fuzzedRequest(route: Route, vocabulary: Vocabulary): fc.Arbitrary<FuzzedRequest> {
  return fc
    .record({
      path: pathOf(route, vocabulary),
      query: queryOf(route, vocabulary),
      headers: headersOf(route, vocabulary),
      body: bodyOf(route, vocabulary),
    })
    .map(({ path, query, headers, body }) => ({
      path: query === "" ? path : `${path}?${query}`,
      headers: { ...headers, ...(body.type !== null && { "content-type": body.type }) },
      body: body.bytes,
    }));
}

function pathOf(route: Route, vocabulary: Vocabulary): fc.Arbitrary<string> {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
  const values = fc.tuple(
    ...names.map((name) => {
      const any = textOf(schemaOf(route, "path", name), vocabulary);
      const likely = vocabulary.likely[name];
      return likely ? fc.oneof(any, fc.constantFrom(...likely)) : any;
    }),
  );
  return values.map((texts) => {
    const byName = new Map(names.map((name, i) => [name, segment(texts[i] ?? "")]));
    return route.path.replace(/\{(\w+)\}/g, (_, name: string) => byName.get(name) ?? "");
  });
}

/** A path segment that stays one: an empty one, `.` and `..` would make another address of it. */
function segment(text: string): string {
  const encoded = encodeURIComponent(text.toWellFormed());
  return encoded === "" || encoded === "." || encoded === ".." ? "%00" : encoded.slice(0, 4_000);
}

function queryOf(route: Route, vocabulary: Vocabulary): fc.Arbitrary<string> {
  const declared = route.parameters.filter((parameter) => parameter.in === "query");
  const one = (name: string) => textOf(schemaOf(route, "query", name), vocabulary).map((text) => [name, text] as const);
  const known = declared.map(({ name }) => fc.option(one(name), { freq: 3 }));
  const unknown = fc.option(fc.tuple(fc.string(), fc.string()), { freq: 1, nil: null });
  const pairs = fc.tuple(
    fc.tuple(...known),
    fc.boolean().chain((more) => (more ? unknown : fc.constant(null))),
  );
  return pairs.map(([parameters, more]) => {
    const search = new URLSearchParams();
    for (const pair of [...parameters, more]) if (pair) search.append(pair[0].toWellFormed(), pair[1].toWellFormed());
    return search.toString().slice(0, 8_000);
  });
}

const RANGES = [
  "bytes=0-",
  "bytes=-5",
  "bytes=0-0,2-3,5-9",
  "bytes=9-1",
  "bytes=-0",
  "bytes=0-18446744073709551616",
  "lines=1-2",
];
const DATES = ["Sun, 06 Nov 1994 08:49:37 GMT", "Thu, 31 Dec 2099 23:59:59 GMT", "yesterday"];
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  range: [...RANGES, `bytes=${"0-0,".repeat(300)}1-1`],
  "if-range": ['"x"', 'W/"x"', ...DATES],
  "if-none-match": ["*", '"x"', '"x", W/"y"', "x"],
  "if-match": ["*", '"x"', "x"],
  "if-modified-since": DATES,
  "if-unmodified-since": DATES,
  "ledge-bookmark": ["x", "0".repeat(500), "00000001-00000002-00004e2f-0a3b7c8d9e0f1a2b3c4d5e6f70819203"],
  "content-length": ["-1", "99999999999", "x"],
  "content-encoding": ["gzip"],
  origin: ["https://elsewhere.example", "null"],
  accept: ["text/html", "*/*;q=x"],
  cookie: ["better-auth.session_token=x", "=;;=", "better-auth.session_token=a.b"],
  "x-forwarded-for": ["::1", "x"],
};

function headersOf(route: Route, vocabulary: Vocabulary): fc.Arbitrary<Record<string, string>> {
  const garbage = fc.string({ unit: "binary-ascii", maxLength: 100 }).map((text) => text.replace(/[^\x20-\x7e]/g, ""));
  const value = (examples: readonly string[]) =>
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...examples) }, { weight: 1, arbitrary: garbage });
  const common = Object.entries(HEADERS)
    // The runtime sets it; another one never leaves the client.
    .filter(([name]) => name !== "content-length")
    .map(([name, examples]) => [name, value(examples)] as const);
  const declared = route.parameters
    .filter((parameter) => parameter.in === "header")
    .map(({ name }) => [name, textOf(schemaOf(route, "header", name), vocabulary).map(asHeader)] as const);
  return fc
    .record(Object.fromEntries([...common, ...declared]), { requiredKeys: [] })
    .chain((all) => fc.subarray(Object.entries(all), { maxLength: 3 }))
    .map((some) =>
      Object.fromEntries(some.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]))),
    );
}

function asHeader(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "").slice(0, 1_000);
}

interface FuzzedBody {
  readonly type: string | null;
  readonly bytes: string | Uint8Array<ArrayBuffer> | null;
}

function bodyOf(route: Route, { schemas, known, frames }: Vocabulary): fc.Arbitrary<FuzzedBody> {
  if (route.method === "GET" || route.method === "HEAD") return fc.constant({ type: null, bytes: null });
  const json = (value: fc.Arbitrary<unknown>) =>
    value.map((it) => ({ type: "application/json", bytes: JSON.stringify(it) ?? "" }));
  const octets = (bytes: fc.Arbitrary<Uint8Array<ArrayBuffer>>) =>
    bytes.map((it) => ({ type: "application/octet-stream", bytes: it }));
  const types = [
    null,
    "text/plain",
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "x",
  ];
  const raw = fc.record({
    type: fc.constantFrom(...types),
    bytes: fc.oneof(fc.string(), fc.constantFrom(...HOSTILE_STRINGS, "{", "[", '{"a":')),
  });
  const choices: fc.WeightedArbitrary<FuzzedBody>[] = [
    { weight: 1, arbitrary: raw },
    { weight: 1, arbitrary: json(fc.jsonValue({ maxDepth: 3 })) },
    { weight: 1, arbitrary: fc.constant({ type: null, bytes: null }) },
  ];
  if (route.body) choices.push({ weight: 12, arbitrary: json(nearly(route.body, schemas, known)) });
  const form = route.form;
  if (form) {
    const fields = nearly(form, schemas, known).map(
      (value) =>
        new URLSearchParams(Object.entries(Object(value)).map(([name, field]) => [name, String(field).toWellFormed()])),
    );
    choices.push({
      weight: 12,
      arbitrary: fields.map((it) => ({ type: "application/x-www-form-urlencoded", bytes: it.toString() })),
    });
  }
  if (route.takesBytes) choices.push({ weight: 12, arbitrary: octets(nearlyPack(frames)) });
  return fc.oneof(...choices);
}

/** A chunk, a pack of chunks, or one that was cut off, made longer or changed in a byte. */
function nearlyPack(frames: readonly Frame[]): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const whole = fc.oneof(
    fc.constantFrom(...frames).map(({ bytes }) => new Uint8Array(bytes)),
    fc.array(fc.constantFrom(...frames), { maxLength: 4 }).map((some) => encodePack(some)),
  );
  const damage = fc.record({
    kind: fc.constantFrom("none", "none", "cut", "longer", "changed"),
    at: fc.nat(200),
    byte: fc.nat(255),
  });
  return fc.tuple(whole, damage).map(([bytes, { kind, at, byte }]) => {
    if (kind === "cut") return bytes.slice(0, at);
    if (kind === "longer") return new Uint8Array([...bytes, byte]);
    if (kind === "changed" && bytes.length > 0) bytes[at % bytes.length] = byte;
    return bytes;
  });
}

function schemaOf(route: Route, place: string, name: string): JsonSchema {
  return (
    route.parameters.find((parameter) => parameter.in === place && parameter.name === name)?.schema ?? {
      type: "string",
    }
  );
}

/** A value as an address or a header carries it: of a list, its first member. */
function textOf(schema: JsonSchema, { schemas, known }: Vocabulary): fc.Arbitrary<string> {
  return nearly(schema, schemas, known).map((value) => {
    const one: unknown = Array.isArray(value) ? value[0] : value;
    return typeof one === "string" ? one : (JSON.stringify(one) ?? "");
  });
}
