/** How the requests of a command, or of what it starts, leave this machine: options that several commands have (S9). */
import { setDefaultCACertificates } from "node:tls";
import type { Outgoing } from "../server/outgoing-settings.ts";
import type { OptionDeclarations } from "./options.ts";

export const wayOptions = {
  "ca-file": {
    type: "string",
    value: "FILE",
    help: "Certificates in PEM that are trusted besides the usual ones, by git too.",
  },
  proxy: {
    type: "string",
    value: "URL",
    help: "What requests to the public internet go through: http://[user:password@]host:port.",
  },
} as const satisfies OptionDeclarations;

export function wayGiven(options: {
  readonly "ca-file": string | undefined;
  readonly proxy: string | undefined;
}): {
  readonly caFile?: string;
  readonly proxy?: string;
} {
  const { "ca-file": caFile, proxy } = options;
  return { ...(caFile !== undefined && { caFile }), ...(proxy !== undefined && { proxy }) };
}

/** In all of this process: the server that it works for, and its artifacts, may be known by these certificates only. */
export function trustAlso({ way }: Pick<Outgoing, "way">): void {
  if (way.authorities !== undefined) setDefaultCACertificates([...way.authorities]);
}
