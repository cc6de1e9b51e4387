/** How deliveries to webhooks are taken: what the options say, checked. */
import { parseRange, type Range } from "../network/index.ts";
import type { Proxies } from "../services/client-address.ts";
import type { ReceiverSettings } from "../services/webhooks/index.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { wholeNumber } from "./whole-number.ts";

export interface WebhookOptions {
  /** Ranges of proxies whose header tells who the client is: `10.0.0.0/8`, `192.0.2.7`. Default none. */
  readonly trustedProxies?: readonly string[];
  /** The header that those proxies write. Default `x-forwarded-for`. */
  readonly forwardedHeader?: string;
  /** Refuses deliveries that are signed with SHA-1 only. Default false. */
  readonly webhookRefuseSha1?: boolean;
  /** Bytes of a delivery's body. Default 25 MiB. */
  readonly webhookMaxBody?: number;
  /** Days for which a delivery that started something starts nothing more; at least 3. Default 30. */
  readonly webhookReplayDays?: number;
  /** Deliveries that one webhook takes in a minute. Default 300. */
  readonly webhookDeliveriesPerMinute?: number;
  /** Deliveries of one client that may fail to authenticate in a minute. Default 60. */
  readonly webhookFailuresPerMinute?: number;
}

export interface WebhookSettings {
  /** In front of this server, for all that it answers. */
  readonly proxies: Proxies;
  readonly receiver: ReceiverSettings;
  readonly replayDays: number;
}

const MIB = 1024 ** 2;

/** @throws ConfigurationError */
export function webhookSettings(options: WebhookOptions): WebhookSettings {
  const {
    trustedProxies = [],
    forwardedHeader = "x-forwarded-for",
    webhookRefuseSha1: refuseSha1 = false,
    webhookMaxBody = 25 * MIB,
    webhookReplayDays = 30,
    webhookDeliveriesPerMinute = 300,
    webhookFailuresPerMinute = 60,
  } = options;
  if (forwardedHeader !== "x-forwarded-for" && forwardedHeader !== "forwarded")
    throw new ConfigurationError(
      "forwardedHeader",
      `it must be x-forwarded-for or forwarded, got '${forwardedHeader}'`,
    );
  return {
    proxies: { trusted: trustedProxies.map(rangeOf), header: forwardedHeader },
    receiver: {
      refuseSha1,
      maxBody: wholeNumber("webhookMaxBody", webhookMaxBody, 1, 100 * MIB),
      rates: {
        deliveries: wholeNumber("webhookDeliveriesPerMinute", webhookDeliveriesPerMinute, 1, 1_000_000),
        failures: wholeNumber("webhookFailuresPerMinute", webhookFailuresPerMinute, 1, 1_000_000),
      },
    },
    replayDays: wholeNumber("webhookReplayDays", webhookReplayDays, 3, 3650),
  };
}

function rangeOf(text: string): Range {
  const range = parseRange(text);
  if (range === undefined)
    throw new ConfigurationError(
      "trustedProxies",
      `each must be an address or a range like 10.0.0.0/8, got '${text}'`,
    );
  return range;
}
