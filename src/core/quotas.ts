/** How many of a kind an account may have in a region (api.md §8). */
export interface Quotas {
  readonly pipelines: number;
  /** Whose sources are polled for changes. */
  readonly pollingPipelines: number;
  readonly webhooks: number;
  /** Deleted ones don't count. */
  readonly customActionTypes: number;
  readonly connections: number;
  readonly connectionHosts: number;
}

/** AWS's. */
export const DEFAULT_QUOTAS: Quotas = {
  pipelines: 1_000,
  pollingPipelines: 300,
  webhooks: 300,
  customActionTypes: 50,
  connections: 500,
  connectionHosts: 50,
};
