/** Answered requests, counted by nothing but maps and numbers, and told in Prometheus' text format. */

/** Long polls last up to 20 s, uploads longer. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

interface Tally {
  /** Labels that route and operation make; both come from fixed lists, never from callers. */
  readonly labels: string;
  readonly byStatus: Map<number, number>;
  /** As many as took up to each bound, but longer than the one before. */
  readonly byBound: number[];
  count: number;
  seconds: number;
}

export interface RequestTally {
  /** @param operation as routes label it @param seconds from the request's head to the end of its answer */
  answered(route: string, operation: string, status: number, seconds: number): void;
  text(): string;
}

export function createRequestTally(): RequestTally {
  const routes = new Map<string, Map<string, Tally>>();

  function tallyOf(route: string, operation: string): Tally {
    const known = routes.get(route)?.get(operation);
    if (known !== undefined) return known;
    const tally = {
      labels: `route="${route}",operation="${operation}"`,
      byStatus: new Map<number, number>(),
      byBound: BOUNDS.map(() => 0),
      count: 0,
      seconds: 0,
    };
    routes.set(route, (routes.get(route) ?? new Map<string, Tally>()).set(operation, tally));
    return tally;
  }

  return {
    answered(route, operation, status, seconds) {
      const tally = tallyOf(route, operation);
      tally.byStatus.set(status, (tally.byStatus.get(status) ?? 0) + 1);
      const bound = BOUNDS.findIndex((most) => seconds <= most);
      if (bound !== -1) tally.byBound[bound] = (tally.byBound[bound] ?? 0) + 1;
      tally.count += 1;
      tally.seconds += seconds;
    },
    text() {
      const tallies = [...routes.values()].flatMap((operations) => [...operations.values()]);
      return [
        "# HELP millrace_requests_total Requests answered, by route, operation and HTTP status.",
        "# TYPE millrace_requests_total counter",
        ...tallies.flatMap(countsOf),
        "",
        "# HELP millrace_request_duration_seconds Time from a request's head to the end of its answer, by route and operation.",
        "# TYPE millrace_request_duration_seconds histogram",
        ...tallies.flatMap(durationsOf),
        "",
      ].join("\n");
    },
  };
}

function countsOf({ labels, byStatus }: Tally): readonly string[] {
  return [...byStatus].map(
    ([status, count]) => `millrace_requests_total{${labels},status="${status}"} ${count}`,
  );
}

/** Buckets of Prometheus hold what the smaller ones do, too. */
function durationsOf({ labels, byBound, count, seconds }: Tally): readonly string[] {
  const name = "millrace_request_duration_seconds";
  let within = 0;
  const buckets = BOUNDS.map((bound, index) => {
    within += byBound[index] ?? 0;
    return `${name}_bucket{${labels},le="${bound}"} ${within}`;
  });
  return [
    ...buckets,
    `${name}_bucket{${labels},le="+Inf"} ${count}`,
    `${name}_sum{${labels}} ${seconds}`,
    `${name}_count{${labels}} ${count}`,
  ];
}
