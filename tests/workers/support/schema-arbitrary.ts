import fc from "fast-check";

/** As much of JSON Schema 2020-12 as the OpenAPI document uses. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Strings that have broken servers before. */
export const HOSTILE_STRINGS: readonly string[] = [
  "",
  " ",
  ".",
  "..",
  "../../etc/passwd",
  "a/b",
  "\u0000",
  "\ud800",
  "\u202e\u200b",
  "ﬃ İ ẞ",
  "e\u0301".repeat(100),
  "x".repeat(256),
  "x".repeat(20_000),
  "'; DROP TABLE nodes; --",
  "%00%2e%2e%2f",
  "__proto__",
  "constructor",
  "null",
  "NaN",
  "-1",
  "0",
  "1e400",
  "9007199254740993",
  "root",
];

const HOSTILE_VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  0.5,
  1e308,
  -1e308,
  2 ** 53,
  [],
  {},
  [[]],
  { __proto__: 1 },
];

/**
 * Values that fit a schema, and as many that nearly do: each part of those fits most of the time (strings are often one
 * of `known`), and is something hostile otherwise. A deep schema would rarely be met if all were of the second kind.
 */
export function nearly(
  schema: JsonSchema,
  schemas: Readonly<Record<string, JsonSchema>>,
  known: readonly string[],
): fc.Arbitrary<unknown> {
  return fc.oneof(values(schema, schemas, known, false), values(schema, schemas, known, true));
}

function values(
  schema: JsonSchema,
  schemas: Readonly<Record<string, JsonSchema>>,
  known: readonly string[],
  hostile: boolean,
): fc.Arbitrary<unknown> {
  const garbage = fc.oneof(
    fc.constantFrom(...HOSTILE_STRINGS),
    fc.constantFrom(...HOSTILE_VALUES),
    fc.constantFrom(...known),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const fit = (part: JsonSchema, depth: number): fc.Arbitrary<unknown> =>
    hostile
      ? fc.oneof({ weight: 9, arbitrary: exact(part, depth) }, { weight: 1, arbitrary: garbage })
      : exact(part, depth);

  const exact = (part: JsonSchema, depth: number): fc.Arbitrary<unknown> => {
    if (depth > 8) return garbage;
    if (part.$ref) return exact(schemas[part.$ref.split("/").at(-1) ?? ""] ?? {}, depth + 1);
    if ("const" in part) return fc.constant(part.const);
    if (part.enum) return fc.constantFrom(...part.enum);
    const choices = part.anyOf ?? part.oneOf;
    if (choices) return fc.oneof(...choices.map((choice) => exact(choice, depth + 1)));
    if (part.allOf)
      return fc
        .tuple(...part.allOf.map((one) => exact(one, depth + 1)))
        .map((all) => Object.assign({}, ...all) as unknown);
    const types = [part.type ?? []].flat();
    if (types.length > 1) return fc.oneof(...types.map((type) => exact({ ...part, type }, depth + 1)));
    switch (types[0]) {
      case "object":
        return objectOf(part, depth);
      case "array":
        return fc.array(fit(part.items ?? {}, depth + 1), { maxLength: 4 });
      case "string":
        return stringOf(part);
      case "integer":
        return fc.oneof(
          fc.integer({ min: 0, max: 5 }),
          fc.maxSafeInteger(),
          fc.constantFrom(part.minimum ?? 0, part.maximum ?? 1),
        );
      case "number":
        return fc.double();
      case "boolean":
        return fc.boolean();
      case "null":
        return fc.constant(null);
      default:
        return garbage;
    }
  };

  const objectOf = (part: JsonSchema, depth: number): fc.Arbitrary<unknown> => {
    const members = Object.fromEntries(
      Object.entries(part.properties ?? {}).map(([name, member]) => [name, fit(member, depth + 1)]),
    );
    const requiredKeys = (part.required ?? []).filter((name) => name in members);
    const whole = fc.record(members, { requiredKeys });
    return fc.oneof(
      { weight: 9, arbitrary: whole },
      { weight: 1, arbitrary: fc.record(members, { requiredKeys: [] }) },
    );
  };

  const stringOf = (part: JsonSchema): fc.Arbitrary<string> => {
    const pattern = part.pattern === undefined ? undefined : new RegExp(part.pattern);
    const fitting = known.filter((text) => !pattern || pattern.test(text));
    const random = pattern ? fc.stringMatching(pattern) : fc.string({ unit: "grapheme", maxLength: 40 });
    return fitting.length > 0
      ? fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...fitting) }, { weight: 1, arbitrary: random })
      : random;
  };

  return fit(schema, 0);
}
