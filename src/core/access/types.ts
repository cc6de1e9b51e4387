/** Who calls, and what access/ offers to the rest. */
import type { Scope } from "../scope.ts";

/** A verified caller. `arn` is what AWS would name it (api.md §9.3). */
export type Caller = RootCaller | UserCaller | RoleCaller | JobCaller;

interface Known {
  readonly account: string;
  readonly arn: string;
  readonly accessKeyId: string;
}

/** The key of credentials.json: everything in its own account. */
export interface RootCaller extends Known {
  readonly kind: "root";
}

/** A user, who may do what its policy allows. */
export interface UserCaller extends Known {
  readonly kind: "user";
  readonly identity: Identity;
  readonly rights: Rights;
}

/** The session of somebody who took a role. */
export interface RoleCaller extends Known {
  readonly kind: "role";
  /** The job that it ends with: keys of a build's, and of roles that it took with them. */
  readonly jobId?: string;
  readonly identity: Identity;
  readonly rights: Rights;
}

/** A job's temporary keys: they open its artifacts, clone its source, and append to its log; nothing else. */
export interface JobCaller extends Known {
  readonly kind: "job";
  readonly grant: JobGrant;
}

/** Who asks, as condition keys name it. */
export interface Identity {
  readonly account: string;
  /** The user's ARN, or the role's: not the session's. */
  readonly principalArn: string;
  readonly principalType: "Account" | "User" | "AssumedRole";
  readonly userId: string;
  /** Sessions of roles have none. */
  readonly username?: string;
  readonly tags: Tags;
  /** When a session's keys were made, in epoch milliseconds. */
  readonly tokenIssued?: number;
}

/** What policies let a user or a session do. */
export interface Rights {
  /**
   * Why a need isn't met, as the end of the sentence of api.md §9.3: `because no …`, `with an explicit deny in …`.
   * @returns undefined when it is met
   */
  refusal(need: Need, circumstances: Circumstances): Promise<string | undefined>;
}

/** The sealed claim of a job's credentials (design decision 8). */
export interface JobGrant {
  readonly jobId: string;
  /** Whose log it may append to. */
  readonly actionExecutionId?: string;
  readonly account: string;
  readonly region: string;
  /** Objects it may GET and HEAD. */
  readonly read: readonly ObjectRef[];
  /** Objects it may PUT (multipart included). */
  readonly write: readonly ObjectRef[];
  /** Buckets where it may read any object (S3 source), or write any (S3 deploy), of its own account. */
  readonly readBuckets?: readonly string[];
  readonly writeBuckets?: readonly string[];
  /** Hosted repositories it may fetch from. */
  readonly pull?: readonly string[];
  /** Epoch milliseconds. */
  readonly expires: number;
}

export interface ObjectRef {
  readonly bucket: string;
  readonly key: string;
}

export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Epoch milliseconds. */
  readonly expires: number;
}

/** A signed request as far as verification needs it. */
export interface SignedRequest {
  readonly method: string;
  /** The path as sent, still percent-encoded, without the query. */
  readonly path: string;
  /** The query as sent, without `?`. */
  readonly query: string;
  /** Names in lower case; duplicates as node joins them in `headersDistinct`. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  /**
   * SHA-256 of the body in hex, when the caller has read it (the JSON and query services; some of their clients don't
   * send `x-amz-content-sha256`). The signature must then be of exactly this body. Left out by S3, which streams.
   */
  readonly bodyHash?: string;
}

export interface Verified {
  readonly caller: Caller;
  /** Region and service of the signature's scope. */
  readonly scope: Scope;
  readonly service: string;
  /** What the signature says of the body: a SHA-256 in hex, `UNSIGNED-PAYLOAD`, or a `STREAMING-…` marker. */
  readonly payload: string;
  /** For `STREAMING-AWS4-HMAC-SHA256-PAYLOAD[-TRAILER]`: verifies the chunk signatures in order. */
  readonly chunks?: ChunkVerifier;
}

export interface ChunkVerifier {
  /** Whether `signature` (hex) is right for a chunk with this SHA-256 (hex), following the one before. */
  verifyChunk(payloadHash: string, signature: string): boolean;
  /** Whether `signature` is right for the trailing headers' SHA-256 (hex). */
  verifyTrailer(trailerHash: string, signature: string): boolean;
}

/** One thing that a caller must be allowed, for a request to be let through (api.md §9.1, §9.2). */
export interface Need {
  /** `codepipeline:GetPipeline` */
  readonly action: string;
  /** Other names of the same action: a policy that names any of them speaks of it. */
  readonly otherActions?: readonly string[];
  /** The ARN that policies are matched with, in its one canonical spelling, or `*` where there is no resource. */
  readonly resource: string;
  /** Other ARNs by which policies may name the same resource: made for callers who have policies only. */
  readonly spellings?: () => readonly string[];
  /** `aws:ResourceTag/…`: read only for callers whose policies ask for tags, as they are before the request. */
  readonly resourceTags?: () => Promise<Tags>;
  /** `aws:RequestTag/…` and `aws:TagKeys`. */
  readonly requestTags?: Tags;
  /** `aws:TagKeys` of a request that names keys alone. */
  readonly tagKeys?: readonly string[];
  /** Condition keys of the service: `iam:PassedToService`. */
  readonly keys?: Readonly<Record<string, string>>;
  /** An explicit deny counts, but no allow is needed. */
  readonly deniesOnly?: true;
  /** The resource allows it to the caller's identity, whose policy needn't; a session's own policy must all the same. */
  readonly allowedToIdentity?: true;
  /** The resource needn't be of the caller's account: nothing here belongs to whoever it names. */
  readonly ofAnyAccount?: true;
}

