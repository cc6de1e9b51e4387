/** What a request tells policies: the condition keys of api.md §9.2. */
import type { Context } from "./policy/index.ts";
import type { Circumstances, Identity, Need, Tags } from "./types.ts";

/** Longer ones are cut: what callers write of themselves is not worth more time than that. */
const LONGEST_USER_AGENT = 1_024;

/**
 * @param identity undefined for a service of AWS's
 * @param resourceTags of the resource that the need is about, where a policy asks for them
 */
export function contextOf(
  identity: Identity | undefined,
  need: Need,
  circumstances: Circumstances,
  resourceTags: Tags,
  now: number,
): Context {
  const { requestTags = {}, tagKeys = Object.keys(requestTags), keys = {} } = need;
  const tokenIssued = identity?.tokenIssued;
  const plain = new Map<string, string | undefined>([
    ["aws:currenttime", new Date(now).toISOString()],
    ["aws:epochtime", String(Math.floor(now / 1000))],
    ["aws:principalaccount", identity?.account],
    ["aws:principalarn", identity?.principalArn],
    ["aws:principalisawsservice", String(identity === undefined)],
    ["aws:principaltype", identity?.principalType],
    ["aws:userid", identity?.userId],
    ["aws:username", identity?.username],
    ["aws:tokenissuetime", tokenIssued === undefined ? undefined : new Date(tokenIssued).toISOString()],
    ["aws:requestedregion", circumstances.region],
    ["aws:securetransport", String(circumstances.secureTransport)],
    ["aws:sourceip", circumstances.sourceIp],
    ["aws:useragent", circumstances.userAgent?.slice(0, LONGEST_USER_AGENT)],
    ...Object.entries(keys).map(([key, value]) => [key.toLowerCase(), value] as const),
  ] as const);

  return {
    get(key) {
      const wanted = key.toLowerCase();
      if (wanted === "aws:tagkeys") return tagKeys.length === 0 ? undefined : tagKeys;
      const [, prefix, tag] =
        /^([a-z0-9-]+:(?:requesttag|resourcetag|principaltag))\/(.*)$/is.exec(key) ?? [];
      if (prefix === undefined || tag === undefined) return listOf(plain.get(wanted));
      const [service, kind] = prefix.toLowerCase().split(":");
      if (kind === "resourcetag") return listOf(tagNamed(resourceTags, tag));
      // Services have names of their own for tags of resources only.
      if (service !== "aws") return undefined;
      return listOf(tagNamed(kind === "requesttag" ? requestTags : (identity?.tags ?? {}), tag));
    },
  };
}

/**
 * Condition keys have no case, tags have: the tag that is spelt as the key is meant first, else the only one that
 * differs in case alone. So a second tag `Team` can't stand for `team`.
 */
function tagNamed(tags: Tags, name: string): string | undefined {
  if (Object.hasOwn(tags, name)) return tags[name];
  const alike = Object.entries(tags).filter(([key]) => key.toLowerCase() === name.toLowerCase());
  return alike.length === 1 ? alike[0]?.[1] : undefined;
}

function listOf(value: string | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : [value];
}
