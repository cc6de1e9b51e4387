/** What an S3 operation is: one file each, with what is particular to it; the route does the rest. */
import type { Readable } from "node:stream";
import type { Caller } from "../../core/access/types.ts";
import type { Bucket, IncomingContent, ObjectStore } from "../../core/artifacts/index.ts";
import type { ObjectWritten } from "../../core/artifacts/types.ts";
import type { Scope } from "../../core/scope.ts";
import type { Headers, Query } from "./parameters.ts";
import type { XmlNode } from "./xml/node.ts";

export interface S3Call {
  readonly store: ObjectStore;
  /** What joins the transaction that makes an object visible (S8.1). */
  readonly written: ObjectWritten;
  readonly caller: Caller;
  /** Lets a caller pass who is no job and may do this there. @throws AccessError */
  authorize(permission: Permission, resource: string): Promise<void>;
  /** Lets a job pass whose role may do this there, where roles count (P10.5). @throws AccessError */
  authorizeRole(permission: Permission, resource: string): Promise<void>;
  /** Account of the caller, region of the signature. */
  readonly scope: Scope;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly query: Query;
  readonly headers: Headers;
  /** Base URL under which the caller reached the server, without a trailing slash. */
  readonly baseUrl: string;
  readonly body: RequestBody;
}

/** What `x-amz-checksum-…` headers are checksums of: of the object, when a request completes one. */
export type ChecksumsAbout = "the body" | "the object";

/** The body, unread until one of these is used. */
export interface RequestBody {
  /** As bytes to keep. @throws S3Error when the headers about it contradict each other or it is too large */
  content(): IncomingContent;
  /** As a small document. @throws S3Error MalformedXML and what says that the body isn't what was signed */
  xml(root: string, checksums?: ChecksumsAbout): Promise<XmlNode>;
  /** As a document that may be left out. */
  optionalXml(root: string): Promise<XmlNode | undefined>;
}

export interface BucketCall extends S3Call {
  /** Exists, and is the caller's. */
  readonly bucket: Bucket;
}

export interface ObjectCall extends BucketCall {
  readonly key: string;
}

export interface S3Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** XML, or bytes of the length that `content-length` says. */
  readonly body?: string | Readable;
}

interface Matching {
  readonly name: string;
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** Parameters of the query that tell it from others of its method, with their values where these do. */
  readonly query?: Readonly<Record<string, string | true>>;
  /** Header that does. */
  readonly header?: string;
}

/** What a user's policy must allow: `s3:GetObject`. */
export type Permission = `s3:${string}`;

/** @param about what the path names; `new bucket`: a name that may be free */
export type S3Operation =
  | (Matching & {
      readonly about: "service";
      readonly permission: Permission;
      handle(call: S3Call): Promise<S3Answer>;
    })
  | (Matching & {
      readonly about: "new bucket";
      readonly permission: Permission;
      handle(call: S3Call & { name: string }): Promise<S3Answer>;
    })
  | (Matching & {
      readonly about: "bucket";
      /** `each object`: its body names objects, and it asks for the permission on each of them itself. */
      readonly permission: Permission | "each object";
      /** Whether a job may call it on buckets that it may read. */
      readonly openToReaders?: true;
      handle(call: BucketCall): Promise<S3Answer>;
    })
  | (Matching & {
      readonly about: "object";
      readonly permission: Permission;
      /** In its place where the request names a version. */
      readonly permissionOfVersion?: Permission;
      /** What a job's grant must say of the object; `owner`: never a job. */
      readonly needs: "read" | "write" | "owner";
      handle(call: ObjectCall): Promise<S3Answer>;
    });
