import { findBucket } from "../store/buckets.ts";
import type { Tx } from "../store/store.ts";
import {
  findUpload,
  insertUpload,
  listPartRows,
  putPart,
  removeContent,
  removeUpload,
} from "../store/uploads.ts";
import { changeBucket, noSuchBucket } from "./buckets.ts";
import { completeUpload } from "./complete-upload.ts";
import { ObjectError } from "./error.ts";
import { sequencedId } from "./ids.ts";
import { listUploads } from "./listing.ts";
import type { Upload, Uploads } from "./object-store.ts";
import { keptAttributes, partOf, uploadOf } from "./records.ts";
import { type Room, receive } from "./room.ts";

export function createUploads(room: Room): Uploads {
  const { store, ambient, files } = room;

  return {
    async create({ bucket: name, key }, attributes, checksum) {
      return store.transaction(async (tx) => {
        const { sequence } = await changeBucket(tx, name);
        const row = {
          id: sequencedId(sequence, ambient),
          bucket: name,
          key,
          sequence,
          started: ambient.now(),
          attributes: keptAttributes(attributes, undefined),
          checksum_algorithm: checksum?.algorithm ?? null,
          checksum_type: checksum?.type ?? null,
        };
        await insertUpload(tx, row);
        return uploadOf(row);
      });
    },

    async find({ bucket, key }, id) {
      if ((await findBucket(store.read, bucket)) === undefined) throw noSuchBucket(bucket);
      const row = await findUpload(store.read, id);
      if (row === undefined || row.bucket !== bucket || row.key !== key) throw noSuchUpload(id);
      return uploadOf(row);
    },

    async putPart(upload, number, content) {
      return receive(room, content, async (file, { size, md5, checksum }) => {
        const row = {
          content: upload.id,
          number,
          file,
          size,
          etag: md5,
          modified: ambient.now(),
          checksum: checksum ? JSON.stringify(checksum) : null,
        };
        const unused = await store.transaction(async (tx) => {
          await changeUpload(tx, upload);
          return putPart(tx, row);
        });
        if (unused !== undefined) await files.remove([unused]);
        return partOf(row);
      });
    },

    async listParts(upload, after, limit) {
      return (await listPartRows(store.read, upload.id, after, limit)).map(partOf);
    },

    async complete(upload, parts, options) {
      const { result, unused } = await store.transaction(async (tx) => {
        await changeUpload(tx, upload);
        return completeUpload(tx, ambient, upload, parts, options);
      });
      await files.remove(unused);
      return result;
    },

    async abort(upload) {
      const unused = await store.transaction(async (tx) => {
        await changeUpload(tx, upload);
        await removeUpload(tx, upload.id);
        return removeContent(tx, upload.id);
      });
      await files.remove(unused);
    },

    async list(bucket, query) {
      if ((await findBucket(store.read, bucket)) === undefined) throw noSuchBucket(bucket);
      return listUploads(store.read, bucket, query);
    },
  };
}

/** Begins a change of an upload: waits for others of its bucket, and makes sure that it is still open. */
async function changeUpload(tx: Tx, upload: Upload): Promise<void> {
  await changeBucket(tx, upload.bucket);
  if ((await findUpload(tx, upload.id)) === undefined) throw noSuchUpload(upload.id);
}

function noSuchUpload(id: string): ObjectError {
  return new ObjectError(
    "NoSuchUpload",
    `The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed: ${id}`,
  );
}
