/** A Prometheus query as an alarm, judged as Prometheus judges its own alerting rules. */
import type { Job } from "../protocol.ts";
import { ProviderError, type Tools } from "../provider.ts";
import { call, type OutsideRequest } from "./call.ts";
import { settingOf } from "./settings.ts";

const LIMITS = { timeLimit: 60_000, sizeLimit: 1024 * 1024 };
const HINT = 'Ask for what is wrong, as alerting rules do: up{job="shop"} == 0';

interface Answer {
  readonly status?: string;
  readonly error?: string;
  readonly data?: { readonly resultType?: string; readonly result?: unknown };
}

/**
 * @returns ALARM when the query answers any series, whatever its value, else OK
 * @throws ProviderError ConfigurationError for a query that can't be asked so, PermissionError, SystemUnavailable
 */
export async function stateOfQuery(
  job: Job,
  query: string,
  { signal, way }: Pick<Tools, "signal" | "way">,
): Promise<string> {
  const answer = await call({
    ...LIMITS,
    service: "Prometheus",
    signal,
    way,
    repeatable: true,
    request: async () => queryRequest(job, query),
  });
  if (answer.status === 401 || answer.status === 403) {
    throw new ProviderError("PermissionError", `Prometheus refuses the query: ${answer.status}`);
  }
  const { status, error, data } = parse(answer.body);
  if (status !== "success") {
    throw new ProviderError(
      "ConfigurationError",
      `Prometheus can't answer '${query}': ${error ?? `status ${answer.status}`}`,
    );
  }
  if (data?.resultType !== "vector" || !Array.isArray(data.result)) {
    throw new ProviderError(
      "ConfigurationError",
      `The Prometheus query '${query}' answers a ${data?.resultType}, not a vector. ${HINT}`,
    );
  }
  return data.result.length > 0 ? "ALARM" : "OK";
}

function queryRequest(job: Job, query: string): OutsideRequest {
  const url = new URL(settingOf(job, "endpoint.prometheus"));
  url.pathname = `${url.pathname.replace(/\/$/, "")}/api/v1/query`;
  const token = job.settings?.["credentials.prometheus"];
  return {
    method: "POST",
    url: url.href,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: new URLSearchParams({ query }).toString(),
  };
}

function parse(body: string): Answer {
  try {
    const answer: unknown = JSON.parse(body);
    return typeof answer === "object" && answer !== null ? answer : {};
  } catch {
    return {};
  }
}
