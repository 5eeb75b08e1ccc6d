import { LedgeError } from "../../../protocol/errors.ts";
import { strings } from "../strings/search.ts";
import { errorText } from "../ui/error-text.ts";

/** What is wrong with a query, for a person (F4); null where that is not what went wrong. */
export function problemText(error: unknown): string | null {
  if (!(error instanceof LedgeError) || error.code !== "invalid_search") return null;
  const { problems } = strings.search;
  const [, operator = ""] = /^([a-z]+): takes (?!no minus)/.exec(error.detail ?? "") ?? [];
  const [, negated] = /^([a-z]+): takes no minus/.exec(error.detail ?? "") ?? [];
  if (negated !== undefined) return problems.negated(`${negated}:`);
  return Object.hasOwn(problems.byOperator, operator)
    ? (problems.byOperator[operator] ?? errorText(error))
    : errorText(error);
}