export type Tags = Readonly<Record<string, string>>;

/** What policies may ask of a request beside what it asks for (global condition keys, api.md §9.2). */
export interface Circumstances {
  readonly region: string;
  readonly sourceIp: string | undefined;
  readonly userAgent: string | undefined;
  readonly secureTransport: boolean;
}

/** Why a signature isn't accepted; `services/` puts it in the protocol's words. */
export class AccessError extends Error {
  readonly code:
    | "MissingAuthenticationToken"
    | "IncompleteSignature"
    | "UnrecognizedClient"
    | "InvalidSignature"
    | "RequestExpired"
    | "ExpiredToken"
    | "AccessDenied";

  constructor(code: AccessError["code"], message: string) {
    super(message);
    this.name = "AccessError";
    this.code = code;
  }
}

/** What AssumeRole asks for; checked for form. */
export interface RoleRequest {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationSeconds: number;
  /** What the session may do at most, in IAM's JSON. */
  readonly policy?: string;
  readonly externalId?: string;
}

export interface RoleSession {
  readonly credentials: TemporaryCredentials;
  readonly arn: string;
  readonly userId: string;
}

/** The role of a job's work, which a service of AWS's takes for it (P10.5). */
export interface JobRoleRequest {
  readonly roleArn: string;
  /** Who does the work: `codebuild.amazonaws.com`. */
  readonly service: string;
  /** ARN of a role that the service may take first, to take this one with: a pipeline's, for its actions' roles. */
  readonly through?: string;
  /** What it does it for, as trust policies ask for it: `aws:SourceAccount`, `aws:SourceArn`. */
  readonly source: { readonly account: string; readonly arn: string };
  readonly circumstances: Circumstances;
  readonly sessionName: string;
  readonly jobId: string;
  /** Epoch milliseconds; the keys end with the job, if that is sooner. */
  readonly expires: number;
}

export interface JobRoleSession {
  readonly credentials: TemporaryCredentials;
  /** Whoever signs with them. */
  readonly caller: RoleCaller;
}

/** A policy of the caller's own can't be used. */
export class PolicyRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PolicyRefusedError";
  }
}

export interface VerifyOptions {
  /** Services accepted in the scope. */
  readonly service: readonly string[];
  /** Allowed clock skew either way. */
  readonly skewMs: number;
  /** Whether a signature in the query is one, too (presigned addresses); S3's always is. */
  readonly presigned?: boolean;
}

export interface Access {
  /**
   * Verifies a SigV4 signature in the Authorization header or, where it may be presigned, the query. Without `bodyHash`
   * the caller compares the body with `payload`.
   * @throws AccessError
   */
  verify(request: SignedRequest, options: VerifyOptions): Promise<Verified>;
  /** Compares an access key and its secret in constant time (git's Basic authentication, S6.3 (a)). */
  verifySecret(
    accessKeyId: string,
    secretAccessKey: string,
    sessionToken?: string,
  ): Promise<Caller | undefined>;
  /**
   * Lets a caller pass who is allowed all of `needs`.
   *
   * @param action what is asked for as a whole: named where there are no needs, which lets nobody pass
   * @throws AccessError AccessDenied in the words of api.md §9.3
   */
  authorize(
    caller: Caller,
    action: string,
    needs: readonly Need[],
    circumstances: () => Circumstances,
  ): Promise<void>;
  /**
   * Gives somebody the keys of a role, if the role's trust policy and the caller's own let it be (STS AssumeRole).
   * @throws AccessError AccessDenied, PolicyRefusedError for a session policy that can't be used
   */
  assumeRole(caller: Caller, request: RoleRequest, circumstances: () => Circumstances): Promise<RoleSession>;
  /**
   * Gives a service the keys of a role for a job, if the role is of the job's account and its trust policy names the
   * service, or lets in the role that it is taken through.
   * @returns the session, or why there is none, for the account's own people
   */
  roleForJob(request: JobRoleRequest): Promise<JobRoleSession | { readonly refused: string }>;
  /** Temporary keys that open exactly what `grant` says until it expires; nothing is stored. */
  issueJobCredentials(grant: JobGrant): TemporaryCredentials;
  /** Seals a text so that only this installation can read it (AES-256-GCM); for secrets at rest and paging tokens. */
  seal(plain: string, context: string): string;
  /** Opens what `seal` made for the same context; undefined when altered or foreign. */
  unseal(sealed: string, context: string): string | undefined;
}
